//! Watches a call on its way through reqwest: enforces its limits and knows how far its request got.

use std::convert::Infallible;
use std::future::Future;
use std::pin::{Pin, pin};
use std::str::FromStr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderValue};
use http::uri::Authority;
use http::{Method, Uri};
use http_body::{Body, Frame, SizeHint};
use reqwest::Url;
use sim_core::{Phase, TimeoutKind, Timeouts, TransportError, TransportErrorKind};
use tokio::time::{Instant, timeout_at};

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
    request: http::Request<Bytes>,
    progress: &Arc<Progress>,
    last: &LastUrl,
) -> Result<reqwest::Request, TransportError> {
    let (head, body) = request.into_parts();
    let url = last.url(&head.uri).map_err(|error| {
        TransportError::new(TransportErrorKind::Other, Phase::NotSent).with_source(error)
    })?;
    let mut wired = reqwest::Request::new(head.method, url);
    *wired.headers_mut() = head.headers;
    // A method that has a body says so, also where it is empty; hyper leaves that out.
    let has_body = matches!(*wired.method(), Method::POST | Method::PUT | Method::PATCH);
    if has_body && body.is_empty() {
        wired.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    let body = Watched { bytes: Some(body), progress: Arc::clone(progress) };
    *wired.body_mut() = Some(reqwest::Body::wrap(body));
    Ok(wired)
}

/// The URL of the request before. Most go where that went, or to its server at least: those are not read anew.
#[derive(Debug)]
pub(crate) struct LastUrl(Mutex<Url>);

impl LastUrl {
    pub(crate) fn new(base: Url) -> Self {
        Self(Mutex::new(base))
    }

    /// A target as a URL.
    fn url(&self, target: &Uri) -> Result<Url, <Url as FromStr>::Err> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let server = target.authority().map(Authority::as_str);
        if (target.scheme_str(), server) != (Some(last.scheme()), Some(last.authority())) {
            *last = Url::parse(&target.to_string())?;
        } else if (target.path(), target.query()) != (last.path(), last.query()) {
            last.set_path(target.path());
            last.set_query(target.query());
        }
        Ok(last.clone())
    }
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
            let shorter = first_byte.into_iter().chain(connect).min();
            let look = match progress.0.get() {
                Some(left) => self.end(*left, first_byte, TimeoutKind::FirstByte),
                None => self.end(self.started, shorter, TimeoutKind::Connect),
            };
            let Some((look, _)) = look else { return Ok(head.await) };
            if let Ok(head) = timeout_at(look, head.as_mut()).await {
                return Ok(head);
            }
            let end = match progress.0.get() {
                Some(left) => self.end(*left, first_byte, TimeoutKind::FirstByte),
                None => self.end(self.started, connect, TimeoutKind::Connect),
            };
            if let Some((_, kind)) = end.filter(|(end, _)| *end <= Instant::now()) {
                return Err(timed_out(kind, progress.phase()));
            }
        }
    }

    /// When a wait that began at `since` is over, and by which limit: its own, or that of the attempt.
    pub(crate) fn end(
        &self,
        since: Instant,
        limit: Option<Duration>,
        kind: TimeoutKind,
    ) -> Option<(Instant, TimeoutKind)> {
        let end = |since: Instant, limit: Option<Duration>| since.checked_add(limit?);
        let total = end(self.started, self.limits.total).map(|end| (end, TimeoutKind::Total));
        let own = end(since, limit).map(|end| (end, kind));
        own.into_iter().chain(total).min_by_key(|(end, _)| *end)
    }

    /// When silence since then has lasted too long.
    pub(crate) fn silence(&self, since: Instant) -> Option<(Instant, TimeoutKind)> {
        self.end(since, self.limits.idle, TimeoutKind::Idle)
    }

    /// When to look again whether it is silent: silence is noticed late by no more than a part of its limit.
    pub(crate) fn step(&self, now: Instant) -> Option<Instant> {
        now.checked_add(self.limits.idle? / 64)
    }
}

pub(crate) fn timed_out(kind: TimeoutKind, phase: Phase) -> TransportError {
    TransportError::new(TransportErrorKind::Timeout(kind), phase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_the_same_whether_its_server_is_known_or_not() {
        let last = LastUrl::new(Url::parse("http://sim.test:3000/base").expect("a URL"));
        for target in [
            "http://sim.test:3000/base/api/jobs/a%20b",
            "http://sim.test:3000/base/api/x?a=%2F&b=c?d",
            "http://sim.test:3000",
            "http://sim.test:3000?a=b",
            "http://sim.test:3000//evil.test/x",
            "http://sim.test:3000/a/../b",
            "http://sim.test:3000/a|b\"c?d|e",
            "http://sim.test:30000/x",
            "http://evil.test/x",
            "http://[::1]:3000/x",
            "https://sim.test:3000/x",
            "https://sim.test/x",
        ] {
            let uri = target.parse().expect("a target");
            let made = last.url(&uri).expect("a URL");
            assert_eq!(last.url(&uri).expect("a URL"), made, "again");
            assert_eq!(Some(&made), Url::parse(target).ok().as_ref(), "{target}");
            assert_eq!(made.port(), Url::parse(made.as_str()).expect("a URL").port(), "{target}");
        }
    }
}
