//! The retry policy: how often and after which delay a call is repeated.

use std::time::Duration;

use rand::{Rng, RngExt as _};

/// The policy for repeating a call: how often, and after which delay.
///
/// | outcome | reads and writes | execute | execute with retry |
/// |---|---|---|---|
/// | nothing was sent (name, connect, handshake cut) | again | again, same run id | again, same run id |
/// | certificate or TLS protocol rejected | stop | stop | stop |
/// | sent, then closed or timed out | again | stop: `Ambiguous` | stop: `Ambiguous` |
/// | 429 or 503 in a form that proves that nothing started | again | stop | again; a new run id where the old one is spent |
/// | 408, 429, 499, 500, 502, 503, 504, 52x otherwise | again | stop | stop |
/// | any other answer | stop | stop | stop |
///
/// The client waits before each repeat: for the time that the server asked for (plus up to 10 %) or for the backoff
/// (plus or minus 25 %), whichever is longer. Some refusals of the first generation come from a bucket that is refilled
/// once a minute, and do not say when. For them the client stretches the backoff until the repeats cover the minute, unless
/// you set the delays yourself.
///
/// Repeats after which nothing is known to be wrong with the server are free. Every other repeat costs a part of the
/// [budget](crate::ClientBuilder::retry_budget) that all clones of a client share. What the server says of a service behind
/// it, such as somebody's MCP server, ends the call, whatever its policy: the operations that relay it say so.
///
/// ```
/// use std::time::Duration;
/// use sim_core::{ExecuteWorkflow, RetryPolicy};
///
/// let policy = RetryPolicy::new().max_retries(5).initial_delay(Duration::from_millis(500));
/// let call = ExecuteWorkflow::new("wf-1").retry(policy);
/// # drop(call);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RetryPolicy {
    max_retries: u32,
    initial_delay: Duration,
    max_delay: Duration,
    multiplier: f64,
    max_retry_after: Duration,
    max_total_delay: Duration,
    /// Whether the delays are the caller's own choice.
    has_own_delays: bool,
}

/// The sum of the delays that covers a bucket's minute even if jitter makes each a quarter shorter.
const REFILL: Duration = Duration::from_secs(80);

impl RetryPolicy {
    /// The default for ordinary calls: 2 retries, 0.5 s doubling to 8 s, and no more than 90 s of delays in all.
    pub const PLAIN: Self = Self {
        max_retries: 2,
        initial_delay: Duration::from_millis(500),
        max_delay: Duration::from_secs(8),
        multiplier: 2.0,
        max_retry_after: Duration::from_secs(120),
        max_total_delay: Duration::from_secs(90),
        has_own_delays: false,
    };

    /// The policy without retries: one attempt only.
    pub const NEVER: Self = Self { max_retries: 0, ..Self::PLAIN };

    /// Creates the policy that official SDKs use for `execute_with_retry`: 3 retries, 1 s doubling to 30 s.
    pub const fn new() -> Self {
        Self {
            max_retries: 3,
            initial_delay: Duration::from_secs(1),
            max_delay: Duration::from_secs(30),
            max_total_delay: Duration::MAX,
            ..Self::PLAIN
        }
    }

    /// Sets how many times the client repeats a call; there is one more attempt than repeats.
    #[must_use]
    pub const fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// Sets the backoff before the first repeat.
    #[must_use]
    pub const fn initial_delay(mut self, delay: Duration) -> Self {
        self.initial_delay = delay;
        self.has_own_delays = true;
        self
    }

    /// Sets the longest backoff. `max_retry_after` bounds the time that the server asks for.
    #[must_use]
    pub const fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self.has_own_delays = true;
        self
    }

    /// Sets the factor by which the backoff grows with each repeat; less than 1 counts as 1.
    #[must_use]
    pub const fn backoff_multiplier(mut self, multiplier: f64) -> Self {
        self.multiplier = multiplier;
        self
    }

    /// Sets the longest `Retry-After` to wait for. A longer one ends the call, and the error says how long it was.
    #[must_use]
    pub const fn max_retry_after(mut self, limit: Duration) -> Self {
        self.max_retry_after = limit;
        self
    }

    /// Sets the longest sum of all delays of a call. A delay that would make it longer ends the call. There is no such
    /// limit by default, except for ordinary calls; a [deadline](crate::CallOptions::deadline) bounds the requests too.
    #[must_use]
    pub const fn max_total_delay(mut self, limit: Duration) -> Self {
        self.max_total_delay = limit;
        self
    }

    /// Returns whether a call may wait for `delay` after it has waited for `delayed`.
    pub(crate) fn allows(&self, delayed: Duration, delay: Duration) -> bool {
        delayed.saturating_add(delay) <= self.max_total_delay
    }

    /// Stretches the backoff, if need be, so that all repeats together cover the refill of a bucket.
    #[must_use]
    pub(crate) fn covering_refill(self) -> Self {
        if self.has_own_delays {
            return self;
        }
        let mut sum = Duration::ZERO;
        for repeat in 1..=self.max_retries {
            sum = sum.saturating_add(self.backoff(repeat));
            if sum >= REFILL {
                return self;
            }
        }
        let factor = REFILL.as_secs_f64() / sum.as_secs_f64();
        if !factor.is_finite() {
            return self;
        }
        Self {
            initial_delay: stretch(self.initial_delay, factor),
            max_delay: stretch(self.max_delay, factor),
            ..self
        }
    }

    /// Returns the backoff before repeat number `repeat` (from 1), without jitter.
    fn backoff(&self, repeat: u32) -> Duration {
        let exponent = i32::try_from(repeat.saturating_sub(1)).unwrap_or(i32::MAX);
        let factor = self.multiplier.max(1.0).powi(exponent);
        stretch(self.initial_delay, factor).min(self.max_delay)
    }

    /// Returns whether the policy waits for such a `Retry-After`.
    pub(crate) fn honours(&self, retry_after: Option<Duration>) -> bool {
        retry_after.unwrap_or_default() <= self.max_retry_after
    }

    /// Returns the delay before repeat number `repeat` (from 1), or `None` if the call ends here.
    pub(crate) fn delay(
        &self,
        repeat: u32,
        retry_after: Option<Duration>,
        random: &mut impl Rng,
    ) -> Option<Duration> {
        if repeat > self.max_retries || !self.honours(retry_after) {
            return None;
        }
        let asked = retry_after.unwrap_or_default();
        let u: f64 = random.random();
        Some(stretch(asked, 1.0 + u / 10.0).max(stretch(self.backoff(repeat), 0.75 + u / 2.0)))
    }
}

