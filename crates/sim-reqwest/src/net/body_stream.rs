//! The body of an answer, read piece by piece within the limits of its call.

use std::fmt;
use std::future::{Future as _, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker, ready};

use bytes::Bytes;
use sim_core::transport::{BodyCollector, Cancelled, Phase, TransportError, TransportErrorKind};
use sim_core::{CancelToken, TimeoutKind};
use tokio::task::yield_now;
use tokio::time::{Instant, Sleep, sleep_until};

use super::clock::{Clock, LOOKS, grace, timed_out};
use super::errors;

/// The body of an answer, as it arrives.
pub(crate) struct BodyStream {
    response: reqwest::Response,
    clock: Clock,
    /// The time of the first check that found no data; `None` once data arrives. Arriving data reads no clock, because
    /// that would cost as much as reading an event.
    silent: Option<Instant>,
    /// The timer that is set while there is nothing to read, with the waker of the reading task. It stays set when
    /// data arrives.
    alarm: Option<(Pin<Box<Sleep>>, Waker)>,
    /// Completes when the caller cancels the call; `None` if nobody can.
    cancelled: Option<Cancelled>,
    /// How often it was looked whether something is there since a limit passed.
    looks: u8,
    /// It may never end, so nothing is read once the total is over.
    is_handed_over: bool,
}

/// Wakes a task once the others had their turn.
fn defer(cx: &mut Context<'_>) {
    // It is polled once: what it leaves behind is that the task is woken.
    let _ = pin!(yield_now()).poll(cx);
}

impl BodyStream {
    pub(crate) fn new(response: reqwest::Response, clock: Clock) -> Self {
        Self {
            response,
            clock,
            silent: None,
            alarm: None,
            cancelled: None,
            looks: 0,
            is_handed_over: false,
        }
    }

    /// Lets a token cancel the reading.
    pub(crate) fn with_cancel(mut self, token: Option<&CancelToken>) -> Self {
        self.cancelled = token.map(CancelToken::cancelled);
        self.is_handed_over = true;
        self
    }

    /// Reads the body to its end. It does not copy a body that arrives in a single piece.
    pub(crate) async fn read_whole(&mut self, limit: usize) -> Result<Bytes, TransportError> {
        let (mut body, mut piece) = (BodyCollector::new(limit), Bytes::new());
        loop {
            let more = poll_fn(|cx| self.poll_piece(cx, &mut piece)).await;
            let came = more.map(|more| more.then(|| std::mem::take(&mut piece)));
            if !body.read(came)? {
                return Ok(body.whole());
            }
        }
    }

    /// Replaces `piece` by the next piece. Returns false at the end of the body.
    pub(crate) fn poll_piece(
        &mut self,
        cx: &mut Context<'_>,
        piece: &mut Bytes,
    ) -> Poll<Result<bool, TransportError>> {
        let is_cancelled =
            self.cancelled.as_mut().is_some_and(|it| Pin::new(it).poll(cx).is_ready());
        if is_cancelled {
            let cancelled = TransportError::new(TransportErrorKind::Cancelled, Phase::Body);
            return Poll::Ready(Err(cancelled));
        }
        // Dropping the future loses nothing, because it holds no state between two polls.
        let next = pin!(self.response.chunk()).poll(cx);
        match next {
            Poll::Ready(Ok(Some(_))) if self.is_handed_over && self.clock.is_over() => {
                Poll::Ready(Err(timed_out(TimeoutKind::Total, Phase::Body)))
            }
            Poll::Ready(Ok(Some(bytes))) => {
                self.silent = None;
                self.looks = 0;
                *piece = bytes;
                Poll::Ready(Ok(true))
            }
            Poll::Ready(Ok(None)) => Poll::Ready(Ok(false)),
            Poll::Ready(Err(error)) => Poll::Ready(Err(errors::error(error, Phase::Body))),
            Poll::Pending => {
                let (end, kind) = ready!(self.poll_alarm(cx));
                if self.looks > LOOKS {
                    return Poll::Ready(Err(timed_out(kind, Phase::Body)));
                }
                // Where the process was stopped past a limit, more may lie there.
                self.looks += 1;
                if self.looks > LOOKS {
                    self.set_alarm(Instant::now() + grace(end));
                }
                defer(cx);
                Poll::Pending
            }
        }
    }

    /// Completes when a limit has passed.
    fn poll_alarm(&mut self, cx: &mut Context<'_>) -> Poll<(Instant, TimeoutKind)> {
        loop {
            if let Some((alarm, waker)) = &mut self.alarm {
                // A timer that will wake this task anyway need not be polled.
                if !alarm.is_elapsed() && waker.will_wake(cx.waker()) {
                    return Poll::Pending;
                }
                waker.clone_from(cx.waker());
                ready!(alarm.as_mut().poll(cx));
            }
            let now = Instant::now();
            let since = *self.silent.get_or_insert(now);
            let Some(limit) = self.clock.silence(since) else { return Poll::Pending };
            let (end, _) = limit;
            if end <= now {
                return Poll::Ready(limit);
            }
            self.set_alarm(self.clock.step(now).map_or(end, |step| step.min(end)));
        }
    }

