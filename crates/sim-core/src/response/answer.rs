//! One complete answer of the server.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::error::{Error, code};
use crate::model::Claims;
use crate::primitives::{RunId, Secret};
use crate::response::ServerFacts;

/// A complete answer of the server, with the run that its request was about.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Answer {
    /// The HTTP status of the answer.
    pub status: StatusCode,
    /// The headers of the answer.
    pub headers: HeaderMap,
    /// The whole body of the answer.
    pub body: Bytes,
    /// The run that the request starts or is about; `None` if there is none.
    pub run_id: Option<RunId>,
    /// The secret to remove from texts of this answer.
    secret: Option<Secret>,
    /// The facts known about the server that sent this answer.
    server: Option<Arc<ServerFacts>>,
}

impl Answer {
    /// Creates an answer to a request that starts or concerns the run `run_id`.
    pub fn new(response: http::Response<Bytes>, run_id: Option<RunId>) -> Self {
        let (head, body) = response.into_parts();
        Self {
            status: head.status,
            headers: head.headers,
            body,
            run_id,
            secret: None,
            server: None,
        }
    }

    /// Sets the secret to remove from texts of this answer.
    #[must_use]
    pub(crate) fn without(mut self, secret: Option<&Secret>) -> Self {
        self.secret = secret.cloned();
        self
    }

    /// Sets the facts known about the server that sent this answer.
    #[must_use]
    pub(crate) fn of_server(mut self, server: &Arc<ServerFacts>) -> Self {
        self.server = Some(Arc::clone(server));
        self
    }

    /// Records what this answer proves about run ids of callers.
    pub(crate) fn note_claims(&self, proof: Claims) {
        if let Some(server) = &self.server {
            server.note_claims(proof, &self.headers);
        }
    }

    /// Returns what is proven about run ids of callers by now.
    pub(crate) fn claims(&self) -> Claims {
        self.server.as_ref().map(|server| server.claims()).unwrap_or_default()
    }

    /// Returns this answer with another status and body.
    pub(crate) fn with(&self, status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self { status, body: body.into(), ..self.clone() }
    }

    pub(crate) fn secret(&self) -> Option<&Secret> {
        self.secret.as_ref()
    }

    pub(crate) fn text(&self, header: &str) -> Option<&str> {
        self.headers.get(header)?.to_str().ok()
    }

    /// Returns an error with the code `INVALID_RESPONSE`, for an endpoint that cannot read this answer. The error
    /// keeps the whole body, which may hold a result.
    pub fn not_as_documented(&self, why: &dyn std::fmt::Display) -> Error {
        let hint = match self.body.trim_ascii_start().first() {
            Some(b'<') => " (it looks like a web page: does the base URL point at Sim?)",
            Some(_) => "",
            None => " (it is empty)",
        };
        let message = format!("the answer is not what the API documents{hint}: {why}");
        Error::decode(code::readable(&message)).with(|inner| {
            inner.status = Some(self.status);
            inner.body = self.body.clone();
        })
    }
}
