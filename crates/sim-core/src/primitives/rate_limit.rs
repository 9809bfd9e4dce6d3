//! What the headers of an answer say about limits and waiting. Nothing here can fail: a header that does
//! not parse is a header that is not there.

use std::time::Duration;

use http::HeaderMap;
use http::header::{HeaderName, RETRY_AFTER};
use jiff::Timestamp;

use crate::primitives::time::{date, http_date, point_in_time};

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// The request bucket of the operation that was called, as its answer described it.
///
/// Different operations have different buckets, and an execution can be refused by a bucket that these
/// numbers do not describe. The first generation sends none of it on an execute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RateLimitInfo {
    /// The capacity of the bucket, in requests: twice the rate per minute.
    pub limit: Option<u64>,
    /// The requests left after this one.
    pub remaining: Option<u64>,
    /// When the bucket is refilled.
    pub reset: Option<Timestamp>,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
}

impl RateLimitInfo {
    /// Reads `X-RateLimit-Limit`, `-Remaining`, `-Reset` and `Retry-After`; `None` if none of them is there.
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        // Most answers tell none of it: one look at their names takes less than a search for each of these.
        if !headers.keys().any(|name| [LIMIT, REMAINING, RESET, RETRY_AFTER].contains(name)) {
            return None;
        }
        let number = |name| text(headers, name)?.parse().ok();
        let info = Self {
            limit: number(LIMIT),
            remaining: number(REMAINING),
            reset: text(headers, RESET).and_then(point_in_time),
            retry_after: retry_after(headers),
        };
        (info != Self::default()).then_some(info)
    }

    /// What is known now that this was seen after `earlier`. How long to wait is said of one answer only.
    pub(crate) fn after(self, earlier: Self) -> Self {
        Self {
            limit: self.limit.or(earlier.limit),
            remaining: self.remaining.or(earlier.remaining),
            reset: self.reset.or(earlier.reset),
            retry_after: self.retry_after,
        }
    }
}

/// `Retry-After` as a wait: seconds, or a date against the answer's own `Date`. Of several the longest.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let now = || date(headers);
    let values = headers.get_all(RETRY_AFTER).iter().filter_map(|value| value.to_str().ok());
    values.filter_map(|value| wait(value.trim(), now)).max()
}

fn wait(value: &str, now: impl FnOnce() -> Option<Timestamp>) -> Option<Duration> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        // More digits than fit is still a wait, only one that nobody will sit out.
        let seconds = if value.starts_with('-') { 0 } else { value.parse().unwrap_or(u64::MAX) };
        return Some(Duration::from_secs(seconds));
    }
    let (date, now) = (http_date(value)?, now()?);
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().expect("a header value"));
        }
        headers
    }

    fn waits(pairs: &[(&'static str, &str)]) -> Option<u64> {
        retry_after(&headers(pairs)).map(|wait| wait.as_secs())
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(waits(&[("retry-after", "60")]), Some(60));
        assert_eq!(waits(&[("retry-after", "0")]), Some(0));
        assert_eq!(waits(&[("retry-after", "-5")]), Some(0));
        assert_eq!(waits(&[("retry-after", "1000000000000")]), Some(1_000_000_000_000));
        assert_eq!(waits(&[("retry-after", "99999999999999999999999")]), Some(u64::MAX));
        let (date, later) = ("Mon, 23 Nov 2026 18:26:45 GMT", "Mon, 23 Nov 2026 18:27:45 GMT");
        assert_eq!(waits(&[("date", date), ("retry-after", later)]), Some(60));
        assert_eq!(waits(&[("date", later), ("retry-after", date)]), Some(0), "in the past");
        assert_eq!(waits(&[("retry-after", later)]), None, "no Date to measure from");
    }

    #[test]
    fn garbage_is_nothing_and_of_two_the_longer_counts() {
        for garbage in ["", "-", "soon", "1.5", "0x10", "6 0"] {
            assert_eq!(waits(&[("retry-after", garbage)]), None, "{garbage}");
        }
        assert_eq!(waits(&[("retry-after", "1"), ("retry-after", "5")]), Some(5));
        assert_eq!(waits(&[("retry-after", "soon"), ("retry-after", "5")]), Some(5));
    }

    #[test]
    fn without_any_header_there_is_no_information() {
        assert_eq!(RateLimitInfo::from_headers(&headers(&[("x-ratelimit-reset", "odd")])), None);
        let info = RateLimitInfo::from_headers(&headers(&[("x-ratelimit-limit", "8")]));
        assert_eq!(info.and_then(|info| info.limit), Some(8));
    }
}
