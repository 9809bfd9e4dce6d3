//! The context of a call while ureq works on it: its limits, how far it got, and whether it is cancelled.
//!
//! ureq hands connections from call to call, and everything of a call happens on the thread that makes it.
//! So the call is kept in a thread-local while ureq runs, and the connection asks it.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use sim_core::transport::Phase;
use sim_core::{CancelToken, Timeouts};
use ureq::unversioned::transport::NextTimeout;
use ureq::{Error, Timeout};

use crate::errors::Cancelled;
use crate::send_gate::{SendGate, Socket};

thread_local! {
    static CALL: RefCell<Option<CallContext>> = const { RefCell::new(None) };
}

/// A call: its limits, and how far it got.
#[derive(Debug, Clone)]
pub(crate) struct CallContext {
    limits: Timeouts,
    started: Instant,
    stage: Stage,
    /// How many connections are being made: one to a proxy is made inside another.
    connecting: u8,
    pub(crate) cancel: Option<CancelToken>,
    /// Shared with the thread that waits for the head, where that is another.
    pub(crate) gate: Option<SendGate>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Stage {
    Connecting,
    /// The last part of the request was sent then.
    Sent(Instant),
    Body,
}

impl CallContext {
    /// A call that begins now.
    pub(crate) fn new(limits: Timeouts, cancel: Option<CancelToken>) -> Self {
        let (started, stage) = (Instant::now(), Stage::Connecting);
        Self { limits, started, stage, connecting: 0, cancel, gate: None }
    }

    /// Watches over what ureq does for this call on this thread.
    pub(crate) fn enter<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let outer = CALL.replace(Some(self.clone()));
        let done = work();
        if let Some(watched) = CALL.replace(outer) {
            *self = watched;
        }
        done
    }

    /// The call that this thread makes.
    pub(crate) fn current() -> Option<Self> {
        CALL.with_borrow(Clone::clone)
    }

    /// Notes that this thread's call sends a part of its request over that connection, or fails where it must not
    /// any more. What is said to a proxy is no part.
    pub(crate) fn sends(socket: &Socket) -> Result<(), Error> {
        CALL.with_borrow_mut(|call| {
            let Some(call) = call else { return Ok(()) };
            let connects = call.connecting > 0;
            let may =
                |gate: &SendGate| if connects { !gate.is_given_up() } else { gate.passes(socket) };
            if call.cancel.as_ref().is_some_and(CancelToken::is_cancelled)
                || !call.gate.as_ref().is_none_or(may)
            {
                return Err(Error::Other(Cancelled.into()));
            }
            if !connects {
                call.stage = Stage::Sent(Instant::now());
            }
            Ok(())
        })
    }

    /// Notes that this thread's call connects while `work` is done.
    pub(crate) fn connects<T>(work: impl FnOnce() -> T) -> T {
        let change = |by: fn(u8) -> u8| {
            CALL.with_borrow_mut(|call| {
                if let Some(call) = call {
                    call.connecting = by(call.connecting);
                }
            });
        };
        change(|depth| depth.saturating_add(1));
        let done = work();
        change(|depth| depth.saturating_sub(1));
        done
    }

    pub(crate) fn head_is_here(&mut self) {
        self.stage = Stage::Body;
    }

    pub(crate) fn waits_for_the_head(&self) -> bool {
        matches!(self.stage, Stage::Sent(_))
    }

    pub(crate) fn phase(&self) -> Phase {
        match self.stage {
            Stage::Connecting => Phase::NotSent,
            Stage::Sent(_) => Phase::Sent,
            Stage::Body => Phase::Body,
        }
    }

    /// The tightest of ureq's own limit, the total, and what the stage allows.
    pub(crate) fn limit(&self, given: NextTimeout) -> NextTimeout {
        let left = |limit: Option<Duration>, since: Instant| {
            limit.map(|limit| left_of(limit, since.elapsed()))
        };
        let stage = match self.stage {
            Stage::Connecting => (left(self.limits.connect, self.started), Timeout::Connect),
            Stage::Sent(at) => (left(self.limits.first_byte, at), Timeout::RecvResponse),
            Stage::Body => (self.limits.idle, Timeout::PerRead),
        };
        let total = (left(self.limits.total, self.started), Timeout::Global);
        [stage, total].into_iter().fold(given, |tightest, (after, reason)| match after {
            Some(after) if after < *tightest.after => {
                NextTimeout { after: after.into(), reason, ..tightest }
            }
            _ => tightest,
        })
    }
}

/// What is left of a limit, in steps of a thousandth of it: every other value is a system call more.
fn left_of(limit: Duration, elapsed: Duration) -> Duration {
    let step = limit / 1024;
    let steps =
        elapsed.as_nanos().checked_div(step.as_nanos()).and_then(|steps| u32::try_from(steps).ok());
    limit.saturating_sub(step.saturating_mul(steps.unwrap_or(u32::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_runs_out_in_steps_and_never_late_by_more_than_one() {
        let second = Duration::from_secs(1);
        assert_eq!(left_of(second, Duration::ZERO), second);
        assert_eq!(
            left_of(second, Duration::from_micros(900)),
            second,
            "the first step is not over"
        );
        for elapsed in [1, 10, 500, 999, 1000, 5000].map(Duration::from_millis) {
            let exact = second.saturating_sub(elapsed);
            let left = left_of(second, elapsed);
            assert!(left >= exact && left <= exact + second / 1000, "{elapsed:?}: {left:?}");
        }
        assert_eq!(left_of(second, Duration::MAX), Duration::ZERO);
        assert_eq!(left_of(Duration::ZERO, Duration::ZERO), Duration::ZERO);
    }
}
