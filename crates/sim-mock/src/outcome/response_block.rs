//! The answer that a Response block writes.

use serde_json::{Value, json};

/// The answer that a Response block writes in place of the server.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ResponseBlock {
    /// The HTTP status, by default 200.
    pub status: u16,
    /// The names and values of headers that the answer has in addition.
    pub headers: Vec<(String, String)>,
    /// The body of the answer, any JSON.
    pub body: Value,
}

impl ResponseBlock {
    /// Creates an answer with status 200 and this body.
    pub fn new(body: impl Into<Value>) -> Self {
        Self { status: 200, headers: Vec::new(), body: body.into() }
    }

    /// Sets the HTTP status of the answer.
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Adds a header to the answer.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Returns the block's output, in the form that it has wherever the block does not write the answer.
    pub(crate) fn output(&self) -> Value {
        let mut headers = serde_json::Map::new();
        headers.insert("Content-Type".to_owned(), "application/json".into());
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone().into());
        }
        json!({ "data": self.body, "status": self.status, "headers": headers })
    }
}
