//! When a request is sent again, and after how long: plain functions from what happened to a verdict.

use std::time::Duration;

use http::{Method, StatusCode};
use rand::{Rng, RngExt as _};

/// What sending a request twice may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Repeat {
    /// Nothing: it only reads.
    Read,
    /// Nothing more than once: cancel, replace.
    Write,
    /// A second thing, or a refusal of what was done: create, deploy, move, delete. It is treated like an execute.
    MayDouble,
    /// A second run.
    MayStartRun,
}

impl Repeat {
    /// What a method promises by itself.
    pub(crate) fn of(method: &Method) -> Self {
        match *method {
            Method::GET | Method::HEAD => Self::Read,
            Method::POST => Self::MayStartRun,
            Method::DELETE => Self::MayDouble,
            _ => Self::Write,
        }
    }
}

/// How often and after how long a call is repeated.
///
/// | outcome | reads and writes | execute | execute with retry |
/// |---|---|---|---|
/// | nothing was sent (name, connect, handshake cut) | again | again, same run id | again, same run id |
/// | certificate or TLS protocol refused | stop | stop | stop |
/// | sent, then closed or timed out | again | stop: `Ambiguous` | stop: `Ambiguous` |
/// | 429 or 503 in a shape that proves that nothing started | again | stop | again; a new run id where the old one is spent |
/// | 408, 429, 499, 500, 502, 503, 504, 52x otherwise | again | stop | stop |
/// | any other answer | stop | stop | stop |
///
/// The wait before a repeat is the longer of what the server asked for (plus up to 10 %) and the backoff
/// (give or take 25 %).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RetryPolicy {
    max_retries: u32,
    initial_delay: Duration,
    max_delay: Duration,
    multiplier: f64,
    max_retry_after: Duration,
}

impl RetryPolicy {
    /// For plain calls: 2 retries, 0.5 s doubling to 8 s.
    pub const PLAIN: Self = Self {
        max_retries: 2,
        initial_delay: Duration::from_millis(500),
        max_delay: Duration::from_secs(8),
        multiplier: 2.0,
        max_retry_after: Duration::from_secs(120),
    };

    /// One attempt and no more.
    pub const NEVER: Self = Self { max_retries: 0, ..Self::PLAIN };

    /// The policy that official SDKs give `execute_with_retry`: 3 retries, 1 s doubling to 30 s.
    pub const fn new() -> Self {
        Self {
            max_retries: 3,
            initial_delay: Duration::from_secs(1),
            max_delay: Duration::from_secs(30),
            ..Self::PLAIN
        }
    }

    /// Sets how many times a call is repeated; the attempts are one more.
    #[must_use]
    pub const fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// Sets the backoff before the first repeat.
    #[must_use]
    pub const fn initial_delay(mut self, delay: Duration) -> Self {
        self.initial_delay = delay;
        self
    }

    /// Sets the longest backoff. What the server asks for is bounded by `max_retry_after` instead.
    #[must_use]
    pub const fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Sets by how much the backoff grows with each repeat; less than 1 counts as 1.
    #[must_use]
    pub const fn backoff_multiplier(mut self, multiplier: f64) -> Self {
        self.multiplier = multiplier;
        self
    }

    /// Sets the longest `Retry-After` that is waited out. A longer one ends the call, and the error says how long.
    #[must_use]
    pub const fn max_retry_after(mut self, limit: Duration) -> Self {
        self.max_retry_after = limit;
        self
    }

    /// The backoff before repeat number `repeat` (from 1), without jitter.
    fn backoff(&self, repeat: u32) -> Duration {
        let exponent = i32::try_from(repeat.saturating_sub(1)).unwrap_or(i32::MAX);
        let factor = self.multiplier.max(1.0).powi(exponent);
        stretch(self.initial_delay, factor).min(self.max_delay)
    }

    /// Whether such a `Retry-After` is waited out.
    pub(crate) fn honours(&self, retry_after: Option<Duration>) -> bool {
        retry_after.unwrap_or_default() <= self.max_retry_after
    }

