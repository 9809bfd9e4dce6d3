//! Lists of known differences, each under its reason.

use std::collections::BTreeSet;

/// A placeholder for any text in the list.
const ANY: char = '…';

/// A list of differences. The first line of each paragraph explains the lines below it.
#[derive(Debug)]
pub struct List<'a>(Vec<&'a str>);

impl<'a> List<'a> {
    /// Reads the list.
    ///
    /// # Panics
    ///
    /// Panics on a difference without an explanation before it.
    pub fn read(text: &'a str) -> Self {
        let mut explained = false;
        let mut entries = Vec::new();
        for line in text.lines().map(str::trim_end) {
            match line.strip_prefix('#') {
                _ if line.is_empty() => explained = false,
                Some(why) => explained = !why.trim().is_empty(),
                None => {
                    assert!(explained, "nothing explains: {line}");
                    entries.push(line);
                }
            }
        }
        Self(entries)
    }

    /// Returns the entries that a caller selects. An entry may begin with a name in brackets, which does not
    /// belong to it.
    #[must_use]
    pub fn only(self, is_meant: impl Fn(Option<&str>) -> bool) -> Self {
        let split = |entry: &'a str| {
            let named = entry.strip_prefix('[').and_then(|entry| entry.split_once("] "));
            named.map_or((None, entry), |(name, entry)| (Some(name), entry))
        };
        let entries = self.0.into_iter().map(split).filter(|(name, _)| is_meant(*name));
        Self(entries.map(|(_, entry)| entry).collect())
    }

    /// Returns the lines that no entry names, and the entries that name no line.
    pub fn judge<'b>(&self, lines: &'b BTreeSet<String>) -> (Vec<&'b str>, Vec<&'a str>) {
        let named = |line: &str| self.0.iter().any(|entry| names(entry, line));
        let unexplained = lines.iter().map(String::as_str).filter(|line| !named(line)).collect();
        let occurs = |entry: &str| lines.iter().any(|line| names(entry, line));
        let stale = self.0.iter().copied().filter(|entry| !occurs(entry)).collect();
        (unexplained, stale)
    }
}

fn names(entry: &str, line: &str) -> bool {
    let Some((start, rest)) = entry.split_once(ANY) else { return entry == line };
    let Some(mut left) = line.strip_prefix(start) else { return false };
    let mut parts: Vec<_> = rest.split(ANY).collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        match left.split_once(part) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    left.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_may_leave_parts_of_a_line_open() {
        assert!(names("a: b", "a: b"));
        assert!(!names("a: b", "a: b c"));
        assert!(names("a: … | \"x\"", "a: anything | \"x\""));
        assert!(names("… b … d", "a b c d"));
        assert!(!names("a … z", "a b c"));
    }

    #[test]
    fn what_is_not_listed_and_what_does_not_occur_is_found() {
        let list = List::read("# Why.\na\nb …\n\n# Another reason.\nc\n");
        let lines = ["a", "b 1", "b 2", "d"].map(str::to_owned).into();
        assert_eq!(list.judge(&lines), (vec!["d"], vec!["c"]));
    }

    #[test]
    fn an_entry_may_be_meant_for_one_alone() {
        let list = List::read("# Why.\na\n[one] b\n[two] c\n");
        let list = list.only(|name| name != Some("two"));
        let lines = ["a", "b"].map(str::to_owned).into();
        assert_eq!(list.judge(&lines), (Vec::<&str>::new(), vec![]));
    }

    #[test]
    #[should_panic(expected = "nothing explains: b")]
    fn an_entry_needs_its_explanation() {
        List::read("# Why.\na\n\nb\n");
    }
}
