//! The share of a wait in the reads that a server allows.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::pace::{Place, ReadDelay};
use super::server::ServerFacts;

/// The part of a wait in the reads that a server allows. The others get it back when the wait ends.
#[derive(Debug)]
pub(crate) struct Share(Arc<ServerFacts>);

impl Share {
    /// Counts one more wait.
    pub(crate) fn of(server: &Arc<ServerFacts>) -> Self {
        server.pace().waits.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(server))
    }

    /// Returns the delay before the next read of this operation.
    pub(crate) fn delay(&self, place: Place<'_>, random: f64) -> ReadDelay {
        self.0.pace().delay(place, random)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.0.pace().waits.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, Method, StatusCode};

    use super::*;

    const READ: (Method, &str) = (Method::GET, "/api/v2/workflows/{workflow}/runs/{run}");

    fn answer(facts: &ServerFacts, status: u16, limit: &str, left: &str, reset: &str) {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("date", "Mon, 23 Nov 2026 18:00:00 GMT"),
            ("x-ratelimit-limit", limit),
            ("x-ratelimit-remaining", left),
            ("x-ratelimit-reset", reset),
        ] {
            headers.insert(name, value.parse().expect("a header value"));
        }
        let status = StatusCode::from_u16(status).expect("a status");
        facts.record_headers((&READ.0, READ.1), status, &headers);
    }

    fn seconds(share: &Share, random: f64) -> f64 {
        share.delay((&READ.0, READ.1), random).fair.as_secs_f64()
    }

    fn is_about(left: f64, right: f64) -> bool {
        (left - right).abs() < 0.001
    }

    #[test]
    fn nothing_known_means_no_delay() {
        let facts = Arc::new(ServerFacts::new());
        assert!(is_about(seconds(&Share::of(&facts), 0.5), 0.0));
    }

    #[test]
    fn a_share_is_spent_in_steps_that_grow_until_the_refill() {
        let facts = Arc::new(ServerFacts::new());
        let share = Share::of(&facts);
        // What one wait does with five reads in a minute: 60 / 16, and then twice as much each time.
        let (mut left, mut until, mut steps) = (5, 60.0, Vec::new());
        while left > 0 {
            let reset = format!("2026-11-23T18:00:{:06.3}Z", until % 60.0);
            let reset = if until < 60.0 { reset } else { "2026-11-23T18:01:00Z".to_owned() };
            answer(&facts, 200, "60", &left.to_string(), &reset);
            steps.push(seconds(&share, 0.5));
            until -= steps[steps.len() - 1];
            left -= 1;
        }
        assert!(is_about(steps[0], 3.75), "{steps:?}");
        assert!(is_about(steps.iter().sum(), 60.0), "the last comes with the refill: {steps:?}");
        assert!(steps.windows(2).all(|two| two[1] >= two[0]), "{steps:?}");
    }

    #[test]
    fn what_is_left_is_divided_and_comes_back_when_a_wait_ends() {
        let facts = Arc::new(ServerFacts::new());
        let mut shares: Vec<_> = (0..100).map(|_| Share::of(&facts)).collect();
        answer(&facts, 200, "600", "200", "2026-11-23T18:00:40Z");
        assert!(is_about(seconds(&shares[0], 0.5), 20.0), "two reads each");
        shares.truncate(10);
        assert!(seconds(&shares[0], 0.5) < 0.001, "twenty reads each");
        answer(&facts, 200, "600", "9", "2026-11-23T18:00:40Z");
        assert!(is_about(seconds(&shares[0], 0.0), 40.0), "nothing for all ten before the refill");
        let spread = seconds(&shares[0], 1.0) - 40.0;
        assert!((0.1..3.0).contains(&spread), "and then not all at the same moment: {spread}");
    }

    #[test]
    fn the_bucket_of_the_address_is_known_once_it_refuses() {
        let facts = Arc::new(ServerFacts::new());
        let shares: Vec<_> = (0..100).map(|_| Share::of(&facts)).collect();
        let of_operation = || answer(&facts, 200, "999999", "999000", "2026-11-23T18:01:00Z");
        of_operation();
        assert!(seconds(&shares[0], 0.5) < 0.001);
        answer(&facts, 429, "600", "0", "2026-11-23T18:00:09Z");
        of_operation();
        assert!(seconds(&shares[0], 0.0) >= 9.0, "the operation's own bucket hides it");
        let closed = shares[0].delay((&READ.0, READ.1), 1.0).closed.as_secs_f64();
        assert!(is_about(closed, 9.0), "the server refuses until then, and not for longer");
    }
}
