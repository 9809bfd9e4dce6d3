//! The requests that reached the server, kept for the test.

use std::sync::Mutex;

use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;

/// A request as it reached the server.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// The method in upper case.
    pub method: String,
    /// The path and the query as the client sent them.
    pub target: String,
    /// The names (lower case) and values of the headers, in their order.
    pub headers: Vec<(String, String)>,
    /// The body; nothing if the client left before it was complete, or if it is that of an upload. Those are in
    /// [`Sim::content`](crate::Sim::content).
    pub body: Bytes,
}

impl Request {
    /// Returns the first value of a header, or `None` if it is absent. The case of the name does not matter.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Returns the target without its query.
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(&self.target, |(path, _)| path)
    }

    /// Returns the body as JSON, or `None` if it is not JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// All requests, in the order of their heads.
#[derive(Debug, Default)]
pub(crate) struct Log(Mutex<Vec<Request>>);

impl Log {
    /// Records the head of a request, and returns the number that names it in [`Log::body`].
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

    /// Records the body of a request whose head was recorded.
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
