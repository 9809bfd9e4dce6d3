//! The problems of a request, in the form of Sim's validator.

use serde::Serialize;
use serde_json::Value;

/// One problem. Its code decides which keys it has.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Issue {
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<&'static str>,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    received: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inclusive: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keys: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Vec<&'static str>>,
    /// What is wrong with each form that the value could have had. The server tells it, the mock does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<Vec<Issue>>>,
    path: Vec<Value>,
    pub(crate) message: String,
}

/// The unit of a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sized {
    Number,
    /// The number of items of an array.
    Items,
    /// The number of characters of a text.
    Characters,
}

impl Sized {
    fn origin(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Items => "array",
            Self::Characters => "string",
        }
    }

    fn message(self, size: &str, sign: &str, limit: u64) -> String {
        match self {
            Self::Number => format!("{size}: expected number to be {sign}{limit}"),
            Self::Items => format!("{size}: expected array to have {sign}{limit} items"),
            Self::Characters => format!("{size}: expected string to have {sign}{limit} characters"),
        }
    }
}

impl Issue {
    /// Creates the problem of a value of the wrong type. The type of an absent value is `undefined`.
    pub(crate) fn kind(expected: &'static str, found: Option<&Value>) -> Self {
        let found = found.map_or("undefined", kind_of);
        Self {
            expected: Some(expected),
            code: "invalid_type",
            message: format!("Invalid input: expected {expected}, received {found}"),
            ..Self::default()
        }
    }

    /// Creates the problem of a text in place of a number.
    pub(crate) fn not_a_number() -> Self {
        Self {
            expected: Some("number"),
            code: "invalid_type",
            received: Some("NaN"),
            message: "Invalid input: expected number, received NaN".to_owned(),
            ..Self::default()
        }
    }

    pub(crate) fn too_small(of: Sized, minimum: u64, inclusive: bool) -> Self {
        let sign = if inclusive { ">=" } else { ">" };
        Self {
            origin: Some(of.origin()),
            code: "too_small",
            minimum: Some(minimum),
            inclusive: Some(inclusive),
            message: of.message("Too small", sign, minimum),
            ..Self::default()
        }
    }

    pub(crate) fn too_big(of: Sized, maximum: u64) -> Self {
        Self {
            origin: Some(of.origin()),
            code: "too_big",
            maximum: Some(maximum),
            inclusive: Some(true),
            message: of.message("Too big", "<=", maximum),
            ..Self::default()
        }
    }

    /// Creates the problem of a text that does not match the pattern.
    pub(crate) fn pattern(pattern: &'static str) -> Self {
        Self {
            origin: Some("string"),
            code: "invalid_format",
            format: Some("regex"),
            pattern: Some(pattern),
            ..Self::default()
        }
    }

    /// Creates the problem of a text that is not one of these.
    pub(crate) fn option(words: &[&'static str]) -> Self {
        let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
        Self {
            code: "invalid_value",
            values: Some(words.to_vec()),
            message: format!("Invalid option: expected one of {}", quoted.join("|")),
            ..Self::default()
        }
    }

    /// Creates the problem of a text that is none of the spellings of yes and no.
    pub(crate) fn spelling(words: &[&'static str]) -> Self {
        Self { expected: Some("stringbool"), ..Self::option(words) }
    }

    pub(crate) fn unknown_keys(keys: Vec<String>) -> Self {
        let s = if keys.len() == 1 { "" } else { "s" };
        let quoted: Vec<String> = keys.iter().map(|key| format!("\"{key}\"")).collect();
        Self {
            code: "unrecognized_keys",
            message: format!("Unrecognized key{s}: {}", quoted.join(", ")),
            keys: Some(keys),
            ..Self::default()
        }
    }

    pub(crate) fn custom(message: impl Into<String>) -> Self {
        Self { code: "custom", message: message.into(), ..Self::default() }
    }

    /// Adds a segment to the path of the problem.
    pub(crate) fn at(mut self, path: impl Into<Value>) -> Self {
        self.path.push(path.into());
        self
    }

    /// Puts a segment before the path of the problem.
    pub(crate) fn under(mut self, path: impl Into<Value>) -> Self {
        self.path.insert(0, path.into());
        self
    }

    /// Returns whether the problem is the size of a value, at the top of its path.
    pub(crate) fn is_of_size(&self) -> bool {
        self.path.is_empty() && matches!(self.code, "too_small" | "too_big")
    }

    /// Creates the problem of a value that has none of several forms.
    pub(crate) fn union() -> Self {
        let message = "Invalid input".to_owned();
        Self { code: "invalid_union", errors: Some(Vec::new()), message, ..Self::default() }
    }

    /// Replaces the message of the problem.
    pub(crate) fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
