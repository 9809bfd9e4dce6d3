//! The clock of an attempt, which enforces its time limits.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use sim_core::transport::{Phase, TransportError, TransportErrorKind};
use sim_core::{TimeoutKind, Timeouts};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::progress::Progress;

/// The resolution of tokio's timer.
const TICK: Duration = Duration::from_millis(1);

/// The clock of one attempt with its time limits.
pub(crate) struct Clock {
    limits: Timeouts,
    started: Instant,
}

/// Does what comes before a request, as a part of its attempt: it takes from the total.
pub(crate) async fn before<T>(
    limits: &mut Timeouts,
    work: impl Future<Output = Result<T, TransportError>>,
) -> Result<T, TransportError> {
    let Some(total) = limits.total else { return work.await };
    let began = Instant::now();
    let passed = |_| Err(timed_out(TimeoutKind::Total, Phase::NotSent));
    let done = timeout(total, work).await.unwrap_or_else(passed);
    limits.total = Some(total.saturating_sub(began.elapsed()));
    done
}

impl Clock {
    pub(crate) fn start(limits: Timeouts) -> Self {
        Self { limits, started: Instant::now() }
    }

    /// Waits for the head of the answer. The limit for connecting applies until the request is sent, then the limit
    /// for the first byte.
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
        // Nothing is left of a limit from the start: nothing is sent.
        if let Some((_, kind)) = end(None).filter(|(end, _)| *end <= now) {
            progress.give_up();
            return Err(timed_out(kind, progress.phase()));
        }
        loop {
            let left = progress.left();
            // Nothing wakes this task when the request is sent. So while it connects, check again after the next
            // limit.
            let next = first_byte.filter(|_| left.is_none()).map(|limit| limit.max(TICK));
            let next = next.and_then(|limit| now.checked_add(limit));
            let look = end(left).map(|(end, _)| end).into_iter().chain(next).min();
            let Some(look) = look else { return Ok(head.await) };
            if let Ok(head) = timeout_at(look, head.as_mut()).await {
                return Ok(head);
            }
            now = Instant::now();
            let over = |left| end(left).filter(|(end, _)| *end <= now);
            if let Some((end, _)) = over(progress.left()) {
                if let Some(head) = last_look(head.as_mut(), end).await {
                    return Ok(head);
                }
                progress.give_up();
                // The request may have been sent at this moment; then another limit applies.
                if let Some((_, kind)) = over(progress.left()) {
                    return Err(timed_out(kind, progress.phase()));
                }
            }
        }
    }

    /// Returns whether the attempt has reached its total limit.
    pub(crate) fn is_over(&self) -> bool {
        self.limits.total.is_some_and(|total| self.started.elapsed() >= total)
    }

    /// Returns when a wait that began at `since` ends, and by which limit: its own or that of the attempt.
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

    /// Returns when silence since `since` has lasted too long.
    pub(crate) fn silence(&self, since: Instant) -> Option<(Instant, TimeoutKind)> {
        self.end(since, self.limits.idle, TimeoutKind::Idle)
    }

    /// Returns when to check for silence again: often enough that the delay is only a part of the limit.
    pub(crate) fn step(&self, now: Instant) -> Option<Instant> {
        now.checked_add(self.limits.idle? / 64)
    }
}

/// How often a task lets others work before it gives a wait up. The first lets the runtime see what the system has, the
/// second hyper read it, the others are for runtimes with much to do.
pub(crate) const LOOKS: u8 = 16;

/// What a runtime with several threads may need until another of them has read what came. Where a wait ends much later
/// than at its `end`, the process stood still or the system has much to do: there it may need longer.
pub(crate) fn grace(end: Instant) -> Duration {
    end.elapsed().clamp(Duration::from_millis(5), Duration::from_millis(100))
}

/// Looks once more before a wait is given up: where the process was stopped past its `end`, the answer may lie there.
async fn last_look<T>(mut head: Pin<&mut impl Future<Output = T>>, end: Instant) -> Option<T> {
    let grace = grace(end);
    for looks in 0..=LOOKS {
        if looks < LOOKS {
            yield_now().await;
        } else {
            sleep(grace).await;
        }
        let look = poll_fn(|cx| {
            Poll::Ready(match head.as_mut().poll(cx) {
                Poll::Ready(head) => Some(head),
                Poll::Pending => None,
            })
        });
        if let Some(head) = look.await {
            return Some(head);
        }
    }
    None
}

pub(crate) fn timed_out(kind: TimeoutKind, phase: Phase) -> TransportError {
    TransportError::new(TransportErrorKind::Timeout(kind), phase)
}

#[cfg(test)]
mod tests {
    use sim_core::transport::TransportErrorKind as Kind;

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
}
