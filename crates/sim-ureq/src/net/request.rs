//! A request and its answer, in ureq's types.

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::request;
use http::response::Parts;
use sim_core::transport::{Destination, RequestBody, TransportError};
use ureq::{Agent, Body, SendBody};

use super::body_stream::{self, BodyStream};
use super::call_context::CallContext;
use super::errors;
use super::hidden::reveal;
use super::secrets::Held;

/// The body of an answer, with the context of its call.
pub(crate) struct Answer {
    body: Body,
    context: CallContext,
}

/// Sends a request, and waits for the head of its answer.
pub(crate) fn send(
    agent: &Agent,
    request: http::Request<RequestBody>,
    mut context: CallContext,
) -> Result<(Parts, Answer), TransportError> {
    let (head, body) = request.into_parts();
    #[cfg(not(feature = "tls"))]
    errors::check_tls(&head.uri)?;
    if matches!(&body, RequestBody::Bytes(bytes) if !bytes.is_empty()) {
        context.announce_body();
    }
    let sent = context.enter(|| ask(agent, head, body));
    let (head, body) = sent.map_err(|error| errors::error(error, context.phase()))?.into_parts();
    context.head_is_here();
    Ok((head, Answer { body, context }))
}

impl Answer {
    /// Reads the body to its end.
    pub(crate) fn read(mut self, limit: usize) -> Result<Bytes, TransportError> {
        self.context.enter(|| body_stream::read_whole(self.body, limit))
    }

    /// Leaves the body to the caller.
    pub(crate) fn hand_over(self) -> BodyStream {
        BodyStream::new(self.body, self.context)
    }
}

fn ask(
    agent: &Agent,
    mut head: request::Parts,
    body: RequestBody,
) -> Result<http::Response<Body>, ureq::Error> {
    // An empty body has a length too, where the method usually has one. Without a length, ureq would send it in
    // chunks.
    let has_length = Destination::has_length(&head.method, body.len());
    let _held = Held::take(&mut head.headers);
    let mut answer = match body {
        RequestBody::Bytes(bytes) if has_length => {
            agent.run(http::Request::from_parts(head, &bytes[..]))
        }
        RequestBody::Slices(_) if has_length => {
            head.headers.insert(CONTENT_LENGTH, body.len().into());
            let body = SendBody::from_owned_reader(body.into_reader());
            agent.run(http::Request::from_parts(head, body))
        }
        _ if has_length => agent.run(http::Request::from_parts(head, &[][..])),
        _ => agent.run(http::Request::from_parts(head, ())),
    }?;
    reveal(answer.headers_mut());
    Ok(answer)
}
