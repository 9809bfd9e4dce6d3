//! The answer that a Response block writes.

use serde_json::{Value, json};

/// What a Response block answers in place of the server.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ResponseBlock {
    /// HTTP status; 200 unless the author chose one.
    pub status: u16,
    /// Names and values of headers, added to the answer.
    pub headers: Vec<(String, String)>,
    /// The body, any JSON.
    pub body: Value,
}

impl ResponseBlock {
    /// Answers 200 with this body.
    pub fn new(body: impl Into<Value>) -> Self {
        Self { status: 200, headers: Vec::new(), body: body.into() }
    }

    /// Sets the HTTP status.
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The block's output, as it reads wherever the block does not write the answer.
    pub(crate) fn output(&self) -> Value {
        let mut headers = serde_json::Map::new();
        headers.insert("Content-Type".to_owned(), "application/json".into());
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone().into());
        }
        json!({ "data": self.body, "status": self.status, "headers": headers })
    }
}