    /// How long to wait before repeat number `repeat` (from 1), or `None` if the call ends here.
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

/// `duration * factor`, at most the longest duration there is.
fn stretch(duration: Duration, factor: f64) -> Duration {
    Duration::try_from_secs_f64(duration.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

/// What is known of a request that led to no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It never left, and might at a second try.
    NeverSent,
    /// It left, and its answer was lost on the way.
    Lost,
    /// An answer proves that nothing started.
    Refused(Claim),
    /// An answer that proves nothing of the kind.
    Answered(StatusCode),
    /// Trying again would change nothing.
    Final,
}

/// What a refusal left of the run id that it was sent with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claim {
    /// The id may be sent again.
    Free,
    /// The id belongs to a failed log row now.
    Spent,
}

/// Says whether a request that ended so may be sent again. `refusals`: the call asked for retries.
pub(crate) fn may_repeat(repeat: Repeat, refusals: bool, fate: Fate) -> bool {
    let harmless = matches!(repeat, Repeat::Read | Repeat::Write);
    match fate {
        Fate::NeverSent => true,
        Fate::Lost => harmless,
        Fate::Refused(_) => harmless || refusals,
        Fate::Answered(status) => {
            harmless && matches!(status.as_u16(), 408 | 429 | 499 | 500 | 502..=504 | 520..=524)
        }
        Fate::Final => false,
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
    fn the_last_repeat_is_the_last() {
        let mut random = StdRng::seed_from_u64(1);
        let policy = RetryPolicy::new();
        assert!(policy.delay(3, None, &mut random).is_some());
        assert!(policy.delay(4, None, &mut random).is_none());
        assert!(RetryPolicy::NEVER.delay(1, None, &mut random).is_none());
    }

    /// The rows of the table in the documentation of `RetryPolicy`, each as its cells.
    fn documented() -> Vec<Vec<&'static str>> {
        let lines = include_str!("retry.rs").lines().filter_map(|line| line.strip_prefix("/// | "));
        let rows = lines.map(|line| line.trim_end_matches(" |").split(" | ").collect::<Vec<_>>());
        rows.filter(|cells| cells.len() == 4 && cells[0] != "outcome").collect()
    }

    #[test]
    fn the_documented_table_is_what_is_done() {
        let fates = |outcome: &str| -> Vec<Fate> {
            let status = |code| Fate::Answered(StatusCode::from_u16(code).expect("a status"));
            match outcome.split(' ').next().expect("a word") {
                "nothing" => vec![Fate::NeverSent],
                "certificate" => vec![Fate::Final],
                "sent," => vec![Fate::Lost],
                "429" => vec![Fate::Refused(Claim::Free), Fate::Refused(Claim::Spent)],
                "408," => [408, 429, 499, 500, 502, 503, 504, 520, 524].map(status).to_vec(),
                "any" => [400, 401, 402, 403, 404, 409, 413, 501, 505].map(status).to_vec(),
                other => panic!("what is {other}?"),
            }
        };
        let rows = documented();
        assert_eq!(rows.len(), 6);
        for row in rows {
            for fate in fates(row[0]) {
                let done = [
                    may_repeat(Repeat::Read, false, fate),
                    may_repeat(Repeat::MayStartRun, false, fate),
                    may_repeat(Repeat::MayStartRun, true, fate),
                ];
                let said = [row[1], row[2], row[3]].map(|cell| cell.starts_with("again"));
                assert_eq!(done, said, "{}: {fate:?}", row[0]);
            }
        }
    }

    #[test]
    fn the_verdicts_are_those_of_the_table() {
        use Fate::{Answered, Final, Lost, NeverSent, Refused};
        let status = |code| Answered(StatusCode::from_u16(code).expect("a status"));
        // (fate, reads, execute, execute with retry)
        let table = [
            (NeverSent, true, true, true),
            (Final, false, false, false),
            (Lost, true, false, false),
            (Refused(Claim::Free), true, false, true),
            (Refused(Claim::Spent), true, false, true),
            (status(408), true, false, false),
            (status(429), true, false, false),
            (status(500), true, false, false),
            (status(502), true, false, false),
            (status(503), true, false, false),
            (status(504), true, false, false),
            (status(521), true, false, false),
            (status(400), false, false, false),
            (status(404), false, false, false),
            (status(409), false, false, false),
            (status(501), false, false, false),
        ];
        for (fate, reads, execute, with_retry) in table {
            assert_eq!(may_repeat(Repeat::Read, false, fate), reads, "{fate:?}");
            assert_eq!(may_repeat(Repeat::Write, false, fate), reads, "{fate:?}");
            for repeat in [Repeat::MayStartRun, Repeat::MayDouble] {
                assert_eq!(may_repeat(repeat, false, fate), execute, "{fate:?}");
                assert_eq!(may_repeat(repeat, true, fate), with_retry, "{fate:?}");
            }
        }
    }
}
