//! What blocking transports have in common: waits that are within the limits of an attempt and can be cancelled.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use sim_core::Timeouts;
use sim_core::transport::{Exchange, Outcome, Phase, Step};
use sim_core::transport::{TransportError, TransportErrorKind as Kind};

/// Ends calls when it is raised.
pub type Cancel = Arc<AtomicBool>;

/// How long a wait goes on before it looks whether it was cancelled.
pub(crate) const SLICE: Duration = Duration::from_millis(20);

pub(crate) type Lost<T> = Result<T, TransportError>;

/// Drives an exchange to its end: sends its request, and again for as long as it wants that.
pub(crate) fn drive<X: Exchange>(
    mut exchange: X,
    cancel: &Cancel,
    mut send: impl FnMut(&X) -> Outcome,
) -> sim_core::Result<X::Output> {
    let started = Instant::now();
    loop {
        match exchange.receive(send(&exchange), started.elapsed()) {
            Step::Done(result) => return result,
            Step::Again(delay) => pause(delay, cancel),
        }
    }
}

/// Waits for the next attempt, or until it is cancelled.
fn pause(mut delay: Duration, cancel: &Cancel) {
    while !delay.is_zero() && !cancel.load(Ordering::Relaxed) {
        sleep(delay.min(SLICE));
        delay = delay.saturating_sub(SLICE);
    }
}

/// The limits of an attempt that runs.
#[derive(Debug)]
pub(crate) struct Clock {
    limits: Timeouts,
    cancel: Cancel,
    started: Instant,
    phase: Phase,
    since: Instant,
}

impl Clock {
    pub(crate) fn start(limits: Timeouts, cancel: &Cancel) -> Self {
        let (now, cancel) = (Instant::now(), Arc::clone(cancel));
        Self { limits, cancel, started: now, phase: Phase::NotSent, since: now }
    }

    /// Notes that a wait begins: for the head once the request is sent, or for a piece of the body.
    pub(crate) fn enter(&mut self, phase: Phase) {
        (self.phase, self.since) = (phase, Instant::now());
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase
    }

    /// How long what is waited for may take yet.
    pub(crate) fn left(&self) -> Lost<Duration> {
        let fault = |kind| Err(TransportError::new(kind, self.phase));
        match self.limits.left(self.phase, self.since.elapsed(), self.started.elapsed()) {
            _ if self.cancel.load(Ordering::Relaxed) => fault(Kind::Cancelled),
            Some((Duration::ZERO, kind)) => fault(Kind::Timeout(kind)),
            left => Ok(left.map_or(Duration::MAX, |(left, _)| left)),
        }
    }
}
