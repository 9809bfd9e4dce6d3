//! One complete answer of the server, and the reading that all endpoints share.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::error::{Error, code};
use crate::model::Claims;
use crate::primitives::{RunId, Secret};
use crate::response::ServerFacts;

/// What the server answered, and the run that the request was for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
    /// The run that the request starts or is about.
    pub run_id: Option<RunId>,
    /// What the texts in it must not show.
    secret: Option<Secret>,
    /// What is known of the server that wrote it.
    server: Option<Arc<ServerFacts>>,
}

impl Answer {
    /// An answer to a request that starts `run` or is about it.
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

    /// Keeps a secret out of the texts that are read from this answer.
    #[must_use]
    pub(crate) fn without(mut self, secret: Option<&Secret>) -> Self {
        self.secret = secret.cloned();
        self
    }

    /// Notes what is known of the server that wrote this answer.
    #[must_use]
    pub(crate) fn of_server(mut self, server: &Arc<ServerFacts>) -> Self {
        self.server = Some(Arc::clone(server));
        self
    }

    /// Notes what this answer proves about the run ids that callers choose.
    pub(crate) fn note_claims(&self, proof: Claims) {
        if let Some(server) = &self.server {
            server.note_claims(proof, &self.headers);
        }
    }

    /// The same answer with another status and body.
    pub(crate) fn with(&self, status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self { status, body: body.into(), ..self.clone() }
    }

    pub(crate) fn secret(&self) -> Option<&Secret> {
        self.secret.as_ref()
    }

    pub(crate) fn text(&self, header: &str) -> Option<&str> {
        self.headers.get(header)?.to_str().ok()
    }

    /// The error of an answer that an endpoint cannot read, with the code `INVALID_RESPONSE`. It keeps the whole body: a
    /// result may be in there.
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
