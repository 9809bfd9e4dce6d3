//! The pace of starts: as fast as the server's bucket of runs allows, and no faster.

use std::time::Duration;

use crate::v1::RateBucket;

use super::server_clock::ServerClock;

/// The delays after refusals in a row: the first, and the longest.
const REFUSED: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(15));
/// The longest time that the server's word about a refill is believed.
const LONGEST: Duration = Duration::from_secs(120);

/// What the outcome of a start says about the limits of the server.
#[derive(Debug, Clone, Copy)]
pub(super) enum Verdict {
    /// A limit refused the start, and asks to wait so long.
    Limited(Option<Duration>),
    /// Something else came of it.
    Other,
}

/// What is known about the server's bucket of runs.
///
/// No answer to a start tells what is left of the bucket; only `usage-limits` does. So the pace asks there before the
/// first start, and again whenever what was left is used up and the bucket has been refilled. A server that does not
/// tell is paced by its refusals alone.
#[derive(Debug)]
pub(super) struct StartPace {
    /// The number of starts that the bucket allows. `None` if the server does not tell.
    left: Option<u64>,
    /// When the server fills the bucket again.
    refill_at: Duration,
    /// The time before which no start is sent.
    hold_until: Duration,
    /// Whether the server is to be asked before the next start.
    is_open: bool,
    /// Whether the question is on its way.
    is_asking: bool,
    /// The number of starts on their way.
    sent: u64,
    /// The number of refusals in a row, or of answers that there is nothing left.
    refusals: u32,
}

impl StartPace {
    pub(super) fn new() -> Self {
        Self {
            left: None,
            refill_at: Duration::ZERO,
            hold_until: Duration::ZERO,
            is_open: true,
            is_asking: false,
            sent: 0,
            refusals: 0,
        }
    }

    /// Returns when the next start may be sent, or the next question. `None` while the answer to another decides that.
    pub(super) fn ready_at(&self) -> Option<Duration> {
        let refill = if self.left == Some(0) { self.refill_at } else { Duration::ZERO };
        // After a refusal, one start goes ahead of the others.
        let is_ahead = self.refusals > 0 && self.sent > 0;
        (!self.is_asking && !is_ahead).then(|| self.hold_until.max(refill))
    }

    /// Returns whether the server is to be asked what is left, before another start.
    pub(super) fn asks(&self, now: Duration) -> bool {
        let is_due = self.ready_at().is_some_and(|ready| ready <= now);
        is_due && (self.is_open || self.left == Some(0))
    }

    /// Returns whether a start may be sent now.
    pub(super) fn allows(&self, now: Duration) -> bool {
        let is_due = self.ready_at().is_some_and(|ready| ready <= now);
        is_due && !self.is_open && self.left != Some(0)
    }

    pub(super) fn asked(&mut self) {
        self.is_asking = true;
    }

    /// Takes what the server says is left. Starts on their way may count already, or not yet.
    pub(super) fn told(&mut self, bucket: Option<&RateBucket>, clock: &ServerClock, now: Duration) {
        (self.is_asking, self.is_open) = (false, false);
        let known = bucket.and_then(|bucket| Some((bucket.remaining?, bucket.reset_at?)));
        let Some((remaining, reset_at)) = known else {
            self.left = None;
            return;
        };
        let refill_at = clock.at(reset_at).unwrap_or(now);
        self.refill_at = refill_at.min(now.saturating_add(LONGEST));
        self.left = Some(remaining.saturating_sub(self.sent));
        if self.left != Some(0) {
            self.refusals = 0;
        } else if self.refill_at <= now {
            self.hold(None, now);
        }
    }

    /// Takes that the server did not tell what is left. It is asked again after the next refusal.
    pub(super) fn untold(&mut self) {
        (self.is_asking, self.is_open, self.left) = (false, false, None);
    }

    pub(super) fn started(&mut self) {
        self.sent += 1;
        self.left = self.left.map(|left| left.saturating_sub(1));
    }

    /// Takes the answer to a start, or that none came.
    pub(super) fn answered(&mut self, verdict: Verdict, now: Duration) {
        self.sent = self.sent.saturating_sub(1);
        match verdict {
            Verdict::Other => self.refusals = 0,
            Verdict::Limited(asked) => {
                self.is_open = true;
                self.left = self.left.map(|_| 0);
                self.hold(asked, now);
            }
        }
    }

