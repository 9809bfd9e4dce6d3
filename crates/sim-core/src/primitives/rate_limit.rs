//! Rate limits and waits from the headers of an answer. Nothing here can fail: a header that does not parse is
//! ignored.

use std::time::Duration;

use http::HeaderMap;
use http::header::{HeaderName, RETRY_AFTER};
use jiff::Timestamp;

use crate::primitives::time::{date, http_date, point_in_time};

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// The request bucket of an operation, as the headers of its answer describe it.
///
/// Different operations have different buckets, and a bucket that these numbers do not describe can refuse an
/// execution. The first generation sends none of these headers on an execute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RateLimitInfo {
    /// The capacity of the bucket, in requests: twice the rate per minute. `None` if the server did not say.
    pub limit: Option<u64>,
    /// The number of requests left after this one. `None` if the server did not say.
    pub remaining: Option<u64>,
    /// When the server refills the bucket. `None` if the server did not say.
    pub reset: Option<Timestamp>,
    /// How long the server asks the client to wait. `None` if it does not ask, or asks for no time. `Duration::MAX` if it names a date, but
    /// not the date of its answer.
    pub retry_after: Option<Duration>,
}

impl RateLimitInfo {
    /// Reads `X-RateLimit-Limit`, `-Remaining`, `-Reset` and `Retry-After`. Returns `None` if the answer has none of
    /// them.
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        // Most answers have none: one pass over the names costs less than a search for each of them.
        if !headers.keys().any(|name| [LIMIT, REMAINING, RESET, RETRY_AFTER].contains(name)) {
            return None;
        }
        let number = |name| text(headers, name)?.parse().ok();
        let info = Self {
            limit: number(LIMIT),
            remaining: number(REMAINING),
            reset: text(headers, RESET).and_then(point_in_time),
            retry_after: retry_after(headers).filter(|wait| !wait.is_zero()),
        };
        (info != Self::default()).then_some(info)
    }

    /// Merges this information with that of an `earlier` answer. The wait is never taken from the earlier one.
    pub(crate) fn after(self, earlier: Self) -> Self {
        Self {
            limit: self.limit.or(earlier.limit),
            remaining: self.remaining.or(earlier.remaining),
            reset: self.reset.or(earlier.reset),
            retry_after: self.retry_after,
        }
    }
}

/// Reads `Retry-After` as a wait: seconds, or a date relative to the answer's own `Date`. Of several headers the
/// longest wait counts. A date without a `Date` to measure from is the longest wait that there is, because a guess
/// could be too short.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let now = || date(headers);
    let values = headers.get_all(RETRY_AFTER).iter().filter_map(|value| value.to_str().ok());
    values.filter_map(|value| wait(value.trim(), now)).max()
}

fn wait(value: &str, now: impl FnOnce() -> Option<Timestamp>) -> Option<Duration> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        // A number that does not fit is still a wait, only longer than anybody waits.
        let seconds = if value.starts_with('-') { 0 } else { value.parse().unwrap_or(u64::MAX) };
        return Some(Duration::from_secs(seconds));
    }
    if let Some(seconds) = fraction(value) {
        return Some(seconds);
    }
    let date = http_date(value)?;
    let wait = now().map(|now| Duration::try_from(date.duration_since(now)).unwrap_or_default());
    Some(wait.unwrap_or(Duration::MAX))
}

/// Reads seconds as some gateways write them: `3.7`, `3s`.
fn fraction(value: &str) -> Option<Duration> {
    let digits = value.strip_suffix(['s', 'S']).unwrap_or(value).trim_end();
    let is_plain = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let seconds: f64 = digits.parse().ok().filter(|_| is_plain)?;
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
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
        assert_eq!(waits(&[("retry-after", later)]), Some(u64::MAX), "no Date to measure from");
        let wait = |value| retry_after(&headers(&[("retry-after", value)]));
        assert_eq!(wait("3.7"), Some(Duration::from_millis(3700)));
        assert_eq!(wait("3s"), Some(Duration::from_secs(3)));
        assert_eq!(wait("2.5 s"), Some(Duration::from_millis(2500)));
    }

    #[test]
    fn nobody_is_told_to_wait_for_no_time() {
        for none in ["0", "-5", "0.0", "0s"] {
            let info = RateLimitInfo::from_headers(&headers(&[("retry-after", none)]));
            assert_eq!(info, None, "{none}");
        }
        let info = headers(&[("retry-after", "0"), ("retry-after", "2")]);
        let info = RateLimitInfo::from_headers(&info).expect("a wait");
        assert_eq!(info.retry_after, Some(Duration::from_secs(2)));
    }

    #[test]
    fn garbage_is_nothing_and_of_two_the_longer_counts() {
        for garbage in ["", "-", "soon", "1.5.2", ".", "s", "0x10", "6 0", "1e3", "inf"] {
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
