//! What a request asks for.

use bytes::Bytes;
use http::Method;
use serde_json::Value;

/// A request, taken apart.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The method.
    pub method: &'a Method,
    /// The parts of the path, decoded.
    pub path: Vec<String>,
    /// The query.
    pub query: &'a str,
    request: &'a http::Request<Bytes>,
}

/// The key that the model accepts.
pub const KEY: &str = "sk-sim-model";

impl<'a> Asked<'a> {
    /// Takes a request apart.
    pub fn new(request: &'a http::Request<Bytes>) -> Self {
        let path = request.uri().path().trim_start_matches('/').split('/').map(decoded).collect();
        let query = request.uri().query().unwrap_or_default();
        Self { method: request.method(), path, query, request }
    }

    /// Returns the value of a header, or `None` if it was not sent.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.request.headers().get(name).map(|value| value.to_str().unwrap_or_default())
    }

    /// Returns whether the key is good, wrong (an error), or absent (`None`).
    pub fn key(&self) -> Option<Result<(), ()>> {
        self.header("x-api-key").map(|key| if key == KEY { Ok(()) } else { Err(()) })
    }

    /// Returns the body as JSON, or `None` if it is not JSON.
    pub fn body(&self) -> Option<Value> {
        serde_json::from_slice(self.request.body()).ok()
    }

    /// Returns whether there is no body.
    pub fn has_no_body(&self) -> bool {
        self.request.body().is_empty()
    }

    /// Returns whether the output of a run is wanted.
    pub fn wants_output(&self) -> bool {
        self.query.contains("includeOutput=true")
    }
}

fn decoded(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut left = part.as_bytes();
    while let [first, rest @ ..] = left {
        let pair = rest.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                left = &rest[2..];
            }
            _ => {
                bytes.push(*first);
                left = rest;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_path_are_decoded() {
        assert_eq!(decoded("workflow-execution%3Ax"), "workflow-execution:x");
        assert_eq!(decoded("100%"), "100%");
    }
}
