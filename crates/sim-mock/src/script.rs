//! Answers that a test puts in place of the server's own.

use std::collections::VecDeque;
use std::sync::Mutex;

use axum::body::Body;
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, StatusCode};

/// One answer, in place of the server's own.
#[derive(Debug, Clone)]
pub(crate) struct Canned {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: String,
}

impl Canned {
    /// Creates an answer. Panics if HTTP does not allow the status, a name or a value.
    pub(crate) fn new(status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let status = StatusCode::from_u16(status).expect("the status is one of HTTP");
        let mut parsed = vec![];
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("the header has a name of HTTP");
            let value: HeaderValue = value.parse().expect("the header has a value of HTTP");
            parsed.push((name, value));
        }
        if !body.is_empty() && !parsed.iter().any(|(name, _)| name == CONTENT_TYPE) {
            parsed.push((CONTENT_TYPE, HeaderValue::from_static("application/json")));
        }
        Self { status, headers: parsed, body: body.to_owned() }
    }

    pub(crate) fn response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        response.headers_mut().extend(self.headers);
        response
    }
}

/// The queue of answers that are still to be sent.
#[derive(Debug, Default)]
pub(crate) struct Script(Mutex<VecDeque<Canned>>);

impl Script {
    pub(crate) fn push(&self, answer: Canned) {
        self.0.lock().expect("no code panics while it holds the script").push_back(answer);
    }

    pub(crate) fn next(&self) -> Option<Canned> {
        self.0.lock().expect("no code panics while it holds the script").pop_front()
    }
}
