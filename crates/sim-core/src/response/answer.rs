//! One complete answer of the server.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::error::{Error, code};
use crate::model::Claims;
use crate::primitives::{RateLimitInfo, RunId, Secret, rate_limit};
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
    /// The run that the request is about. Of a start, this is the id that was sent, if the server is known to honour
    /// it. `None` if no run is known.
    pub run_id: Option<RunId>,
    /// The id that a start sent, where it is not known to be the run's.
    sent_id: Option<RunId>,
    /// What was known about the server before a start was sent; `None` if the request starts no run.
    claims: Option<Claims>,
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
            sent_id: None,
            claims: None,
            secret: None,
            server: None,
        }
    }

    /// Makes this the answer to a start that sent `sent`, with what was known before about the server.
    #[must_use]
    pub(crate) fn of_start(mut self, sent: &RunId, claims: Claims) -> Self {
        let sent = Some(sent.clone());
        (self.run_id, self.sent_id) =
            if claims == Claims::Proven { (sent, None) } else { (None, sent) };
        self.claims = Some(claims);
        self
    }

    /// Returns the id that a start sent for its run, or `None` if the request starts no run.
    pub fn sent_id(&self) -> Option<&RunId> {
        self.claims.and(self.sent_id.as_ref().or(self.run_id.as_ref()))
    }

    /// Returns what was known about the server before the start was sent.
    pub(crate) fn claims(&self) -> Claims {
        self.claims.unwrap_or_default()
    }

    /// Returns whether the answer carries a request id in the form of Sim's routes: evidence, not proof.
    pub(crate) fn has_sims_request_id(&self) -> bool {
        self.text("x-request-id")
            .is_some_and(|id| id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
    }

    /// Adds the data from the head of this answer to its error.
    pub(crate) fn describe(&self, error: Error) -> Error {
        error.with(|inner| {
            let id = self.text("x-request-id").map(code::readable);
            inner.request_id = id.filter(|id| !id.is_empty());
            inner.rate_limit = RateLimitInfo::from_headers(&self.headers);
            inner.retry_after = rate_limit::retry_after(&self.headers);
        })
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

    /// Records what this answer to a start proves about run ids of callers. Without a key it proves nothing.
    pub(crate) fn note_start(&self, proof: Claims) {
        if self.secret.is_some() {
            self.note_claims(proof);
        }
    }

    /// Records what it proves that this answer to a start names its run so.
    pub(crate) fn note_named(&self, named: &str) {
        if let Some(sent) = self.sent_id() {
            let is_ours = sent.as_str() == named;
            self.note_start(if is_ours { Claims::Proven } else { Claims::Refuted });
        }
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
}
