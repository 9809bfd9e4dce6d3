//! The two generations of the API, and how a client finds out which of them its server speaks.

use std::sync::atomic::{AtomicI64, Ordering};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::refusal::Envelope;
use crate::time::date;

/// Which generation of the API a client speaks, where an operation exists in both.
///
/// Results and errors are of the same types in either. Operations of one generation alone are not concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Generation {
    /// The second, and the first where the server does not have it.
    ///
    /// A call goes over to the first generation when, and only when, the answer proves that nothing can have
    /// started: the 404 of a server that has the second switched off, or a 404 that is no JSON, as servers give
    /// that are older. That is remembered for ten minutes, by the dates of the server's answers, for each base URL
    /// and key.
    #[default]
    Auto,
    /// The first, `/api/...`: what every server speaks.
    V1,
    /// The second, `/api/v2/...`.
    V2,
}

impl Generation {
    /// One of two: what belongs to the first generation, or to the second.
    pub(crate) fn choose<T>(self, first: T, second: T) -> T {
        match self {
            Self::V1 => first,
            Self::V2 | Self::Auto => second,
        }
    }

    /// What every path begins with.
    pub(crate) fn root(self) -> &'static str {
        self.choose("/api", "/api/v2")
    }
}

/// How long a server that has only the first generation is taken to stay so, in seconds.
const REMEMBERED: i64 = 600;

/// Nothing is known that speaks against the second generation.
const UNKNOWN: i64 = i64::MIN;

/// What is known of the server of one base URL and key: since when, by its own clock, it lacks the second
/// generation.
#[derive(Debug)]
pub(crate) struct Memory(AtomicI64);

impl Memory {
    pub(crate) fn new() -> Self {
        Self(AtomicI64::new(UNKNOWN))
    }

    /// What is spoken by a client that was built for `wanted`.
    pub(crate) fn spoken(&self, wanted: Generation) -> Generation {
        match wanted {
            Generation::Auto if self.0.load(Ordering::Relaxed) != UNKNOWN => Generation::V1,
            Generation::Auto => Generation::V2,
            wanted => wanted,
        }
    }

    /// Notes that the answer with these headers came of a server that lacks the second generation. One that
    /// tells no date is taken to stay so.
    pub(crate) fn lacks_v2(&self, headers: &HeaderMap) {
        let since = date(headers).map_or(i64::MAX, jiff::Timestamp::as_second);
        self.0.store(since, Ordering::Relaxed);
    }

    /// Looks at the date of any answer: what was noted long ago is forgotten.
    pub(crate) fn saw(&self, headers: &HeaderMap) {
        let since = self.0.load(Ordering::Relaxed);
        if since == UNKNOWN || since == i64::MAX {
            return;
        }
        let age = date(headers).map(|now| now.as_second().saturating_sub(since));
        if age.is_some_and(|age| !(0..REMEMBERED).contains(&age)) {
            self.0.store(UNKNOWN, Ordering::Relaxed);
        }
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

    #[test]
    fn what_a_server_lacks_is_remembered_for_ten_minutes_of_its_own_time() {
        let memory = Memory::new();
        assert_eq!(memory.spoken(Generation::Auto), Generation::V2);
        memory.lacks_v2(&dated("Mon, 23 Nov 2026 18:00:00 GMT"));
        assert_eq!(memory.spoken(Generation::Auto), Generation::V1);
        memory.saw(&dated("Mon, 23 Nov 2026 18:09:59 GMT"));
        memory.saw(&HeaderMap::new());
        assert_eq!(memory.spoken(Generation::Auto), Generation::V1);
        memory.saw(&dated("Mon, 23 Nov 2026 18:10:00 GMT"));
        assert_eq!(memory.spoken(Generation::Auto), Generation::V2);
        memory.lacks_v2(&dated("Mon, 23 Nov 2026 18:00:00 GMT"));
        memory.saw(&dated("Mon, 23 Nov 2026 17:00:00 GMT"));
        assert_eq!(memory.spoken(Generation::Auto), Generation::V2, "a clock that went back");
    }

    #[test]
    fn a_server_without_a_clock_stays_what_it_is_and_a_choice_stands() {
        let memory = Memory::new();
        memory.lacks_v2(&HeaderMap::new());
        memory.saw(&dated("Mon, 23 Nov 2026 18:00:00 GMT"));
        assert_eq!(memory.spoken(Generation::Auto), Generation::V1);
        assert_eq!(memory.spoken(Generation::V2), Generation::V2);
    }
}
