//! The error bodies of both generations of the API.

use serde_json::{Map, Value};

use crate::error::code;

/// The error body of an answer, from either generation.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Envelope {
    pub(crate) code: Option<String>,
    pub(crate) message: String,
    pub(crate) details: Option<Value>,
    pub(crate) form: Form,
}

/// The form of an error body.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(crate) enum Form {
    /// That of the first generation: the error is a text.
    #[default]
    Flat,
    /// That of the second generation, which only the server itself writes: the error is an object.
    Nested,
    /// That of the second generation without its words. It is known by its code, and proves nothing about a run.
    Wordless,
}

impl Envelope {
    /// Reads `{"error": {"code", "message", "details"}}` or `{"error": "text", "code", "details", ...}`.
    pub(crate) fn read(body: &Value) -> Option<Self> {
        let body = body.as_object()?;
        match body.get("error")? {
            Value::String(message) => Some(Self::of(body, message, Form::Flat)),
            Value::Object(error) => match error.get("message").and_then(Value::as_str) {
                Some(message) => Some(Self::of(error, message, Form::Nested)),
                None => Some(Self::of(error, "", Form::Wordless))
                    .filter(|envelope| envelope.code.is_some()),
            },
            _ => None,
        }
    }

    fn of(from: &Map<String, Value>, message: &str, form: Form) -> Self {
        Self {
            code: from.get("code").and_then(word).map(str::to_owned),
            message: message.to_owned(),
            details: from.get("details").cloned(),
            form,
        }
    }

    fn detail_code(&self) -> Option<&str> {
        self.details.as_ref()?.get("code").and_then(word)
    }

    /// Returns whether the body has the whole form of the second generation.
    pub(crate) fn is_nested(&self) -> bool {
        self.form == Form::Nested
    }

    /// Returns whether the body is the exact answer of a server with the second generation switched off.
    pub(crate) fn is_gate(&self) -> bool {
        self.is_nested()
            && self.code.as_deref() == Some(code::NOT_FOUND)
            && self.message == "Not found"
            && self.details.is_none()
    }

    /// Returns the most specific code; v2 puts a more specific one in the details.
    pub(crate) fn refined_code(&self) -> Option<&str> {
        self.detail_code().or(self.code.as_deref())
    }
}

/// Returns a code if the value is a non-empty text.
fn word(value: &Value) -> Option<&str> {
    value.as_str().filter(|word| !word.trim().is_empty())
}
