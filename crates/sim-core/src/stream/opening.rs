//! The call that opens a stream; its output is the reader of the body.

use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http::response::Parts;
use http::{HeaderMap, StatusCode};

use crate::call::Call;
use crate::client::Api;
use crate::error::Result;
use crate::model::{Claims, RunHandle};
use crate::operation::{Ending, Endpoint, Meta, Operation, StreamEndpoint, Wrapper};
use crate::primitives::RunId;
use crate::response::Answer;
use crate::stream::RunEvents;

impl Api {
    /// Returns the exchange that opens a stream. It ends with the reader for the body, which stays with the adapter.
    ///
    /// # Errors
    /// If its request cannot be built.
    pub fn stream<E: StreamEndpoint>(&self, endpoint: E) -> Result<Call<Opening<E>>> {
        Call::new(self.clone(), Opening::new(endpoint))
    }
}

/// The endpoint that opens a stream. Its output is the reader for the body.
#[derive(Debug, Clone)]
pub struct Opening<E> {
    inner: E,
}

impl<E: StreamEndpoint> Opening<E> {
    pub(crate) fn new(inner: E) -> Self {
        Self { inner }
    }
}

impl<E: Operation> Wrapper for Opening<E> {
    type Inner = E;

    fn inner(&self) -> &E {
        &self.inner
    }

    fn inner_mut(&mut self) -> &mut E {
        &mut self.inner
    }
}

impl<E: StreamEndpoint> Endpoint for Opening<E> {
    type Output = RunEvents;

    fn decode(&self, answer: &Answer) -> Result<RunEvents> {
        if is_stream(answer.status, &answer.headers) {
            let named = answer.text("x-execution-id").or_else(|| answer.text("x-run-id"));
            let run = named.map(RunId::from).or_else(|| answer.run_id.clone());
            let handle = self.inner.workflow().zip(run.as_ref()).map(|(workflow, run)| {
                let claims_proven = answer.claims() == Claims::Proven;
                RunHandle { claims_proven, ..RunHandle::new(workflow.clone(), run.clone()) }
            });
            let events = RunEvents::new(run)
                .sent_as(answer.sent_id())
                .of((self.inner.name(), self.inner.workflow()), handle);
            return Ok(events.without(answer.secret()).headed(Meta::of(answer)));
        }
        let settled = self.inner.decode_non_stream(answer).map(RunEvents::settled);
        settled.map(|events| events.headed(Meta::of(answer)))
    }

    fn hand_ending(&self, events: &mut RunEvents, ending: &Arc<dyn Ending>) -> bool {
        events.told_by(Arc::clone(ending));
        true
    }

    fn hands_over(&self, head: &Parts) -> bool {
        is_stream(head.status, &head.headers)
    }
}

/// Returns whether an answer is a stream. Servers that do not support it answer with the result as JSON.
pub(crate) fn is_stream(status: StatusCode, headers: &HeaderMap) -> bool {
    // Some proxies add a type to that of the server: `text/event-stream, text/plain`.
    let kinds = headers.get_all(CONTENT_TYPE).iter().filter_map(|kinds| kinds.to_str().ok());
    let is_stream = |kind: &str| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("text/event-stream")
    };
    status == StatusCode::OK && kinds.flat_map(|kinds| kinds.split(',')).any(is_stream)
}
