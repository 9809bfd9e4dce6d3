//! How long a wait may last.

use std::fmt;
use std::io;
use std::time::{Duration, Instant};

/// How often a wait asks whether it is cancelled.
const SLICE: Duration = Duration::from_millis(20);

/// How long a wait may last: until a deadline, and as long as the caller wants the result.
///
/// ```
/// use std::sync::atomic::{AtomicBool, Ordering};
/// use std::time::{Duration, Instant};
///
/// use sim_net::Limit;
///
/// let cancelled = AtomicBool::new(false);
/// let is_cancelled = || cancelled.load(Ordering::Relaxed);
/// let limit = Limit::until(Instant::now() + Duration::from_secs(10)).unless(&is_cancelled);
/// assert!(limit.check().is_ok());
/// cancelled.store(true, Ordering::Relaxed);
/// assert!(limit.check().is_err());
/// ```
#[derive(Clone, Copy, Default)]
pub struct Limit<'a> {
    deadline: Option<Instant>,
    is_cancelled: Option<&'a (dyn Fn() -> bool + 'a)>,
}

/// Why a wait ended without a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// The deadline passed before there was a result.
    TimedOut,
    /// The caller no longer wants the result.
    Cancelled,
}

impl<'a> Limit<'a> {
    /// Returns a limit that lets a wait last for as long as it takes.
    pub fn none() -> Self {
        Self::default()
    }

    /// Returns a limit that ends a wait at `deadline`.
    pub fn until(deadline: Instant) -> Self {
        Self { deadline: Some(deadline), is_cancelled: None }
    }

    /// Ends a wait also once `is_cancelled` returns true. A wait asks about every 20 ms.
    #[must_use]
    pub fn unless(self, is_cancelled: &'a (dyn Fn() -> bool + 'a)) -> Self {
        Self { is_cancelled: Some(is_cancelled), ..self }
    }

    /// Fails if a wait must end now.
    ///
    /// # Errors
    /// If the deadline passed or the caller cancelled; a cancelled wait says so even after its deadline.
    pub fn check(&self) -> Result<(), Stopped> {
        self.check_at(Instant::now())
    }

    pub(crate) fn check_at(&self, now: Instant) -> Result<(), Stopped> {
        if self.is_cancelled.is_some_and(|is_cancelled| is_cancelled()) {
            return Err(Stopped::Cancelled);
        }
        match self.deadline {
            Some(deadline) if deadline <= now => Err(Stopped::TimedOut),
            _ => Ok(()),
        }
    }

    /// Returns how long to wait before the next check, or `None` if no check is due.
    pub(crate) fn next_check(&self, now: Instant) -> Option<Duration> {
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(now));
        let slice = self.is_cancelled.map(|_| SLICE);
        [left, slice].into_iter().flatten().min()
    }

    /// Whether nothing ends a wait early.
    pub(crate) fn is_none(&self) -> bool {
        self.deadline.is_none() && self.is_cancelled.is_none()
    }
}

impl fmt::Debug for Limit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limit")
            .field("deadline", &self.deadline)
            .field("can_be_cancelled", &self.is_cancelled.is_some())
            .finish()
    }
}

impl Stopped {
    /// Finds the reason in an error of a [`Stream`](crate::stream::Stream) whose wait was stopped.
    pub fn find_in(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl std::error::Error for Stopped {}

impl From<Stopped> for io::Error {
    fn from(stopped: Stopped) -> Self {
        let kind = match stopped {
            Stopped::TimedOut => io::ErrorKind::TimedOut,
            Stopped::Cancelled => io::ErrorKind::ConnectionAborted,
        };
        Self::new(kind, stopped)
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TimedOut => "the time limit passed",
            Self::Cancelled => "cancelled",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_deadline_ends_a_wait_when_it_is_reached_and_not_before() {
        let now = Instant::now();
        let limit = Limit::until(now + SECOND);
        assert_eq!(limit.check_at(now), Ok(()));
        assert_eq!(limit.next_check(now), Some(SECOND));
        assert_eq!(limit.check_at(now + SECOND), Err(Stopped::TimedOut));
        assert_eq!(limit.next_check(now + SECOND * 2), Some(Duration::ZERO));
    }

    #[test]
    fn a_wait_without_a_limit_is_never_checked() {
        let limit = Limit::none();
        assert!(limit.is_none());
        assert_eq!((limit.check(), limit.next_check(Instant::now())), (Ok(()), None));
    }

    #[test]
    fn a_cancelled_wait_says_so_also_after_its_deadline() {
        let now = Instant::now();
        let yes = || true;
        let limit = Limit::until(now).unless(&yes);
        assert_eq!(limit.check_at(now + SECOND), Err(Stopped::Cancelled));
        assert!(!limit.is_none() && !Limit::none().unless(&yes).is_none());
    }

    #[test]
    fn a_wait_that_can_be_cancelled_is_checked_often_and_at_its_deadline() {
        let now = Instant::now();
        let no = || false;
        let limit = Limit::until(now + SECOND).unless(&no);
        assert!(limit.next_check(now).is_some_and(|after| after < SECOND / 10));
        assert_eq!(limit.next_check(now + SECOND), Some(Duration::ZERO));
        assert_eq!(limit.check_at(now), Ok(()));
    }
}
