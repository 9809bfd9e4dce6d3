//! An answer of the model.

use serde_json::{Value, json};

use super::time::{Millis, http_date};

/// An answer, and when it leaves the server.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
    /// When the answer leaves.
    pub at: Millis,
}

impl Reply {
    /// Creates an answer of a route, which is JSON.
    pub fn json(status: u16, body: &Value, at: Millis) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self { status, headers, body: body.to_string(), at }
            .dated()
            .with("x-request-id", "4f2f436e")
    }

    /// Creates a refusal of the first generation.
    pub fn error(status: u16, text: &str, at: Millis) -> Self {
        Self::json(status, &json!({"error": text}), at)
    }

    /// Creates a refusal of the second generation.
    pub fn v2_error(status: u16, code: &str, message: &str, at: Millis) -> Self {
        Self::json(status, &json!({"error": {"code": code, "message": message}}), at)
    }

    /// Creates a refusal of the second generation with details.
    pub fn v2_details(status: u16, code: &str, message: &str, details: &Value, at: Millis) -> Self {
        let error = json!({"code": code, "message": message, "details": details});
        Self::json(status, &json!({"error": error}), at)
    }

    /// Creates the framework's page for an address that no route has.
    pub fn page(at: Millis) -> Self {
        let headers = vec![("content-type", "text/html; charset=utf-8".to_owned())];
        let body = "<!DOCTYPE html><html lang=\"en\"><head><title>Page Not Found | Sim</title></head></html>";
        Self { status: 404, headers, body: body.to_owned(), at }.dated()
    }

    /// Creates a stream of events.
    pub fn stream(frames: &[Value], at: Millis) -> Self {
        let headers = vec![("content-type", "text/event-stream".to_owned())];
        let body =
            frames.iter().fold(String::new(), |all, frame| all + &format!("data: {frame}\n\n"));
        Self { status: 200, headers, body, at }.dated().with("x-request-id", "4f2f436e")
    }

    fn dated(self) -> Self {
        let date = http_date(self.at);
        self.with("date", &date)
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Returns the value of a header, or `None` if the answer has no such header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| *header == name).map(|(_, value)| value.as_str())
    }
}
