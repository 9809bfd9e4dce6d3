//! What is printed: tables and text for people, JSON and YAML for programs.

use std::io::{self, Write as _};

use clap::ValueEnum;
use jiff::Timestamp;
use simstudio::serde_json::{Value, to_string_pretty};

use crate::failure::Outcome;

/// The form of what a command prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns with a header
    Table,
    /// The same cells between tabs, without a header
    Text,
    /// The server's values as JSON
    Json,
    /// The server's values as YAML
    Yaml,
}

/// A column of a table: its title, and the JSON pointer of its cells.
pub(crate) type Column = (&'static str, &'static str);

/// The most characters of a cell in a table.
const WIDEST_CELL: usize = 60;

impl Format {
    /// Returns whether programs read it.
    pub(crate) fn is_structured(self) -> bool {
        matches!(self, Self::Json | Self::Yaml)
    }

    /// Prints a list. An empty one is `No results.` in a table, and nothing as text.
    pub(crate) fn list(self, items: &[Value], columns: &[Column]) -> Outcome<()> {
        if self.is_structured() {
            return self.value(&Value::Array(items.to_vec()));
        }
        let rows = items.iter().map(|item| columns.iter().map(|column| self.cell(item, column.1)));
        let rows: Vec<Vec<_>> = rows.map(Iterator::collect).collect();
        if self == Self::Text {
            return rows.iter().try_for_each(|row| line(&row.join("\t")));
        }
        if rows.is_empty() {
            return line("No results.");
        }
        let header = columns.iter().map(|(title, _)| title.to_uppercase()).collect();
        let rows: Vec<_> = std::iter::once(header).chain(rows).collect();
        let width = |at: usize| rows.iter().map(|row: &Vec<String>| row[at].chars().count()).max();
        let widths: Vec<_> = (0..columns.len()).map(|at| width(at).unwrap_or(0)).collect();
        rows.iter().try_for_each(|row| {
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
            line(cells.collect::<Vec<_>>().join("  ").trim_end())
        })
    }

    /// Prints one thing with its fields in lines.
    pub(crate) fn record(self, value: &Value, fields: &[Column]) -> Outcome<()> {
        if self.is_structured() {
            return self.value(value);
        }
        let width = fields.iter().map(|(title, _)| title.len()).max().unwrap_or(0);
        fields.iter().try_for_each(|(title, pointer)| {
            let cell = self.cell(value, pointer);
            match self {
                Self::Text => line(&format!("{title}\t{cell}")),
                _ => line(&format!("{title:<width$}  {cell}")),
            }
        })
    }

    /// Prints a value as it is.
    pub(crate) fn value(self, value: &Value) -> Outcome<()> {
        match self {
            Self::Yaml => line(yaml_serde::to_string(value)?.trim_end()),
            _ => line(&to_string_pretty(value)?),
        }
    }

    fn cell(self, item: &Value, pointer: &str) -> String {
        let text = match item.pointer(pointer) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => readable(pointer, text),
            Some(Value::Number(cost)) if pointer.to_lowercase().contains("cost") => {
                format!("${:.4}", cost.as_f64().unwrap_or(0.0))
            }
            Some(other) => other.to_string(),
        };
        let text = harmless(&text);
        match self {
            Self::Text => text,
            _ if text.is_empty() => "—".to_owned(),
            _ if text.chars().count() > WIDEST_CELL => {
                text.chars().take(WIDEST_CELL - 1).chain(['…']).collect()
            }
            _ => text,
        }
    }
}

/// Writes a line to standard output.
pub(crate) fn line(text: &str) -> Outcome<()> {
    Ok(writeln!(io::stdout().lock(), "{text}")?)
}

/// Returns times in UTC without fractions, and other text as it is.
fn readable(pointer: &str, text: &str) -> String {
    match text.parse::<Timestamp>() {
        Ok(time) if pointer.ends_with("At") => time.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        _ => text.to_owned(),
    }
}

/// Returns a text of the server without what could change the terminal: control characters, and marks that turn the
/// direction of writing. Ends of lines and tabs become blanks.
pub(crate) fn harmless(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let blank = |c: char| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c };
    text.chars().map(blank).filter(|&c| !c.is_control() && !turns(c)).collect()
}

#[cfg(test)]
mod tests {
    use simstudio::serde_json::json;

    use super::*;

    #[test]
    fn a_cell_cannot_change_the_terminal() {
        assert_eq!(harmless("a\u{1b}[31mb\u{202e}c\nd\te"), "a[31mbc d e");
    }

    #[test]
    fn cells_follow_the_rules_of_the_official_program() {
        let item = json!({
            "startedAt": "2026-11-29T10:20:30.456Z",
            "cost": {"total": 0.5},
            "name": "n".repeat(70),
            "none": null,
        });
        assert_eq!(Format::Table.cell(&item, "/startedAt"), "2026-11-29 10:20:30");
        assert_eq!(Format::Table.cell(&item, "/cost/total"), "$0.5000");
        assert_eq!(Format::Table.cell(&item, "/name").chars().count(), 60);
        assert_eq!(Format::Text.cell(&item, "/name"), "n".repeat(70));
        assert_eq!(Format::Table.cell(&item, "/none"), "—");
        assert_eq!(Format::Text.cell(&item, "/none"), "");
    }
}
