//! The tables of documents and of the documentation of crates.

/// Returns the rows of the first table whose first column has that head.
pub(super) fn rows<'a>(source: &'a str, head: &str) -> Vec<&'a str> {
    let lines = source.lines().map(|line| line.strip_prefix("//! ").unwrap_or(line));
    let table = lines.skip_while(|line| line.split('|').nth(1).map(str::trim) != Some(head));
    table.skip(2).take_while(|line| line.starts_with('|')).collect()
}

/// Returns what stands in backticks in the first column of a row.
pub(super) fn names(row: &str) -> impl Iterator<Item = &str> {
    row.split('|').nth(1).into_iter().flat_map(|cell| cell.split('`').skip(1).step_by(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_found_by_the_head_of_its_first_column() {
        let text =
            "| a | b |\n|---|---|\n| 1 | 2 |\n\n| c | d |\n|---|---|\n| `3`, `4` | `5` |\nx\n";
        assert_eq!(rows(text, "a"), ["| 1 | 2 |"]);
        assert_eq!(rows(text, "c"), ["| `3`, `4` | `5` |"]);
        assert!(rows(text, "b").is_empty());
        let comment = format!("//! {}", text.replace('\n', "\n//! "));
        assert_eq!(rows(&comment, "a"), ["| 1 | 2 |"]);
        assert_eq!(names(rows(text, "c")[0]).collect::<Vec<_>>(), ["3", "4"]);
    }
}
