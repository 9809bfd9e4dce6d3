//! Reads the keys of a strict body one by one, and refuses the body if any are left.

use serde_json::{Map, Value};

use super::issue::{Issue, Sized};
use super::problem::Problem;
use crate::wire::intake::Intake;

/// The keys of a body that were not read yet, and the problems of those that were.
#[derive(Debug)]
pub(crate) struct Fields {
    left: Map<String, Value>,
    issues: Vec<Issue>,
}

/// The change that a body makes to an optional text.
#[derive(Debug)]
pub(crate) enum Change {
    Keep,
    Clear,
    To(String),
}

impl Change {
    /// Returns the text after the change.
    pub(crate) fn of(self, before: Option<String>) -> Option<String> {
        match self {
            Self::Keep => before,
            Self::Clear => None,
            Self::To(text) => Some(text),
        }
    }
}

impl Fields {
    /// Reads the keys of a JSON object.
    pub(crate) fn of_body(intake: &Intake) -> Result<Self, Problem> {
        if intake.too_large {
            let status = http::StatusCode::PAYLOAD_TOO_LARGE;
            return Err(Problem::new(status, "Request body is too large"));
        }
        let text = String::from_utf8_lossy(&intake.body);
        let body: Result<Value, _> = serde_json::from_str(&text);
        match body {
            Ok(Value::Object(left)) => Ok(Self { left, issues: Vec::new() }),
            Ok(other) => Err(Problem::invalid(vec![Issue::kind("object", Some(&other))])),
            Err(_) => Err(Problem::bad_request("Request body must be valid JSON")),
        }
    }

    /// Reads the keys of a JSON object, or none if the body is empty.
    pub(crate) fn of_optional_body(intake: &Intake) -> Result<Self, Problem> {
        if intake.body.is_empty() {
            return Ok(Self { left: Map::new(), issues: Vec::new() });
        }
        Self::of_body(intake)
    }

    /// Records a problem of the request.
    pub(crate) fn issue(&mut self, issue: Issue) {
        self.issues.push(issue);
    }

    /// Returns whether the body has a key that was not read yet.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.left.contains_key(name)
    }

    /// Reads a key of any type.
    pub(crate) fn any(&mut self, name: &str) -> Option<Value> {
        self.left.remove(name)
    }

    pub(crate) fn flag(&mut self, name: &str) -> Option<bool> {
        match self.left.remove(name)? {
            Value::Bool(flag) => Some(flag),
            other => self.wrong(name, "boolean", &other),
        }
    }

    /// Reads a whole number from one to the maximum.
    pub(crate) fn count(&mut self, name: &str, maximum: u64, inclusive: bool) -> Option<u64> {
        let value = self.left.remove(name)?;
        let Value::Number(number) = &value else { return self.wrong(name, "number", &value) };
        let issue = match (number.as_i64(), number.as_u64()) {
            (_, Some(count)) if count > maximum => Issue::too_big(Sized::Number, maximum),
            (_, Some(count)) if count > 0 => return Some(count),
            (Some(_), _) => Issue::too_small(Sized::Number, inclusive.into(), inclusive),
            _ => Issue::kind("int", Some(&value)),
        };
        self.issues.push(issue.at(name));
        None
    }

    /// Reads a text within these lengths.
    pub(crate) fn text(&mut self, name: &str, minimum: u64, maximum: u64) -> Option<String> {
        let text = match self.left.remove(name)? {
            Value::String(text) => text,
            other => return self.wrong(name, "string", &other),
        };
        let length = text.chars().count() as u64;
        if length < minimum {
            self.issues.push(Issue::too_small(Sized::Characters, minimum, true).at(name));
        } else if length > maximum {
            self.issues.push(Issue::too_big(Sized::Characters, maximum).at(name));
        }
        Some(text)
    }

    /// Reads a text, `null` or nothing, which mean different changes.
    pub(crate) fn change(&mut self, name: &str, maximum: u64) -> Change {
        if self.left.get(name) == Some(&Value::Null) {
            self.left.remove(name);
            return Change::Clear;
        }
        self.text(name, 0, maximum).map_or(Change::Keep, Change::To)
    }

    /// Reads a text that must be there.
    pub(crate) fn required(&mut self, name: &str, maximum: u64) -> String {
        if !self.has(name) {
            self.issues.push(Issue::kind("string", None).at(name));
        }
        self.text(name, 1, maximum).unwrap_or_default()
    }

    /// Reads an object with keys that the caller chooses.
    pub(crate) fn record(&mut self, name: &str) -> Option<Map<String, Value>> {
        match self.left.remove(name)? {
            Value::Object(record) => Some(record),
            other => self.wrong(name, "record", &other),
        }
    }

    /// Reads a whole number from zero to the maximum.
    pub(crate) fn size(&mut self, name: &str, maximum: u64) -> Option<u64> {
        let value = self.left.remove(name)?;
        let Value::Number(number) = &value else { return self.wrong(name, "number", &value) };
        let issue = match (number.as_i64(), number.as_u64()) {
            (_, Some(size)) if size > maximum => Issue::too_big(Sized::Number, maximum),
            (_, Some(size)) => return Some(size),
            (Some(_), _) => Issue::too_small(Sized::Number, 0, true),
            _ => Issue::kind("int", Some(&value)),
        };
        self.issues.push(issue.at(name));
        None
    }

    /// Reads up to 100 texts that are not empty.
    pub(crate) fn texts(&mut self, name: &str) -> Vec<String> {
        self.texts_up_to(name, 100)
    }

    /// Reads up to so many texts that are not empty.
    pub(crate) fn texts_up_to(&mut self, name: &str, most: u64) -> Vec<String> {
        let items = match self.left.remove(name) {
            None => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(other) => return self.wrong(name, "array", &other).unwrap_or_default(),
        };
        if items.len() as u64 > most {
            self.issues.push(Issue::too_big(Sized::Items, most).at(name));
        }
        let mut texts = Vec::new();
        for (at, item) in items.into_iter().enumerate() {
            match item {
                Value::String(text) if text.is_empty() => {
                    let issue = Issue::too_small(Sized::Characters, 1, true);
                    self.issues.push(issue.at(name).at(at));
                }
                Value::String(text) => texts.push(text),
                other => self.issues.push(Issue::kind("string", Some(&other)).at(name).at(at)),
            }
        }
        texts
    }

    fn wrong<T>(&mut self, name: &str, expected: &'static str, found: &Value) -> Option<T> {
        self.issues.push(Issue::kind(expected, Some(found)).at(name));
        None
    }

    /// Refuses the body if any key is unknown or has a problem. Call it after all keys are read.
    pub(crate) fn done(mut self) -> Result<(), Problem> {
        if !self.left.is_empty() {
            let keys = self.left.into_iter().map(|(key, _)| key).collect();
            self.issues.push(Issue::unknown_keys(keys));
        }
        if self.issues.is_empty() { Ok(()) } else { Err(Problem::invalid(self.issues)) }
    }
}
