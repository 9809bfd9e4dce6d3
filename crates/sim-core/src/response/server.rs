//! The facts that answers reveal about a server: whether it lacks the second generation, whether it honours run ids
//! of callers, and how full its buckets are.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use jiff::Timestamp;
use serde_json::Value;

use crate::model::Claims;
use crate::primitives::time::ServerClock;
use crate::primitives::{Generation, RateLimitInfo, json};
use crate::response::Envelope;
use crate::response::pace::Pace;

/// The time for which the client relies on a fact about a server, in seconds of the server's own clock.
const REMEMBERED: i64 = 600;

/// The facts known about the server of one base URL and key. All clones of a client share them; nothing stores them.
#[derive(Debug, Default)]
pub(crate) struct ServerFacts {
    lacks_v2: Noted,
    honours_ids: Noted,
    ignores_ids: Noted,
    buckets: Mutex<Buckets>,
    pace: Pace,
    clock: ServerClock,
}

#[derive(Debug, Default)]
struct Buckets {
    /// The rate limits of the latest answer that had any, of whichever bucket.
    last: Option<RateLimitInfo>,
    of: Vec<((Method, &'static str), RateLimitInfo)>,
}

impl ServerFacts {
    /// Creates the state in which nothing is known.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Returns the generation to use for a client that was built for `wanted`.
    pub(crate) fn spoken(&self, wanted: Generation) -> Generation {
        match wanted {
            Generation::Auto if self.lacks_v2.holds() => Generation::V1,
            Generation::Auto => Generation::V2,
            wanted => wanted,
        }
    }

    /// Records that the server of the answer with these headers lacks the second generation.
    pub(crate) fn lacks_v2(&self, headers: &HeaderMap) {
        self.lacks_v2.note(self.clock.read(headers));
    }

    /// Returns whether the server honours run ids of callers, as far as that is proven now.
    pub(crate) fn claims(&self) -> Claims {
        match (self.honours_ids.holds(), self.ignores_ids.holds()) {
            (true, false) => Claims::Proven,
            (false, true) => Claims::Refuted,
            _ => Claims::Unknown,
        }
    }

    /// Records the proof in the answer with these headers. Contradicting evidence makes the fact unknown again.
    pub(crate) fn note_claims(&self, proof: Claims, headers: &HeaderMap) {
        let (noted, other) = match proof {
            Claims::Proven => (&self.honours_ids, &self.ignores_ids),
            Claims::Refuted => (&self.ignores_ids, &self.honours_ids),
            Claims::Unknown => return,
        };
        if other.holds() {
            other.forget();
            noted.forget();
        } else {
            noted.note(self.clock.read(headers));
        }
    }

    /// Records the headers of any answer: the date ages the facts, and rate limits are kept for the bucket of the
    /// route.
    pub(crate) fn record_headers(
        &self,
        route: (&Method, &'static str),
        status: StatusCode,
        headers: &HeaderMap,
    ) {
        let now = self.clock.read(headers);
        for noted in [&self.lacks_v2, &self.honours_ids, &self.ignores_ids] {
            noted.age(now);
        }
        let limits = RateLimitInfo::from_headers(headers);
        self.pace.record(route, status, now, limits.as_ref());
        let Some(limits) = limits else { return };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.last = Some(limits.after(buckets.last.unwrap_or_default()));
        match buckets.of.iter_mut().find(|(of, _)| (&of.0, of.1) == route) {
            Some((_, kept)) => *kept = limits.after(*kept),
            None => buckets.of.push(((route.0.clone(), route.1), limits)),
        }
    }

    /// Returns the pace that all waits share.
    pub(super) fn pace(&self) -> &Pace {
        &self.pace
    }

    /// Returns the latest rate limits of any bucket, or `None` if no answer had any.
    pub(crate) fn rate_limit(&self) -> Option<RateLimitInfo> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner).last
    }

    /// Returns the latest rate limits of a route's bucket, or `None` if no answer had any.
    pub(crate) fn rate_limit_of(&self, route: (&Method, &'static str)) -> Option<RateLimitInfo> {
        let buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.of.iter().find(|(of, _)| (&of.0, of.1) == route).map(|(_, limits)| *limits)
    }
}

/// The time at which the client learnt a fact, by the server's own clock.
#[derive(Debug)]
struct Noted(AtomicI64);

impl Noted {
    /// Marks a fact that the client never learnt or has forgotten.
    const NEVER: i64 = i64::MIN;
    /// Marks a fact from a server without a clock, which the client never forgets.
    const ALWAYS: i64 = i64::MAX;

    fn holds(&self) -> bool {
        self.0.load(Ordering::Relaxed) != Self::NEVER
    }

    fn note(&self, now: Option<Timestamp>) {
        let since = now.map_or(Self::ALWAYS, Timestamp::as_second);
        self.0.store(since, Ordering::Relaxed);
    }

    fn forget(&self) {
        self.0.store(Self::NEVER, Ordering::Relaxed);
    }

    /// Forgets a fact that is older than the limit at the time of an answer.
    fn age(&self, now: Option<Timestamp>) {
        let since = self.0.load(Ordering::Relaxed);
        if since == Self::NEVER || since == Self::ALWAYS {
            return;
        }
        let age = now.map(|now| now.as_second().saturating_sub(since));
        if age.is_some_and(|age| !(0..REMEMBERED).contains(&age)) {
            self.forget();
        }
    }
}

impl Default for Noted {
    fn default() -> Self {
        Self(AtomicI64::new(Self::NEVER))
    }
}

/// Returns whether an answer to a request of the second generation proves that the server lacks it.
pub(crate) fn is_missing(answer: &http::Response<Bytes>) -> bool {
    if answer.status() != StatusCode::NOT_FOUND {
        return false;
    }
    match json::read_hint::<Value>(answer.body()) {
        // A server with v2 switched off answers with this exact body; v2 itself names what it did not find. Other
        // JSON does not come from Sim, and a repeat in v1 could take it for a workflow's own answer.
        Some(body) => Envelope::read(&body).is_some_and(|envelope| envelope.is_gate()),
        // The web page of an older server, or an empty body.
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dated(date: &str) -> HeaderMap {
        HeaderMap::from_iter([(http::header::DATE, date.parse().expect("a header value"))])
    }

    #[test]
    fn only_the_gate_and_404s_without_json_prove_that_a_generation_is_missing() {
        for (status, body, missing) in [
            (404, r#"{"error":{"code":"NOT_FOUND","message":"Not found"}}"#, true),
            (404, "<!DOCTYPE html><html></html>", true),
            (404, "", true),
            (404, "{}", false),
            (404, r#"{"detail":"Not Found"}"#, false),
            (404, "[]", false),
            (404, "null", false),
            (404, r#"{"error":{"code":"NOT_FOUND","message":"Run not found"}}"#, false),
            (404, r#"{"error":{"code":"NOT_FOUND","message":"Workflow not found"}}"#, false),
            (404, r#"{"error":"Workflow not found"}"#, false),
            (404, r#"{"error":{"code":"NOT_FOUND","message":"Not found","details":{}}}"#, false),
            (401, r#"{"error":{"code":"UNAUTHORIZED","message":"Invalid API key"}}"#, false),
            (405, "", false),
            (502, "<html>", false),
            (200, "", false),
        ] {
            let answer = http::Response::builder().status(status);
            let answer = answer.body(Bytes::copy_from_slice(body.as_bytes()));
            assert_eq!(is_missing(&answer.expect("an answer")), missing, "{status} {body}");
        }
    }

    fn seen(facts: &ServerFacts, date: &str) {
        facts.record_headers((&Method::GET, "/x"), StatusCode::OK, &dated(date));
    }

    #[test]
    fn what_a_server_lacks_is_remembered_for_ten_minutes_of_its_own_time() {
        let facts = ServerFacts::new();
        assert_eq!(facts.spoken(Generation::Auto), Generation::V2);
        facts.lacks_v2(&dated("Mon, 23 Nov 2026 18:00:00 GMT"));
        assert_eq!(facts.spoken(Generation::Auto), Generation::V1);
        seen(&facts, "Mon, 23 Nov 2026 18:09:59 GMT");
        facts.record_headers((&Method::GET, "/x"), StatusCode::OK, &HeaderMap::new());
        assert_eq!(facts.spoken(Generation::Auto), Generation::V1);
        seen(&facts, "Mon, 23 Nov 2026 18:10:00 GMT");
        assert_eq!(facts.spoken(Generation::Auto), Generation::V2);
        facts.lacks_v2(&dated("Mon, 23 Nov 2026 18:00:00 GMT"));
        seen(&facts, "Mon, 23 Nov 2026 17:00:00 GMT");
        assert_eq!(facts.spoken(Generation::Auto), Generation::V2, "a clock that went back");
    }

    #[test]
    fn a_server_without_a_clock_stays_what_it_is_and_a_choice_stands() {
        let facts = ServerFacts::new();
        facts.lacks_v2(&HeaderMap::new());
        seen(&facts, "Mon, 23 Nov 2026 18:00:00 GMT");
        assert_eq!(facts.spoken(Generation::Auto), Generation::V1);
        assert_eq!(facts.spoken(Generation::V2), Generation::V2);
    }

    #[test]
    fn a_proof_holds_for_ten_minutes_and_until_something_speaks_against_it() {
        let facts = ServerFacts::new();
        assert_eq!(facts.claims(), Claims::Unknown);
        facts.note_claims(Claims::Proven, &dated("Mon, 23 Nov 2026 18:00:00 GMT"));
        assert_eq!(facts.claims(), Claims::Proven);
        seen(&facts, "Mon, 23 Nov 2026 18:10:00 GMT");
        assert_eq!(facts.claims(), Claims::Unknown, "it is old");
        facts.note_claims(Claims::Proven, &dated("Mon, 23 Nov 2026 18:10:00 GMT"));
        facts.note_claims(Claims::Refuted, &dated("Mon, 23 Nov 2026 18:11:00 GMT"));
        assert_eq!(facts.claims(), Claims::Unknown, "two nodes, or an upgrade");
        facts.note_claims(Claims::Refuted, &dated("Mon, 23 Nov 2026 18:12:00 GMT"));
        assert_eq!(facts.claims(), Claims::Refuted);
    }

    #[test]
    fn each_bucket_keeps_what_was_said_of_it() {
        let facts = ServerFacts::new();
        let said = |route: &'static str, remaining: &str| {
            let headers = HeaderMap::from_iter([(
                http::HeaderName::from_static("x-ratelimit-remaining"),
                remaining.parse().expect("a header value"),
            )]);
            facts.record_headers((&Method::GET, route), StatusCode::OK, &headers);
        };
        said("/a", "7");
        said("/b", "0");
        let left =
            |route| facts.rate_limit_of((&Method::GET, route)).and_then(|info| info.remaining);
        assert_eq!((left("/a"), left("/b"), left("/c")), (Some(7), Some(0), None));
        assert_eq!(facts.rate_limit_of((&Method::POST, "/a")), None);
        assert_eq!(facts.rate_limit().and_then(|info| info.remaining), Some(0));
    }
}
