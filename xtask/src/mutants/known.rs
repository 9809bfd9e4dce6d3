//! The results of the mutants, kept between runs.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::command::Result;

/// The end of a mutant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum End {
    /// A test failed, or ran for too long.
    Caught,
    /// The mutant does not compile.
    Unviable,
    /// The unit tests missed it, and the other tests of the core have not seen it yet.
    Unseen,
    /// The core's tests missed it, and the suite has not seen it yet.
    Missed,
    /// Every stage missed it.
    Alive,
}

const WORDS: [(End, &str); 5] = [
    (End::Caught, "caught"),
    (End::Unviable, "unviable"),
    (End::Unseen, "unseen"),
    (End::Missed, "missed"),
    (End::Alive, "alive"),
];

/// The ends of mutants by name. A name contains the place in the source, so a mutant that moves is forgotten.
pub(super) struct Known {
    path: PathBuf,
    ends: BTreeMap<String, End>,
}

impl Known {
    /// Reads the known ends of the listed mutants.
    pub(super) fn load(path: PathBuf, listed: &[&str]) -> Self {
        let text = fs::read_to_string(&path).unwrap_or_default();
        let ends = read(&text).filter(|(name, _)| listed.contains(&name.as_str())).collect();
        Self { path, ends }
    }

    pub(super) fn get(&self, name: &str) -> Option<End> {
        self.ends.get(name).copied()
    }

    pub(super) fn note(&mut self, name: &str, end: End) {
        self.ends.insert(name.to_owned(), end);
    }

    pub(super) fn save(&self) -> Result {
        let line = |(name, end): (&String, &End)| {
            let word = WORDS.iter().find(|(known, _)| known == end).map_or("", |(_, word)| word);
            format!("{word} {name}\n")
        };
        let text: String = self.ends.iter().map(line).collect();
        let told = |error| format!("{}: {error}", self.path.display());
        fs::create_dir_all(self.path.parent().unwrap_or(&self.path)).map_err(told)?;
        fs::write(&self.path, text).map_err(told)
    }
}

fn read(text: &str) -> impl Iterator<Item = (String, End)> {
    text.lines().filter_map(|line| {
        let (word, name) = line.split_once(' ')?;
        let (end, _) = WORDS.iter().find(|(_, known)| *known == word)?;
        Some((name.to_owned(), *end))
    })
}

/// Parses a list of equivalent mutants: a part of the name, ` -- `, and the reason.
pub(super) fn places(list: &str) -> impl Iterator<Item = (&str, &str)> {
    list.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" -- "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_read_again() {
        let text = "caught a.rs:1:2: x\nalive b.rs:3:4: y z\nodd c\n";
        let ends: Vec<_> = read(text).collect();
        let noted =
            [("a.rs:1:2: x".to_owned(), End::Caught), ("b.rs:3:4: y z".to_owned(), End::Alive)];
        assert_eq!(ends, noted);
    }

    #[test]
    fn a_reason_stands_behind_the_place() {
        let list = "# a comment -- no reason\n\nin f -- it is the same\n";
        assert_eq!(places(list).collect::<Vec<_>>(), [("in f", "it is the same")]);
    }
}
