//! Watches a call on its way through reqwest: enforces its limits and knows how far its request got.

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::str::FromStr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use http::uri::Authority;
use http_body::{Body, Frame, SizeHint};
use reqwest::Url;
use sim_core::{Peer, Phase, TimeoutKind, Timeouts, TransportError, TransportErrorKind};
use tokio::time::{Instant, timeout_at};

/// When the request left, or that it was given up: the one excludes the other, whichever thread comes first.
#[derive(Debug, Default)]
pub(crate) struct Progress(OnceLock<Option<Instant>>);

impl Progress {
    pub(crate) fn phase(&self) -> Phase {
        if self.left().is_some() { Phase::Sent } else { Phase::NotSent }
    }

    fn left(&self) -> Option<Instant> {
        self.0.get().copied().flatten()
    }

    /// Notes that the request leaves. Gives whether it may.
    fn leaves(&self) -> bool {
        self.0.get_or_init(|| Some(Instant::now())).is_some()
    }

    fn is_given_up(&self) -> bool {
        self.0.get().is_some_and(Option::is_none)
    }

    /// Keeps the request from leaving, unless it has.
    fn give_up(&self) {
        self.0.get_or_init(|| None);
    }
}

/// The body of a request. hyper asks it whether there is anything to send once it has a connection to
/// write to, so that is when the request leaves. One that was given up announces a body then and fails to give it:
/// hyper writes no head before it has the beginning of what that announces.
struct Watched {
    bytes: Bytes,
    /// Whether the head says how long it is.
    has_length: bool,
    progress: Arc<Progress>,
}

impl Body for Watched {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if !self.progress.leaves() {
            return Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())));
        }
        let bytes = std::mem::take(&mut self.bytes);
        Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.progress.leaves() && self.bytes.is_empty() && !self.has_length
    }

    fn size_hint(&self) -> SizeHint {
        let least = usize::from(self.progress.is_given_up());
        SizeHint::with_exact(self.bytes.len().max(least) as u64)
    }
}

/// The request in reqwest's terms.
pub(crate) fn request(
    request: http::Request<Bytes>,
    progress: &Arc<Progress>,
    last: &LastUrl,
) -> Result<reqwest::Request, TransportError> {
    let (head, bytes) = request.into_parts();
    let url = last.url(&head.uri).map_err(|error| {
        TransportError::new(TransportErrorKind::Other, Phase::NotSent).with_source(error)
    })?;
    let has_length = Peer::has_length(&head.method, &bytes);
    let mut wired = reqwest::Request::new(head.method, url);
    *wired.headers_mut() = head.headers;
    let body = Watched { bytes, has_length, progress: Arc::clone(progress) };
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

/// What a timer can tell apart.
const TICK: Duration = Duration::from_millis(1);

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
        let mut now = self.started;
        let Timeouts { connect, first_byte, .. } = self.limits;
        let end = |left: Option<Instant>| match left {
            Some(left) => self.end(left, first_byte, TimeoutKind::FirstByte),
            None => self.end(self.started, connect, TimeoutKind::Connect),
        };
        loop {
            let left = progress.left();
            // Nobody tells when the request leaves: while it connects, its next limit is a reason to look.
            let next = first_byte.filter(|_| left.is_none()).map(|limit| limit.max(TICK));
            let next = next.and_then(|limit| now.checked_add(limit));
            let look = end(left).map(|(end, _)| end).into_iter().chain(next).min();
            let Some(look) = look else { return Ok(head.await) };
            if let Ok(head) = timeout_at(look, head.as_mut()).await {
                return Ok(head);
            }
            now = Instant::now();
            let over = |left| end(left).filter(|(end, _)| *end <= now);
            if over(progress.left()).is_some() {
                progress.give_up();
                // It may have left just now: then it is another limit that counts.
                if let Some((_, kind)) = over(progress.left()) {
                    return Err(timed_out(kind, progress.phase()));
                }
            }
        }
    }

    /// Whether the attempt has lasted for as long as it may.
    pub(crate) fn is_over(&self) -> bool {
        self.limits.total.is_some_and(|total| self.started.elapsed() >= total)
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
    use std::future::poll_fn;
    use std::io::Read as _;
    use std::net::TcpListener;

    use sim_core::TransportErrorKind as Kind;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// How waiting for this head ended, and when, in simulated time.
    async fn ended(
        limits: Timeouts,
        progress: &Progress,
        mut poll: impl FnMut(Duration),
    ) -> (Kind, Phase, Duration) {
        let clock = Clock::start(limits);
        let head = poll_fn(|_| -> Poll<()> {
            poll(clock.started.elapsed());
            Poll::Pending
        });
        let error = clock.head(progress, head).await.expect_err("it never comes");
        (error.kind(), error.phase(), clock.started.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_leaves_or_is_given_up_whichever_is_first() {
        let limits = Timeouts::default().connect(10 * SECOND).first_byte(60 * SECOND);
        let late = Progress::default();
        let (kind, phase, after) = ended(limits, &late, |_| ()).await;
        let connect = Kind::Timeout(TimeoutKind::Connect);
        assert_eq!((kind, phase, after.as_secs()), (connect, Phase::NotSent, 10));
        assert!(!late.leaves(), "whoever was told that nothing left may repeat it");
        assert_eq!(late.phase(), Phase::NotSent);
        // At the very end of the limit.
        let just = Progress::default();
        let leaves = |after| assert!(after < 10 * SECOND || just.leaves());
        let (kind, phase, after) = ended(limits, &just, leaves).await;
        let first_byte = Kind::Timeout(TimeoutKind::FirstByte);
        assert_eq!((kind, phase, after.as_secs()), (first_byte, Phase::Sent, 70));
    }

    #[tokio::test(start_paused = true)]
    async fn while_it_connects_it_is_looked_at_now_and_then() {
        for first_byte in [Duration::ZERO, SECOND] {
            let limits = Timeouts::default().connect(10 * SECOND).first_byte(first_byte);
            let mut polls = 0;
            let look = |_| {
                polls += 1;
                assert!(polls < 50_000, "it is busy with waiting");
            };
            let (kind, _, after) = ended(limits, &Progress::default(), look).await;
            assert_eq!((kind, after.as_secs()), (Kind::Timeout(TimeoutKind::Connect), 10));
            assert!(first_byte.is_zero() || polls < 50, "{polls} looks");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn no_byte_of_what_was_given_up_leaves() {
        for (method, body) in
            [("GET", ""), ("DELETE", ""), ("POST", ""), ("POST", "{}"), ("GET", "{}")]
        {
            let server = TcpListener::bind("127.0.0.1:0").expect("a port");
            let url = format!("http://{}/x", server.local_addr().expect("it is bound"));
            let last = LastUrl::new(Url::parse(&url).expect("a URL"));
            let asked = http::Request::builder().method(method).uri(url);
            let asked = asked.body(Bytes::from(body)).expect("a request");
            let progress = Arc::new(Progress::default());
            let wired = request(asked, &progress, &last).expect("a request");
            progress.give_up();
            let client = reqwest::Client::builder().no_proxy().build().expect("a client");
            let read = std::thread::spawn(move || {
                let (mut stream, _) = server.accept().expect("it connects");
                stream.read(&mut [0; 64])
            });
            client.execute(wired).await.expect_err("it was given up");
            drop(client);
            let read = read.join().expect("no panic").expect("it is closed");
            assert_eq!(read, 0, "{method} {body}");
        }
    }

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
