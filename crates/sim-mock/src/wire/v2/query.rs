//! The query of a request, which is as strict as a body.

use http::Uri;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::issue::{Issue, Sized};
use super::problem::Problem;

/// The parameters that were not read yet, and the problems of those that were.
#[derive(Debug)]
pub(crate) struct Query {
    left: Vec<(String, String)>,
    issues: Vec<Issue>,
}

impl Query {
    pub(crate) fn of(uri: &Uri) -> Self {
        let pairs = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        let left = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        });
        Self { left: left.collect(), issues: Vec::new() }
    }

    /// Records a problem of the request.
    pub(crate) fn issue(&mut self, issue: Issue) {
        self.issues.push(issue);
    }

    /// Returns whether the query has a parameter that was not read yet.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.left.iter().any(|(key, _)| key == name)
    }

    /// Takes a parameter. Refuses one that comes twice.
    fn take(&mut self, name: &str) -> Option<String> {
        let mut values = Vec::new();
        self.left.retain(|(key, value)| {
            if key == name {
                values.push(value.clone());
            }
            key != name
        });
        if values.len() > 1 {
            let twice = Value::Array(Vec::new());
            self.issues.push(Issue::kind("string", Some(&twice)).at(name));
        }
        values.into_iter().next()
    }

    /// Reads a text that must not be blank.
    pub(crate) fn text(&mut self, name: &str, maximum: u64) -> Option<String> {
        let text = self.take(name)?;
        if text.trim().is_empty() {
            self.issues.push(Issue::too_small(Sized::Characters, 1, true).at(name));
        } else if text.chars().count() as u64 > maximum {
            self.issues.push(Issue::too_big(Sized::Characters, maximum).at(name));
        }
        Some(text)
    }

    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let Some(text) = self.take(name) else { return false };
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" => true,
            "false" | "0" => false,
            _ => {
                self.issues.push(Issue::kind("boolean", Some(&text.into())).at(name));
                false
            }
        }
    }

    /// Reads a flag in one of its many spellings.
    pub(crate) fn switch(&mut self, name: &str) -> bool {
        const WORDS: [&str; 12] =
            ["true", "1", "yes", "on", "y", "enabled", "false", "0", "no", "off", "n", "disabled"];
        let Some(text) = self.take(name) else { return false };
        let place = WORDS.iter().position(|word| *word == text);
        if place.is_none() {
            self.issues.push(Issue::spelling(&WORDS).at(name));
        }
        place.is_some_and(|place| place < WORDS.len() / 2)
    }

    /// Reads one of these words.
    pub(crate) fn word(&mut self, name: &str, words: &[&'static str]) -> Option<&'static str> {
        let text = self.take(name)?;
        let word = words.iter().find(|word| **word == text).copied();
        if word.is_none() {
            self.issues.push(Issue::option(words).at(name));
        }
        word
    }

    /// Reads whether a list is in descending order.
    pub(crate) fn descends(&mut self, name: &str, unless_said: bool) -> bool {
        self.word(name, &["asc", "desc"]).map_or(unless_said, |word| word == "desc")
    }

    /// Reads a point in time, in UTC.
    pub(crate) fn time(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.take(name)?;
        let time = text.ends_with('Z').then(|| text.parse().ok()).flatten();
        if time.is_none() {
            self.issues.push(Issue::custom("Invalid ISO datetime").at(name));
        }
        time
    }

    /// Reads words separated by commas, none of which may be empty.
    pub(crate) fn words(&mut self, name: &str) -> Option<Vec<String>> {
        let text = self.text(name, u64::MAX)?;
        let words: Vec<String> = text.split(',').map(str::to_owned).collect();
        if words.iter().any(String::is_empty) {
            self.issues.push(Issue::too_small(Sized::Characters, 1, true).at(name));
        }
        Some(words)
    }

    /// Reads a number that must not be negative.
    pub(crate) fn number(&mut self, name: &str) -> Option<f64> {
        let text = self.take(name)?;
        match text.parse::<f64>() {
            Ok(number) if number >= 0.0 => return Some(number),
            Ok(_) => self.issues.push(Issue::too_small(Sized::Number, 0, true).at(name)),
            Err(_) => self.issues.push(Issue::not_a_number().at(name)),
        }
        None
    }

    /// Reads the number of entries of a page of logs, by default 100. Any number is moved into the range from
    /// 1 to 1000.
    pub(crate) fn clamped_limit(&mut self) -> usize {
        let Some(text) = self.take("limit") else { return 100 };
        if let Ok(limit) = text.parse::<i64>() {
            return usize::try_from(limit.clamp(1, 1000)).unwrap_or(100);
        }
        self.issues.push(Issue::not_a_number().at("limit"));
        100
    }

    /// Reads the number of entries of a page: by default 50, at most 100.
    pub(crate) fn limit(&mut self) -> usize {
        let Some(text) = self.take("limit") else { return 50 };
        let issue = match text.parse::<i64>() {
            Ok(limit @ 1..=100) => return usize::try_from(limit).unwrap_or(100),
            Ok(101..) => Issue::too_big(Sized::Number, 100).with_message("limit cannot exceed 100"),
            Ok(_) => {
                Issue::too_small(Sized::Number, 1, true).with_message("limit must be at least 1")
            }
            Err(_) => Issue::not_a_number(),
        };
        self.issues.push(issue.at("limit"));
        50
    }

    /// Reads the cursor, which is the end of the last page.
    pub(crate) fn cursor(&mut self) -> Option<String> {
        self.text("cursor", u64::MAX)
    }

    /// Refuses the request if any parameter is unknown or has a problem. Call it after all parameters are
    /// read.
    pub(crate) fn done(mut self) -> Result<(), Problem> {
        if !self.left.is_empty() {
            let mut keys: Vec<String> = Vec::new();
            for (key, _) in self.left {
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
            self.issues.push(Issue::unknown_keys(keys));
        }
        if self.issues.is_empty() { Ok(()) } else { Err(Problem::invalid(self.issues)) }
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}
