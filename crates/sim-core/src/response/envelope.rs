//! The error bodies of the API, in both generations.

use serde_json::{Map, Value};

use crate::error::code;

/// The error body of either generation.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Envelope {
    pub(crate) code: Option<String>,
    pub(crate) message: String,
    pub(crate) details: Option<Value>,
    /// Whether it is the envelope of the second generation.
    pub(crate) nested: bool,
}

impl Envelope {
    /// `{"error": {"code", "message", "details"}}`, or `{"error": "text", "code", "details", ...}`.
    pub(crate) fn read(body: &Value) -> Option<Self> {
        let body = body.as_object()?;
        match body.get("error")? {
            Value::String(message) => Some(Self::of(body, message, false)),
            Value::Object(error) => Some(Self::of(error, error.get("message")?.as_str()?, true)),
            _ => None,
        }
    }

    fn of(from: &Map<String, Value>, message: &str, nested: bool) -> Self {
        Self {
            code: from.get("code").and_then(word).map(str::to_owned),
            message: message.to_owned(),
            details: from.get("details").cloned(),
            nested,
        }
    }

    fn detail_code(&self) -> Option<&str> {
        self.details.as_ref()?.get("code").and_then(word)
    }

    /// The second generation is switched off: the words are exactly these.
    pub(crate) fn is_gate(&self) -> bool {
        self.nested
            && self.code.as_deref() == Some(code::NOT_FOUND)
            && self.message == "Not found"
            && self.details.is_none()
    }

    /// The most telling code: v2 refines its own in the details.
    pub(crate) fn refined_code(&self) -> Option<&str> {
        self.detail_code().or(self.code.as_deref())
    }
}

/// A code, if it says anything.
fn word(value: &Value) -> Option<&str> {
    value.as_str().filter(|word| !word.trim().is_empty())
}
