//! What reached the server, kept for the test to look at.

use std::sync::Mutex;

use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;

/// A request as it reached the server.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// The method, upper case.
    pub method: String,
    /// Path and query as sent.
    pub target: String,
    /// Names (lower case) and values of the headers, in their order.
    pub headers: Vec<(String, String)>,
    /// The body; empty when the client left before it was complete.
    pub body: Bytes,
}

impl Request {
    /// The first value of a header; the case of the name does not matter.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The target without its query.
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(&self.target, |(path, _)| path)
    }

    /// The body as JSON, when it is JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// All requests, in the order of their heads.
#[derive(Debug, Default)]
pub(crate) struct Log(Mutex<Vec<Request>>);

impl Log {
    /// Notes the head of a request; the number names it in [`Log::body`].
    pub(crate) fn head(&self, method: &http::Method, target: &str, headers: &HeaderMap) -> usize {
        let headers = headers.iter().map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        let request = Request {
            method: method.as_str().to_owned(),
            target: target.to_owned(),
            headers: headers.collect(),
            body: Bytes::new(),
        };
        let mut log = self.0.lock().expect("no code panics while it holds the log");
        log.push(request);
        log.len() - 1
    }

    /// Notes the body of a request whose head was noted.
    pub(crate) fn body(&self, number: usize, body: Bytes) {
        let mut log = self.0.lock().expect("no code panics while it holds the log");
        if let Some(request) = log.get_mut(number) {
            request.body = body;
        }
    }

    pub(crate) fn all(&self) -> Vec<Request> {
        self.0.lock().expect("no code panics while it holds the log").clone()
    }
}
