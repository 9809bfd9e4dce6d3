//! The time limits for each part of an attempt.

use std::time::Duration;

use crate::wire::{Phase, TimeoutKind};

/// The time limits of one attempt. `None` takes the limit from the next level: the call, then the client, then the
/// endpoint. `Duration::MAX` means no limit.
///
/// | limit | runs from | until | reads, cancel | execute |
/// |---|---|---|---|---|
/// | `connect` | the start of the attempt | the connection can carry the request (name, TCP, TLS) | 10 s | 10 s |
/// | `first_byte` | the request begins to be sent | the head of the answer is complete | 60 s | 3,600 s |
/// | `idle` | the last bytes of the body | the next bytes of the body | 60 s | 3,600 s |
/// | `total` | the start of the attempt | its end | none | none |
///
/// The server is silent while a run works, and a paid plan lets a synchronous run take 50 minutes. An execute
/// therefore waits an hour by default. If the client stops waiting, the server cancels the run.
///
/// ```
/// use std::time::Duration;
/// use sim_core::{ExecuteWorkflow, Timeouts};
///
/// let limits = Timeouts::default().connect(Duration::from_secs(3)).first_byte(Duration::from_secs(120));
/// let call = ExecuteWorkflow::new("wf-1").timeouts(limits);
/// # drop(call);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Timeouts {
    /// The limit for resolving the name, connecting and the TLS handshake. `None` leaves it to the next level.
    pub connect: Option<Duration>,
    /// The limit from sending the request to the complete head of the answer. `None` leaves it to the next level.
    pub first_byte: Option<Duration>,
    /// The limit between two reads of the body. `None` leaves it to the next level.
    pub idle: Option<Duration>,
    /// The limit for the whole attempt, its body included. `None` leaves it to the next level.
    pub total: Option<Duration>,
}

impl Timeouts {
    /// The default limits of reads and of cancel.
    pub const READ: Self = Self::waiting(Duration::from_secs(60));
    /// The default limits of operations that wait for a workflow.
    pub const RUN: Self = Self::waiting(Duration::from_secs(3600));

    const fn waiting(limit: Duration) -> Self {
        Self {
            connect: Some(Duration::from_secs(10)),
            first_byte: Some(limit),
            idle: Some(limit),
            total: None,
        }
    }

    /// Sets the limit for connecting.
    #[must_use]
    pub const fn connect(mut self, limit: Duration) -> Self {
        self.connect = Some(limit);
        self
    }

    /// Sets the limit for the head of the answer.
    #[must_use]
    pub const fn first_byte(mut self, limit: Duration) -> Self {
        self.first_byte = Some(limit);
        self
    }

    /// Sets the limit between two reads of the body.
    #[must_use]
    pub const fn idle(mut self, limit: Duration) -> Self {
        self.idle = Some(limit);
        self
    }

    /// Sets the limit of the whole attempt.
    #[must_use]
    pub const fn total(mut self, limit: Duration) -> Self {
        self.total = Some(limit);
        self
    }

    /// Returns how much time is left of a wait and which limit ends it, or `None` if there is no limit.
    ///
    /// A request waits for its connection while it is [`NotSent`](Phase::NotSent), for the head of the answer while
    /// it is [`Sent`](Phase::Sent), and for each piece of the [`Body`](Phase::Body) after that. `waited` is the
    /// duration of this wait so far, `attempt` that of the whole attempt.
    pub fn left(
        &self,
        phase: Phase,
        waited: Duration,
        attempt: Duration,
    ) -> Option<(Duration, TimeoutKind)> {
        let (own, kind) = match phase {
            Phase::NotSent => (self.connect, TimeoutKind::Connect),
            Phase::Sent => (self.first_byte, TimeoutKind::FirstByte),
            Phase::Body => (self.idle, TimeoutKind::Idle),
        };
        let own = own.map(|limit| (limit.saturating_sub(waited), kind));
        let total = self.total.map(|limit| (limit.saturating_sub(attempt), TimeoutKind::Total));
        own.into_iter().chain(total).min_by_key(|(left, _)| *left)
    }

    /// Takes from `fallback` each limit that is not set here.
    #[must_use]
    pub fn or(self, fallback: Self) -> Self {
        Self {
            connect: self.connect.or(fallback.connect),
            first_byte: self.first_byte.or(fallback.first_byte),
            idle: self.idle.or(fallback.idle),
            total: self.total.or(fallback.total),
        }
    }

    /// Returns the limits that an adapter enforces, with `None` in place of `Duration::MAX`.
    #[must_use]
    pub(crate) fn enforced(self) -> Self {
        let finite = |limit: Option<Duration>| limit.filter(|limit| *limit != Duration::MAX);
        Self {
            connect: finite(self.connect),
            first_byte: finite(self.first_byte),
            idle: finite(self.idle),
            total: finite(self.total),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_call_wins_over_the_client_and_the_client_over_the_endpoint() {
        let second = Duration::from_secs(1);
        let call = Timeouts::default().total(second);
        let client = Timeouts::default().total(second * 2).idle(second * 3);
        let limits = call.or(client).or(Timeouts::READ);
        assert_eq!(limits.total, Some(second));
        assert_eq!(limits.idle, Some(second * 3));
        assert_eq!(limits.first_byte, Some(second * 60));
    }

    #[test]
    fn the_longest_duration_lifts_a_limit() {
        let limits = Timeouts::default().idle(Duration::MAX).or(Timeouts::READ).enforced();
        assert_eq!((limits.idle, limits.connect), (None, Some(Duration::from_secs(10))));
    }

    #[test]
    fn the_tightest_limit_of_a_phase_ends_its_wait() {
        let second = Duration::from_secs(1);
        let limits = Timeouts::READ.total(second * 30);
        let left = |phase, waited: u32, attempt: u32| {
            limits
                .left(phase, second * waited, second * attempt)
                .map(|(left, kind)| (left.as_secs(), kind))
        };
        assert_eq!(left(Phase::NotSent, 3, 3), Some((7, TimeoutKind::Connect)));
        assert_eq!(left(Phase::NotSent, 11, 11), Some((0, TimeoutKind::Connect)));
        assert_eq!(left(Phase::Sent, 1, 4), Some((26, TimeoutKind::Total)));
        assert_eq!(left(Phase::Body, 59, 0), Some((1, TimeoutKind::Idle)));
        assert_eq!(left(Phase::Body, 0, 31), Some((0, TimeoutKind::Total)));
        assert_eq!(Timeouts::default().left(Phase::Sent, second, second), None);
    }
}
