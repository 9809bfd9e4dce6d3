//! The result of a run line by line: heartbeats, then the result. Newer servers send it to callers that
//! accept it, so that no proxy cuts off a run that is silent for long.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use hyper::body::Frame;
use serde::Serialize;
use tokio::time::Interval;

use super::result::RunResult;
use super::{receipt, start};
use crate::engine::CancelOnDisconnect;
use crate::release::Release;
use crate::state::State;
use crate::wire::answer;
use crate::wire::preprocess::Ready;

const TYPE: &str = "application/x-ndjson";

const HEARTBEAT: &[u8] = b"{\"type\":\"heartbeat\"}\n";

/// Returns whether the server can send it and the caller accepts it.
pub(crate) fn is_wanted(state: &State, headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    state.release() >= Release::Hosted && accepted.into_iter().any(|types| types.contains(TYPE))
}

/// Starts the run. Sends the head of the answer and a first heartbeat at once.
pub(crate) async fn answer(state: &Arc<State>, ready: Ready) -> Response {
    let Some((id, selected, caller)) = start::start(state, ready).await else {
        return Response::default();
    };
    let (runs, run) = (Arc::clone(state), id.clone());
    let every = state.heartbeat.max(Duration::from_millis(1));
    let named = receipt::name(&id);
    let lines = Lines {
        state: Arc::clone(state),
        id,
        selected,
        caller: Some(caller),
        ended: Box::pin(async move { runs.runs.ended(&run).await }),
        beat: tokio::time::interval(every),
        began: false,
    };
    let mut response = Response::new(Body::new(lines));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(TYPE));
    headers.extend(named);
    response
}

/// The body of the answer. When the caller leaves, it is dropped.
struct Lines {
    state: Arc<State>,
    id: String,
    selected: Vec<String>,
    /// The guard of the run, or `None` once the result was sent.
    caller: Option<CancelOnDisconnect>,
    ended: Pin<Box<dyn Future<Output = ()> + Send>>,
    beat: Interval,
    began: bool,
}

impl Lines {
    fn poll_line(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if self.caller.is_none() {
            return Poll::Ready(None);
        }
        // The first heartbeat comes even if the result is ready.
        if self.began && self.ended.as_mut().poll(context).is_ready() {
            return Poll::Ready(self.last());
        }
        if self.beat.poll_tick(context).is_ready() {
            self.began = true;
            return Poll::Ready(Some(Bytes::from_static(HEARTBEAT)));
        }
        Poll::Pending
    }

    fn last(&mut self) -> Option<Bytes> {
        #[derive(Serialize)]
        struct Final {
            r#type: &'static str,
            data: RunResult,
        }
        self.caller.take()?.disarm();
        let record = self.state.runs.get(&self.id)?;
        let selected = std::mem::take(&mut self.selected);
        let data = RunResult::of(&self.state, &record, selected);
        let line = answer::text(&Final { r#type: "final", data });
        Some(format!("{line}\n").into())
    }
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Sends one line in each HTTP chunk.
impl hyper::body::Body for Lines {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.poll_line(context).map(|line| line.map(|line| Ok(Frame::data(line))))
    }
}
