//! What transports without a timer have in common: waits that are within the limits of an attempt and can be cancelled.

use std::thread::sleep;
use std::time::{Duration, Instant};

use sim_core::transport::{Exchange, Outcome, Phase, Step};
use sim_core::transport::{TransportError, TransportErrorKind as Kind};
use sim_core::{CancelToken, Timeouts};

/// How long a wait goes on before it looks whether it was cancelled.
pub(crate) const SLICE: Duration = Duration::from_millis(20);

pub(crate) type Lost<T> = Result<T, TransportError>;

/// Drives an exchange to its end: sends its request, and again for as long as it wants that.
pub(crate) fn drive<X: Exchange>(
    mut exchange: X,
    mut send: impl FnMut(&X) -> Outcome,
) -> sim_core::Result<X::Output> {
    let started = Instant::now();
    loop {
        match exchange.receive(send(&exchange), started.elapsed()) {
            Step::Done(result) => return result,
            Step::Again(delay) => pause(delay, exchange.cancel_token()),
        }
    }
}

/// Waits for the next attempt, or until the call is cancelled.
fn pause(mut delay: Duration, token: Option<&CancelToken>) {
    while !delay.is_zero() && !token.is_some_and(CancelToken::is_cancelled) {
        sleep(delay.min(SLICE));
        delay = delay.saturating_sub(SLICE);
    }
}

/// The limits of an attempt that runs.
#[derive(Debug)]
pub(crate) struct Clock {
    limits: Timeouts,
    token: Option<CancelToken>,
    started: Instant,
    phase: Phase,
    since: Instant,
}

impl Clock {
    /// Starts the clock of the next attempt of an exchange.
    pub(crate) fn start(exchange: &impl Exchange) -> Self {
        let (now, token) = (Instant::now(), exchange.cancel_token().cloned());
        let limits = exchange.timeouts();
        Self { limits, token, started: now, phase: Phase::NotSent, since: now }
    }

    /// Notes that a wait begins: for the head once the request is sent, or for a piece of the body.
    pub(crate) fn enter(&mut self, phase: Phase) {
        (self.phase, self.since) = (phase, Instant::now());
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase
    }

    /// Returns how long the current wait may last yet; an error once a limit passed or the call is cancelled.
    pub(crate) fn left(&self) -> Lost<Duration> {
        let ended = |kind| Err(TransportError::new(kind, self.phase));
        match self.limits.left(self.phase, self.since.elapsed(), self.started.elapsed()) {
            _ if self.token.as_ref().is_some_and(CancelToken::is_cancelled) => {
                ended(Kind::Cancelled)
            }
            Some((Duration::ZERO, kind)) => ended(Kind::Timeout(kind)),
            left => Ok(left.map_or(Duration::MAX, |(left, _)| left)),
        }
    }

    /// Returns how long to wait before somebody has to look whether a limit passed or the call was cancelled.
    pub(crate) fn patience(&self) -> Duration {
        let left = self.left().unwrap_or_default();
        if self.token.is_some() { left.min(SLICE) } else { left }
    }
}