    fn hold(&mut self, asked: Option<Duration>, now: Duration) {
        let asked = asked.unwrap_or_default().min(LONGEST);
        if now < self.hold_until {
            // This start was on its way when another was refused.
            self.hold_until = self.hold_until.max(now.saturating_add(asked));
            return;
        }
        let growth = 1_u32.checked_shl(self.refusals.min(8)).unwrap_or(u32::MAX);
        let delay = REFUSED.0.saturating_mul(growth).min(REFUSED.1);
        self.refusals = self.refusals.saturating_add(1);
        self.hold_until = now.saturating_add(asked.max(delay));
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn clock() -> ServerClock {
        let (mut clock, mut headers) = (ServerClock::default(), HeaderMap::new());
        let date = HeaderValue::from_static("Mon, 23 Nov 2026 18:00:00 GMT");
        headers.insert("date", date);
        clock.note(&headers, Duration::ZERO);
        clock
    }

    fn bucket(remaining: u64, reset_at: &str) -> RateBucket {
        let reset_at = Some(reset_at.parse().expect("a time"));
        RateBucket { remaining: Some(remaining), reset_at, ..RateBucket::default() }
    }

    fn started(pace: &mut StartPace, now: Duration) -> u64 {
        let mut starts = 0;
        while pace.allows(now) && starts < 1000 {
            pace.started();
            starts += 1;
        }
        starts
    }

    #[test]
    fn what_the_server_has_left_is_spent_at_once_and_asked_for_again_at_the_refill() {
        let mut pace = StartPace::new();
        assert!(pace.asks(Duration::ZERO) && !pace.allows(Duration::ZERO));
        pace.asked();
        assert!(!pace.asks(Duration::ZERO), "one question at a time");
        pace.told(Some(&bucket(7, "2026-11-23T18:00:10Z")), &clock(), Duration::ZERO);
        assert_eq!(started(&mut pace, SECOND), 7);
        assert_eq!(pace.ready_at(), Some(10 * SECOND));
        assert!(!pace.asks(9 * SECOND) && pace.asks(10 * SECOND));
        for _ in 0..5 {
            pace.answered(Verdict::Other, 2 * SECOND);
        }
        pace.asked();
        pace.told(Some(&bucket(7, "2026-11-23T18:01:10Z")), &clock(), 10 * SECOND);
        assert_eq!(started(&mut pace, 10 * SECOND), 5, "two on their way may count already");
    }

    #[test]
    fn a_refusal_stops_all_starts_for_as_long_as_it_asks_and_longer_each_time() {
        let mut pace = StartPace::new();
        pace.told(Some(&bucket(100, "2026-11-23T18:01:00Z")), &clock(), Duration::ZERO);
        pace.started();
        pace.answered(Verdict::Limited(Some(5 * SECOND)), SECOND);
        assert!(!pace.allows(7 * SECOND) && !pace.asks(5 * SECOND));
        let mut untold = StartPace::new();
        untold.untold();
        let (mut waits, mut now) = (Vec::new(), SECOND);
        for _ in 0..9 {
            assert!(untold.allows(now));
            untold.started();
            untold.started();
            untold.answered(Verdict::Limited(None), now);
            assert_eq!(untold.ready_at(), None, "the other start was on its way");
            untold.answered(Verdict::Limited(None), now);
            let ready = untold.ready_at().expect("a time");
            waits.push(ready.saturating_sub(now));
            now = ready;
            untold.untold();
        }
        assert!(waits.windows(2).all(|two| two[0] <= two[1]), "{waits:?}");
        assert_eq!((waits[0], waits[8]), (REFUSED.0, REFUSED.1));
    }

    #[test]
    fn a_server_that_tells_nothing_is_paced_by_its_refusals_alone() {
        let mut pace = StartPace::new();
        pace.asked();
        pace.told(None, &ServerClock::default(), Duration::ZERO);
        assert_eq!(started(&mut pace, Duration::ZERO), 1000);
    }

    #[test]
    fn a_refill_in_the_past_or_the_far_future_is_not_believed_for_ever() {
        let mut pace = StartPace::new();
        pace.told(Some(&bucket(0, "2026-11-23T17:00:00Z")), &clock(), SECOND);
        let ready = pace.ready_at().expect("a time");
        assert!(ready > SECOND && ready < 2 * SECOND, "{ready:?}");
        pace.told(Some(&bucket(0, "2027-11-23T17:00:00Z")), &clock(), SECOND);
        assert!(pace.ready_at().is_some_and(|ready| ready <= SECOND + LONGEST));
    }
}
