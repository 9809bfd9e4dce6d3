//! The context of a call while ureq works on it: its limits, how far it got, and whether it is cancelled.
//!
//! ureq hands connections from call to call, and everything of a call happens on the thread that makes it.
//! So the call is kept in a thread-local while ureq runs, and the connection asks it.

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::time::{Duration, Instant};

use sim_core::transport::Phase;
use sim_core::{CancelToken, Timeouts};
use ureq::unversioned::transport::NextTimeout;
use ureq::{Error, Timeout};

use super::gate::{self, Pass};

thread_local! {
    static CALL: RefCell<Option<CallContext>> = const { RefCell::new(None) };
}

/// A call: its limits, and how far it got.
#[derive(Debug, Clone)]
pub(crate) struct CallContext {
    limits: Timeouts,
    started: Instant,
    stage: Stage,
    cancel: Option<CancelToken>,
    /// The request has a body that is there already, so nothing leaves before both the head and its beginning can.
    has_body: bool,
    /// The body is handed over: it may never end, so nothing is read once a limit is over.
    is_handed_over: bool,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    Connecting,
    /// The first part of the request left then.
    Sent(Instant),
    Body,
}

/// Ends a wait that was cancelled.
#[derive(Debug)]
pub(crate) struct Cancelled;

impl CallContext {
    /// A call that begins now.
    pub(crate) fn new(limits: Timeouts, cancel: Option<CancelToken>) -> Self {
        let (started, stage) = (Instant::now(), Stage::Connecting);
        Self { limits, started, stage, cancel, has_body: false, is_handed_over: false }
    }

    /// Says that a body follows the head of the request at once.
    pub(super) fn announce_body(&mut self) {
        self.has_body = true;
    }

    /// Whether nothing of the request left, and its head is to leave together with its body.
    pub(super) fn keeps_head() -> bool {
        let keeps = |call: &Self| call.has_body && matches!(call.stage, Stage::Connecting);
        CALL.with_borrow(|call| call.as_ref().is_some_and(keeps))
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

    /// The call that this thread makes. Outside of one there are no limits.
    pub(super) fn current() -> Self {
        CALL.with_borrow(Clone::clone).unwrap_or_else(|| Self::new(Timeouts::default(), None))
    }

    /// Notes that a part of the request leaves, and says whether it is the first. That one does not leave where the
    /// call is cancelled or a limit is used up: so nothing was sent then.
    pub(super) fn leaves(given: NextTimeout) -> Result<bool, Error> {
        CALL.with_borrow_mut(|call| {
            let Some(call) = call else { return Ok(false) };
            let now = Instant::now();
            let over = || match call.deadline_at(now, given) {
                (Some(deadline), reason) if deadline <= now => Some(reason),
                _ => None,
            };
            let connects = matches!(call.stage, Stage::Connecting);
            match gate::pass(connects, || call.is_cancelled(), over) {
                Pass::First => {
                    call.stage = Stage::Sent(now);
                    Ok(true)
                }
                Pass::Later => Ok(false),
                Pass::Cancelled => Err(Cancelled.into()),
                Pass::Over(reason) => Err(Error::Timeout(reason)),
            }
        })
    }

    pub(crate) fn head_is_here(&mut self) {
        self.stage = Stage::Body;
    }

    pub(super) fn waits_for_the_head(&self) -> bool {
        matches!(self.stage, Stage::Sent(_))
    }

    pub(crate) fn hand_over(&mut self) {
        self.is_handed_over = true;
    }

    /// Whether a wait that begins after its deadline looks once whether something is there.
    pub(super) fn looks_late(&self) -> bool {
        !self.is_handed_over
    }

    pub(super) fn can_be_cancelled(&self) -> bool {
        self.cancel.is_some()
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancel.as_ref().is_some_and(CancelToken::is_cancelled)
    }

    pub(crate) fn phase(&self) -> Phase {
        match self.stage {
            Stage::Connecting => Phase::NotSent,
            Stage::Sent(_) => Phase::Sent,
            Stage::Body => Phase::Body,
        }
    }

    /// When a wait that begins now must end, and by which limit: the tightest of ureq's own, the total, and what the
    /// stage allows.
    pub(super) fn deadline(&self, given: NextTimeout) -> (Option<Instant>, Timeout) {
        self.deadline_at(Instant::now(), given)
    }

    fn deadline_at(&self, now: Instant, given: NextTimeout) -> (Option<Instant>, Timeout) {
        let after = |since: Instant, limit: Option<Duration>| since.checked_add(limit?);
        let stage = match self.stage {
            Stage::Connecting => (after(self.started, self.limits.connect), Timeout::Connect),
            Stage::Sent(at) => (after(at, self.limits.first_byte), Timeout::RecvResponse),
            Stage::Body => (after(now, self.limits.idle), Timeout::RecvBody),
        };
        let total = (after(self.started, self.limits.total), Timeout::Global);
        let own = (!given.after.is_not_happening()).then(|| after(now, Some(*given.after)));
        let limits = [stage, total, (own.flatten(), given.reason)];
        let tightest = limits.into_iter().filter_map(|(end, reason)| Some((end?, reason)));
        match tightest.min_by_key(|(end, _)| *end) {
            Some((end, reason)) => (Some(end), reason),
            None => (None, given.reason),
        }
    }
}

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cancelled")
    }
}

impl std::error::Error for Cancelled {}

impl From<Cancelled> for Error {
    fn from(cancelled: Cancelled) -> Self {
        Self::Io(io::Error::other(cancelled))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_limit_for_the_head_counts_once_however_many_parts_are_sent() {
        let mut call = CallContext::new(Timeouts::default().first_byte(60 * SECOND), None);
        let ends: Vec<_> = (0..3)
            .map(|part| {
                let (is_first, end) = call.enter(|| {
                    let is_first = CallContext::leaves(NextTimeout::default()).expect("it may");
                    (is_first, CallContext::current().deadline(NextTimeout::default()).0)
                });
                assert_eq!(is_first, part == 0);
                end.expect("there is a limit")
            })
            .collect();
        assert!(ends.iter().all(|end| *end == ends[0]), "{ends:?}");
    }

    #[test]
    fn nothing_leaves_where_a_limit_is_used_up() {
        for (limits, expected) in [
            (Timeouts::default().total(Duration::ZERO), Timeout::Global),
            (Timeouts::default().connect(Duration::ZERO), Timeout::Connect),
        ] {
            let mut call = CallContext::new(limits, None);
            let error = call.enter(|| CallContext::leaves(NextTimeout::default()));
            assert!(matches!(error, Err(Error::Timeout(which)) if which == expected), "{error:?}");
            assert_eq!(call.phase(), Phase::NotSent);
        }
    }
}
