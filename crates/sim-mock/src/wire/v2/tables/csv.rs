//! CSV: reading cells out of bytes, guessing columns, and writing rows.

use serde_json::Value;

use super::cell::{date, double};
use super::column::Column;

/// The lines of a file, each with its cells. The delimiter is told by the first line.
pub(super) fn lines(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let many = |delimiter: char| first.matches(delimiter).count();
    let delimiter = [',', ';', '\t'].into_iter().rev().max_by_key(|one| many(*one)).unwrap_or(',');
    let (mut lines, mut line, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            c if c == delimiter && !quoted => line.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            c => cell.push(c),
        }
    }
    if !quoted && (!cell.is_empty() || !line.is_empty()) {
        line.push(cell);
        lines.push(line);
    }
    lines.retain(|line| line.iter().any(|cell| !cell.is_empty()));
    lines
}

/// Returns a header as the name of a column.
pub(super) fn name_of(header: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' };
    let name: String = header.trim().chars().map(plain).collect();
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if begins { name } else { format!("col_{name}") }
}

/// Returns the type of a column by its cells.
pub(super) fn kind_of<'c>(cells: impl Iterator<Item = &'c str>) -> &'static str {
    let cells: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
    let all = |fits: fn(&str) -> bool| !cells.is_empty() && cells.iter().all(|cell| fits(cell));
    if all(|cell| cell.parse::<f64>().is_ok_and(f64::is_finite)) {
        "number"
    } else if all(|cell| matches!(cell.to_lowercase().as_str(), "true" | "false")) {
        "boolean"
    } else if all(|cell| date(cell).is_some()) {
        "date"
    } else {
        "string"
    }
}

/// Returns a cell as the value of a column: a number where it must be one.
pub(super) fn value(column: &Column, cell: &str) -> Value {
    if cell.is_empty() {
        return Value::Null;
    }
    match column.kind.as_str() {
        "number" => cell.trim().parse().ok().and_then(double).unwrap_or_default(),
        "json" => serde_json::from_str(cell).unwrap_or_else(|_| cell.into()),
        "select" if column.multiple => {
            cell.split(',').map(|choice| Value::from(choice.trim())).collect()
        }
        _ => cell.into(),
    }
}

/// Returns rows as CSV.
pub(super) fn written<'r>(columns: &[Column], rows: impl Iterator<Item = &'r Value>) -> String {
    let names = columns.iter().map(|column| quoted(&column.name));
    let mut text = names.collect::<Vec<_>>().join(",");
    for row in rows {
        let cells = columns.iter().map(|column| quoted(&plain(&row[&column.name])));
        text.push('\n');
        text.push_str(&cells.collect::<Vec<_>>().join(","));
    }
    text.push('\n');
    text
}

fn plain(cell: &Value) -> String {
    match cell {
        Value::Null => String::new(),
        Value::String(text) if text.starts_with(['=', '+', '-', '@']) => format!("'{text}"),
        Value::String(text) => text.clone(),
        Value::Array(choices) if choices.iter().all(Value::is_string) => {
            choices.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::{kind_of, lines, name_of};

    #[test]
    fn cells_are_split_at_the_delimiter_of_the_first_line() {
        let read = lines("\u{feff}a;b\r\n1;\"x;\"\"y\"\r\n\r\n".as_bytes());
        assert_eq!(read, [["a", "b"], ["1", "x;\"y"]]);
        assert_eq!(lines(b"a,b\n1,\"open\n2,3"), [["a", "b"]]);
    }

    #[test]
    fn a_header_becomes_a_name() {
        let names = ["My Col", "näme", "1abc", ""].map(name_of);
        assert_eq!(names, ["My_Col", "n_me", "col_1abc", "col_"]);
    }

    #[test]
    fn the_cells_say_the_type() {
        let kind = |cells: &[&'static str]| kind_of(cells.iter().copied());
        assert_eq!((kind(&["1", "", "2.5"]), kind(&["true", "FALSE"])), ("number", "boolean"));
        assert_eq!(
            (kind(&["2026-01-02"]), kind(&["a", "1"]), kind(&[""])),
            ("date", "string", "string")
        );
    }
}