    fn set_alarm(&mut self, at: Instant) {
        match &mut self.alarm {
            Some((alarm, _)) => alarm.as_mut().reset(at),
            None => self.alarm = Some((Box::pin(sleep_until(at)), Waker::noop().clone())),
        }
    }
}

impl fmt::Debug for BodyStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyStream").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Duration;

    use http_body::{Body, Frame};
    use sim_core::Timeouts;
    use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
    use tokio::time::{sleep, timeout};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// A body of what a test sends.
    struct Fed(UnboundedReceiver<Bytes>);

    impl Body for Fed {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            self.0.poll_recv(cx).map(|piece| piece.map(Frame::data).map(Ok))
        }
    }

    fn stream(limits: Timeouts) -> (UnboundedSender<Bytes>, BodyStream) {
        let (feed, pieces) = mpsc::unbounded_channel();
        let response = http::Response::new(reqwest::Body::wrap(Fed(pieces)));
        (feed, BodyStream::new(response.into(), Clock::start(limits)).with_cancel(None))
    }

    /// How many pieces came, and how long it took until a limit passed, in simulated time.
    async fn ended(stream: &mut BodyStream) -> (u32, Duration, TransportErrorKind) {
        let (started, mut pieces, mut piece) = (Instant::now(), 0, Bytes::new());
        loop {
            match poll_fn(|cx| stream.poll_piece(cx, &mut piece)).await {
                Ok(more) => pieces += u32::from(more),
                Err(error) => return (pieces, started.elapsed(), error.kind()),
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_reckoned_from_the_last_piece() {
        let (feed, mut stream) = stream(Timeouts::default().idle(64 * SECOND));
        let reading = tokio::spawn(async move { ended(&mut stream).await });
        for _ in 0..5 {
            sleep(50 * SECOND).await;
            feed.send(Bytes::from_static(b"piece")).expect("it is read");
        }
        let (pieces, after, kind) = reading.await.expect("no panic");
        assert_eq!((pieces, kind), (5, TransportErrorKind::Timeout(TimeoutKind::Idle)));
        let exact = (250 + 64) * SECOND;
        assert!(after >= exact && after <= exact + 2 * SECOND, "{after:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_total_ends_a_body_however_much_comes() {
        let total = Duration::from_millis(120_300);
        let (feed, mut stream) = stream(Timeouts::default().idle(64 * SECOND).total(total));
        let reading = tokio::spawn(async move { ended(&mut stream).await });
        for _ in 0..2 {
            sleep(50 * SECOND).await;
            feed.send(Bytes::from_static(b"piece")).expect("it is read");
        }
        let (pieces, after, kind) = reading.await.expect("no panic");
        assert_eq!((pieces, kind), (2, TransportErrorKind::Timeout(TimeoutKind::Total)));
        assert!(after >= total && after <= total + SECOND / 100, "{after:?}");
    }

    /// A connection whose peer the system holds for dead.
    struct Dead;

    impl Body for Dead {
        type Data = Bytes;
        type Error = std::io::Error;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            Poll::Ready(Some(Err(std::io::ErrorKind::TimedOut.into())))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_dead_peer_is_no_limit_that_passed() {
        let response = http::Response::new(reqwest::Body::wrap(Dead));
        let mut stream = BodyStream::new(response.into(), Clock::start(Timeouts::READ));
        assert_eq!(ended(&mut stream).await.2, TransportErrorKind::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn the_total_ends_a_body_that_is_always_there() {
        let (feed, mut stream) = stream(Timeouts::default().total(10 * SECOND));
        let feeding = tokio::spawn(async move {
            while feed.send(Bytes::from_static(b"piece")).is_ok() {
                sleep(SECOND).await;
            }
        });
        let (mut pieces, mut piece) = (0, Bytes::new());
        let kind = loop {
            match poll_fn(|cx| stream.poll_piece(cx, &mut piece)).await {
                Ok(_) => pieces += 1,
                Err(error) => break error.kind(),
            }
            assert!(pieces < 10, "it goes on for ever");
            // Whoever reads is slower than what comes.
            sleep(3 * SECOND).await;
        };
        assert_eq!((pieces, kind), (4, TransportErrorKind::Timeout(TimeoutKind::Total)));
        drop(stream);
        feeding.await.expect("no panic");
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_wakes_the_task_that_reads_now() {
        let (_feed, mut stream) = stream(Timeouts::default().idle(64 * SECOND));
        let mut elsewhere = Context::from_waker(Waker::noop());
        assert!(stream.poll_piece(&mut elsewhere, &mut Bytes::new()).is_pending());
        let (_, _, kind) = timeout(66 * SECOND, ended(&mut stream)).await.expect("it is woken");
        assert_eq!(kind, TransportErrorKind::Timeout(TimeoutKind::Idle));
    }
}
