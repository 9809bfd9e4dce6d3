//! Watches a call on its way through reqwest: enforces its limits and knows how far its request got.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use sim_core::{Phase, TimeoutKind, Timeouts, TransportError, TransportErrorKind};
use tokio::time::{Instant, timeout_at};

use crate::fault;

/// When the request left.
#[derive(Debug, Default)]
pub(crate) struct Progress(OnceLock<Instant>);

impl Progress {
    pub(crate) fn phase(&self) -> Phase {
        if self.0.get().is_some() { Phase::Sent } else { Phase::NotSent }
    }
}

/// The body of a request. hyper asks it whether there is anything to send once it has a connection to
/// write to, so that is when the request leaves.
struct Watched {
    bytes: Option<Bytes>,
    progress: Arc<Progress>,
}

impl Body for Watched {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.bytes.take().filter(|bytes| !bytes.is_empty()).map(Frame::data).map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        self.progress.0.get_or_init(Instant::now);
        self.bytes.as_ref().is_none_or(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}

/// The request in reqwest's terms.
pub(crate) fn request(
    request: &http::Request<Bytes>,
    progress: &Arc<Progress>,
) -> Result<reqwest::Request, TransportError> {
    let body = Watched { bytes: Some(request.body().clone()), progress: Arc::clone(progress) };
    let (head, ()) = request.clone().map(drop).into_parts();
    let request = http::Request::from_parts(head, reqwest::Body::wrap(body));
    reqwest::Request::try_from(request).map_err(|error| fault::error(error, Phase::NotSent))
}

/// The limits of one attempt, running.
pub(crate) struct Clock {
    limits: Timeouts,
    started: Instant,
}

impl Clock {
    pub(crate) fn start(limits: Timeouts) -> Self {
        Self { limits, started: Instant::now() }
    }

    /// Waits for the head: for the connection first, and once the request left for the first byte.
    pub(crate) async fn head<T>(
        &self,
        progress: &Progress,
        head: impl Future<Output = T>,
    ) -> Result<T, TransportError> {
        let mut head = pin!(head);
        loop {
            let Timeouts { connect, first_byte, .. } = self.limits;
            // Nobody tells when the request leaves, so while it connects the shorter limit is a reason to look.
            let (limit, since) = match progress.0.get() {
                Some(left) => (first_byte, *left),
                None => (first_byte.into_iter().chain(connect).min(), self.started),
            };
            match self.within(limit, since, TimeoutKind::FirstByte, head.as_mut()).await {
                Ok(head) => return Ok(head),
                Err(TimeoutKind::Total) => {
                    return Err(timed_out(TimeoutKind::Total, progress.phase()));
                }
                Err(_) => {}
            }
            let (end, kind) = match progress.0.get() {
                Some(left) => (end(*left, first_byte), TimeoutKind::FirstByte),
                None => (end(self.started, connect), TimeoutKind::Connect),
            };
            if end.is_some_and(|end| end <= Instant::now()) {
                return Err(timed_out(kind, progress.phase()));
            }
        }
    }

    /// Waits for the next piece of a body.
    pub(crate) async fn piece(
        &self,
        body: &mut reqwest::Body,
    ) -> Result<Option<Bytes>, TransportError> {
        loop {
            let frame = poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx));
            match self.within(self.limits.idle, Instant::now(), TimeoutKind::Idle, frame).await {
                Ok(None) => return Ok(None),
                Ok(Some(Ok(frame))) => {
                    // Trailers are frames too.
                    if let Ok(piece) = frame.into_data() {
                        return Ok(Some(piece));
                    }
                }
                Ok(Some(Err(error))) => return Err(fault::error(error, Phase::Body)),
                Err(kind) => return Err(timed_out(kind, Phase::Body)),
            }
        }
    }

    async fn within<T>(
        &self,
        limit: Option<Duration>,
        since: Instant,
        kind: TimeoutKind,
        future: impl Future<Output = T>,
    ) -> Result<T, TimeoutKind> {
        let end = |since: Instant, limit: Option<Duration>| {
            limit.and_then(|limit| since.checked_add(limit))
        };
        let ends =
            [(end(since, limit), kind), (end(self.started, self.limits.total), TimeoutKind::Total)];
        let first = ends
            .into_iter()
            .filter_map(|(end, kind)| Some((end?, kind)))
            .min_by_key(|(end, _)| *end);
        match first {
            Some((end, kind)) => timeout_at(end, future).await.map_err(|_| kind),
            None => Ok(future.await),
        }
    }
}

fn end(since: Instant, limit: Option<Duration>) -> Option<Instant> {
    limit.and_then(|limit| since.checked_add(limit))
}

fn timed_out(kind: TimeoutKind, phase: Phase) -> TransportError {
    TransportError::new(TransportErrorKind::Timeout(kind), phase)
}
