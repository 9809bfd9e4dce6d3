//! The answer to a caller who streams a run: frames as they come.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;

use super::answer;
use super::body::ExecuteBody;
use super::preprocess::Ready;
use crate::engine::{self, CancelOnDisconnect};
use crate::fault::Fault;
use crate::outcome::Outcome;
use crate::release::Release;
use crate::runs::Record;
use crate::state::State;
use crate::stream::{Feed, Frame, MARKER, Signal, StreamOptions};

const PROTOCOL: &str = "agent-events-v1";

const PROTOCOL_HEADER: HeaderName = HeaderName::from_static("x-sim-stream-protocol");

/// The refusal of a caller who asks for events without declaring their protocol.
pub(crate) const NOT_UNDERSTOOD: &str = "includeThinking and includeToolCalls require the X-Sim-Stream-Protocol: \
     agent-events-v1 request header, which declares that the client understands \
     agent-event frames.";

/// Starts the run and waits for its first frame. Sim sends nothing before it, not even the head of the
/// answer.
pub(crate) async fn answer(
    state: &Arc<State>,
    ready: Ready,
    stream_options: StreamOptions,
) -> Response {
    let id = ready.record.id.clone();
    state.runs.open(ready.record, Some(ready.slot));
    let gate = Arc::clone(&state.gate);
    let (feed, signals) = Feed::new(stream_options, ready.selected, gate);
    engine::launch(state, &ready.workflow, &id, Some(feed));
    let caller = CancelOnDisconnect::new(state, &id);
    if ready.fault == Some(Fault::CloseAfterRead) {
        // The connection closes now, whatever the answer.
        state.runs.begun(&id).await;
        return Response::default();
    }
    respond(state, id, signals, caller, stream_options).await
}

/// Answers with the stream of a run that has begun, or of an attempt to resume one.
pub(crate) async fn respond(
    state: &Arc<State>,
    id: String,
    signals: UnboundedReceiver<Signal>,
    caller: CancelOnDisconnect,
    stream_options: StreamOptions,
) -> Response {
    let caller = Some(caller);
    let state = Arc::clone(state);
    let mut frames =
        Frames { state, id, signals, caller, rest: None, ready: VecDeque::new(), over: false };
    if let Some(first) = poll_fn(|context| frames.poll_next(context)).await {
        frames.ready.push_front(first);
    }

    let mut response = Response::new(Body::new(frames));
    let sent = response.headers_mut();
    sent.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    sent.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    sent.insert("x-accel-buffering", HeaderValue::from_static("no"));
    if stream_options.events {
        sent.insert(PROTOCOL_HEADER, HeaderValue::from_static(PROTOCOL));
    }
    response
}

impl StreamOptions {
    /// Reads the options of a caller of v1.
    pub(crate) fn read(body: &ExecuteBody, headers: &HeaderMap, release: Release) -> Self {
        if !release.streams_events() {
            return Self { events: false, thinking: false, tools: false };
        }
        let (thinking, tools) = (body.flag("includeThinking"), body.flag("includeToolCalls"));
        Self { events: understands_events(headers), thinking, tools }
    }

    /// Returns whether the caller declared the protocol of the events that it asks for.
    pub(crate) fn is_understood(self) -> bool {
        self.events || !(self.thinking || self.tools)
    }
}

pub(crate) fn understands_events(headers: &HeaderMap) -> bool {
    let named = headers.get(PROTOCOL_HEADER).and_then(|value| value.to_str().ok());
    named.is_some_and(|named| {
        named.split(',').any(|protocol| protocol.trim().eq_ignore_ascii_case(PROTOCOL))
    })
}

/// The body of the answer. When the caller leaves, it is dropped.
#[derive(Debug)]
struct Frames {
    state: Arc<State>,
    id: String,
    signals: UnboundedReceiver<Signal>,
    caller: Option<CancelOnDisconnect>,
    /// The selected outputs, which the last frame shows in place of the output.
    rest: Option<Value>,
    /// The frames that can be sent at once.
    ready: VecDeque<Bytes>,
    /// Whether the run has ended, and nothing comes after the ready frames.
    over: bool,
}

impl Frames {
    /// Returns the next frame, or `None` after the end marker.
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        loop {
            if let Some(frame) = self.ready.pop_front() {
                return Poll::Ready(Some(frame));
            }
            if self.over {
                return Poll::Ready(None);
            }
            match ready!(self.signals.poll_recv(context)) {
                Some(Signal::Frame(frame)) => self.ready.push_back(data(&frame)),
                Some(Signal::Rest(rest)) => self.rest = Some(rest),
                None => self.end(),
            }
        }
    }

    fn end(&mut self) {
        self.over = true;
        // A caller who leaves from now on cancels nothing: the run may be waiting for a human.
        if let Some(caller) = self.caller.take() {
            caller.disarm();
        }
        let record = self.state.runs.get(&self.id);
        let record = record.expect("records stay for the life of the server");
        let outcome = record.outcome().expect("a run has ended when its feed is gone");
        let last = data(&self.last(&record, outcome));
        self.ready.push_back(last);
        // Older servers say nothing after the failure of a block.
        let breaks_off = matches!(outcome, Outcome::Failed(_));
        if !breaks_off || self.state.release().streams_events() {
            self.ready.push_back(Bytes::from_static(MARKER.as_bytes()));
        }
    }

    fn last(&mut self, record: &Record, outcome: &Outcome) -> Frame {
        if let Some(error) = outcome.error() {
            return Frame::error(error);
        }
        if *outcome == Outcome::Cancelled {
            return Frame::finished(false, json!({}), false);
        }
        // The output of a paused run says how to resume it, whatever the caller selected.
        let paused = matches!(outcome, Outcome::Paused(_));
        let rest = self.rest.take().filter(|_| !paused);
        let output = rest.unwrap_or_else(|| answer::output(&self.state, record, outcome));
        Frame::finished(true, output, paused)
    }
}

fn data(frame: &Frame) -> Bytes {
    format!("data: {}\n\n", answer::text(frame)).into()
}

/// Sends one frame in each HTTP chunk.
impl hyper::body::Body for Frames {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, Infallible>>> {
        self.poll_next(context).map(|next| next.map(|data| Ok(hyper::body::Frame::data(data))))
    }
}