/// Returns `duration * factor`, at most the longest possible duration.
fn stretch(duration: Duration, factor: f64) -> Duration {
    Duration::try_from_secs_f64(duration.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    fn delays(policy: RetryPolicy, retry_after: Option<Duration>) -> Vec<Option<Duration>> {
        (0..200)
            .map(|seed| policy.delay(1, retry_after, &mut StdRng::seed_from_u64(seed)))
            .collect()
    }

    #[test]
    fn the_backoff_doubles_up_to_its_maximum() {
        let policy = RetryPolicy::new();
        let seconds: Vec<_> = (1..8).map(|n| policy.backoff(n).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(policy.backoff(u32::MAX), Duration::from_secs(30));
    }

    #[test]
    fn an_odd_multiplier_never_panics_and_never_shrinks() {
        for multiplier in [0.0, -3.0, f64::NAN, f64::INFINITY, 1e300] {
            let policy = RetryPolicy::new().backoff_multiplier(multiplier);
            let backoff = policy.backoff(5);
            assert!(backoff >= Duration::from_secs(1) && backoff <= Duration::from_secs(30));
        }
    }

    #[test]
    fn the_longest_waits_there_are_do_not_overflow() {
        let policy = RetryPolicy::new()
            .initial_delay(Duration::MAX)
            .max_delay(Duration::MAX)
            .max_retry_after(Duration::MAX);
        assert!(delays(policy, Some(Duration::MAX)).iter().all(Option::is_some));
    }

    #[test]
    fn jitter_keeps_to_a_quarter_and_retry_after_is_a_floor() {
        let (low, high) = (Duration::from_millis(750), Duration::from_millis(1250));
        assert!(
            delays(RetryPolicy::new(), None)
                .iter()
                .all(|d| d.is_some_and(|d| d >= low && d < high))
        );
        let asked = Duration::from_secs(60);
        let waits = delays(RetryPolicy::new(), Some(asked));
        assert!(waits.iter().all(|d| d.is_some_and(|d| d >= asked && d < Duration::from_secs(66))));
    }

    #[test]
    fn a_retry_after_above_the_maximum_ends_the_call() {
        let policy = RetryPolicy::new().max_retry_after(Duration::from_secs(5));
        assert_eq!(delays(policy, Some(Duration::from_secs(6)))[0], None);
        assert_eq!(delays(policy, Some(Duration::MAX))[0], None);
    }

    #[test]
    fn the_repeats_cover_a_bucket_that_is_refilled_once_a_minute() {
        for (policy, stretched) in [
            (RetryPolicy::new(), true),
            (RetryPolicy::PLAIN, true),
            (RetryPolicy::new().max_retries(1), true),
            (RetryPolicy::new().max_retries(50), false),
            (RetryPolicy::new().max_retries(u32::MAX), false),
            (RetryPolicy::NEVER, false),
            (RetryPolicy::new().initial_delay(Duration::ZERO), false),
            (RetryPolicy::new().max_delay(Duration::from_secs(2)), false),
        ] {
            let covering = policy.covering_refill();
            assert_eq!(covering != policy, stretched, "{policy:?}");
            let least = |n| covering.backoff(n).mul_f64(0.75).as_secs_f64();
            let sum: f64 = (1..=policy.max_retries.min(50)).map(least).sum();
            assert!(!stretched || (59.9..61.0).contains(&sum), "{policy:?}: {sum}");
        }
    }

    #[test]
    fn the_last_repeat_is_the_last() {
        let mut random = StdRng::seed_from_u64(1);
        let policy = RetryPolicy::new();
        assert!(policy.delay(3, None, &mut random).is_some());
        assert!(policy.delay(4, None, &mut random).is_none());
        assert!(RetryPolicy::NEVER.delay(1, None, &mut random).is_none());
    }
}
