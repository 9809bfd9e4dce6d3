//! What the answers of a server tell about it: the generation that it lacks, whether it honours the run ids that
//! callers choose, and what is left in its buckets.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;

use crate::model::Claims;
use crate::primitives::time::date;
use crate::primitives::{Generation, RateLimitInfo};
use crate::response::Envelope;

/// How long something that was learnt of a server is taken to stay so, in seconds of the server's own time.
const REMEMBERED: i64 = 600;

/// What is known of the server of one base URL and key. All clones of a client share it; it is never stored.
#[derive(Debug, Default)]
pub(crate) struct ServerFacts {
    lacks_v2: Noted,
    honours_ids: Noted,
    ignores_ids: Noted,
    buckets: Mutex<Buckets>,
}

#[derive(Debug, Default)]
struct Buckets {
    /// What was said last, of whichever bucket.
    last: Option<RateLimitInfo>,
    of: Vec<((Method, &'static str), RateLimitInfo)>,
}

impl ServerFacts {
    /// Nothing is known yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Returns the generation for a client that was built for `wanted`.
    pub(crate) fn spoken(&self, wanted: Generation) -> Generation {
        match wanted {
            Generation::Auto if self.lacks_v2.holds() => Generation::V1,
            Generation::Auto => Generation::V2,
            wanted => wanted,
        }
    }

    /// Notes that the answer with these headers came of a server that lacks the second generation.
    pub(crate) fn lacks_v2(&self, headers: &HeaderMap) {
        self.lacks_v2.note(headers);
    }

    /// Returns whether the server honours the run ids that callers choose, as far as that is proven now.
    pub(crate) fn claims(&self) -> Claims {
        match (self.honours_ids.holds(), self.ignores_ids.holds()) {
            (true, false) => Claims::Proven,
            (false, true) => Claims::Refuted,
            _ => Claims::Unknown,
        }
    }

    /// Notes what the answer with these headers proves. Evidence against what was known makes it unknown again.
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
            noted.note(headers);
        }
    }

    /// Takes what the headers of any answer say: the date ages what was noted, limits are kept for the bucket of the
    /// route.
    pub(crate) fn record_headers(&self, route: (&Method, &'static str), headers: &HeaderMap) {
        for noted in [&self.lacks_v2, &self.honours_ids, &self.ignores_ids] {
            noted.age(headers);
        }
        let Some(limits) = RateLimitInfo::from_headers(headers) else { return };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.last = Some(limits.after(buckets.last.unwrap_or_default()));
        match buckets.of.iter_mut().find(|(of, _)| (&of.0, of.1) == route) {
            Some((_, kept)) => *kept = limits.after(*kept),
            None => buckets.of.push(((route.0.clone(), route.1), limits)),
        }
    }

    /// Returns what was said last of any bucket.
    pub(crate) fn rate_limit(&self) -> Option<RateLimitInfo> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner).last
    }

    /// Returns what was said last of the bucket of a route.
    pub(crate) fn rate_limit_of(&self, route: (&Method, &'static str)) -> Option<RateLimitInfo> {
        let buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.of.iter().find(|(of, _)| (&of.0, of.1) == route).map(|(_, limits)| *limits)
    }
}

/// Something that was learnt of a server, at a time by the server's own clock.
#[derive(Debug)]
struct Noted(AtomicI64);

impl Noted {
    /// Stands for what was never learnt, or is forgotten.
    const NEVER: i64 = i64::MIN;
    /// Stands for what a server without a clock told: it is taken to stay so.
    const ALWAYS: i64 = i64::MAX;

    fn holds(&self) -> bool {
        self.0.load(Ordering::Relaxed) != Self::NEVER
    }

    fn note(&self, headers: &HeaderMap) {
        let since = date(headers).map_or(Self::ALWAYS, jiff::Timestamp::as_second);
        self.0.store(since, Ordering::Relaxed);
    }

    fn forget(&self) {
        self.0.store(Self::NEVER, Ordering::Relaxed);
    }

    /// Forgets what was learnt long before an answer with these headers.
    fn age(&self, headers: &HeaderMap) {
        let since = self.0.load(Ordering::Relaxed);
        if since == Self::NEVER || since == Self::ALWAYS {
            return;
        }
        let age = date(headers).map(|now| now.as_second().saturating_sub(since));
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

/// Whether an answer to a request of the second generation proves that the server lacks it.
pub(crate) fn is_missing(answer: &http::Response<Bytes>) -> bool {
    if answer.status() != StatusCode::NOT_FOUND {
        return false;
    }
    match serde_json::from_slice::<Value>(answer.body()) {
        // The gate in front of the whole generation; what is not found behind it is named. Other JSON comes from
        // no Sim, and what it would say in the first generation could be taken for a workflow's own answer.
        Ok(body) => Envelope::read(&body).is_some_and(|envelope| envelope.is_gate()),
        // The page of a server that is older, or nothing at all.
        Err(_) => true,
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
        facts.record_headers((&Method::GET, "/x"), &dated(date));
    }

    #[test]
    fn what_a_server_lacks_is_remembered_for_ten_minutes_of_its_own_time() {
        let facts = ServerFacts::new();
        assert_eq!(facts.spoken(Generation::Auto), Generation::V2);
        facts.lacks_v2(&dated("Mon, 23 Nov 2026 18:00:00 GMT"));
        assert_eq!(facts.spoken(Generation::Auto), Generation::V1);
        seen(&facts, "Mon, 23 Nov 2026 18:09:59 GMT");
        facts.record_headers((&Method::GET, "/x"), &HeaderMap::new());
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
            facts.record_headers((&Method::GET, route), &headers);
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
