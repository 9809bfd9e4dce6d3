//! Lines in the head of a refusal, and what each tells.

/// What lines tell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tells {
    /// How long to wait, in seconds.
    Wait(Option<u64>),
    /// The capacity of the bucket.
    Limit(Option<u64>),
    /// What is left in it.
    Remaining(Option<u64>),
    /// When it is refilled, in seconds since 1970.
    Reset(Option<i64>),
    /// The id of the request.
    Request(Option<&'static str>),
    /// Nothing that anybody reads.
    Nothing,
    /// It is not HTTP.
    Broken,
}

use Tells::{Broken, Limit, Nothing, Remaining, Request, Reset, Wait};

const LINES: &[(&[u8], Tells)] = &[
    // How long to wait: in seconds.
    (b"retry-after: 0", Wait(None)),
    (b"retry-after: 00060", Wait(Some(60))),
    (b"retry-after:60", Wait(Some(60))),
    (b"retry-after: \t 60 \t ", Wait(Some(60))),
    (b"RETRY-AFTER: 60", Wait(Some(60))),
    (b"retry-after: -0", Wait(None)),
    (b"retry-after: -5", Wait(None)),
    (b"retry-after: -99999999999999999999999", Wait(None)),
    (b"retry-after: 1000000000000", Wait(Some(1_000_000_000_000))),
    (b"retry-after: 18446744073709551615", Wait(Some(u64::MAX))),
    (b"retry-after: 18446744073709551616", Wait(Some(u64::MAX))),
    (b"retry-after: 99999999999999999999999999999999", Wait(Some(u64::MAX))),
    (b"retry-after:", Wait(None)),
    (b"retry-after: ", Wait(None)),
    (b"retry-after: -", Wait(None)),
    (b"retry-after: --5", Wait(None)),
    (b"retry-after: +5", Wait(None)),
    (b"retry-after: 1.5", Wait(Some(1))),
    (b"retry-after: 1,5", Wait(None)),
    (b"retry-after: 1e3", Wait(None)),
    (b"retry-after: 0x10", Wait(None)),
    (b"retry-after: 6 0", Wait(None)),
    (b"retry-after: 60s", Wait(Some(60))),
    (b"retry-after: \"60\"", Wait(None)),
    (b"retry-after: 60; comment", Wait(None)),
    (b"retry-after: soon", Wait(None)),
    (b"retry-after: null", Wait(None)),
    (b"retry-after: NaN", Wait(None)),
    (b"retry-after: Infinity", Wait(None)),
    (b"retry-after: \xef\xbc\x96\xef\xbc\x90", Wait(None)),
    (b"retry-after: \xd9\xa6\xd9\xa0", Wait(None)),
    (b"retry-after: 60\xa0", Wait(None)),
    (b"retry-after: \xff\xfe", Wait(None)),
    // Said more than once, the longest counts.
    (b"retry-after: 1\r\nretry-after: 5", Wait(Some(5))),
    (b"retry-after: 5\r\nretry-after: 1", Wait(Some(5))),
    (b"retry-after: soon\r\nretry-after: 5", Wait(Some(5))),
    (b"retry-after: 5\r\nretry-after: \xff", Wait(Some(5))),
    (b"retry-after: 1, 5", Wait(None)),
    // As a date, against the date of the answer.
    (
        b"date: Mon, 23 Nov 2026 18:26:45 GMT\r\nretry-after: Mon, 23 Nov 2026 18:27:45 GMT",
        Wait(Some(60)),
    ),
    (
        b"date: Mon, 23 Nov 2026 18:27:45 GMT\r\nretry-after: Mon, 23 Nov 2026 18:26:45 GMT",
        Wait(None),
    ),
    (
        b"date: Mon, 23 Nov 2026 18:26:45 GMT\r\nretry-after: Wed, 29 Dec 9999 00:00:00 GMT",
        Wait(Some(251_606_583_195)),
    ),
    (
        b"date: Mon, 23 Nov 2026 18:26:45 GMT\r\nretry-after: Fri, 31 Dec 9999 23:59:59 GMT",
        Wait(None),
    ),
    (
        b"date: Mon, 23 Nov 2026 18:26:45 GMT\r\nretry-after: Thu, 01 Jan 1970 00:00:00 GMT",
        Wait(None),
    ),
    (
        b"date: Mon, 23 Nov 2026 18:26:45 GMT\r\nretry-after: Mon, 23 Nov 2026 25:00:00 GMT",
        Wait(None),
    ),
    (
        b"date: Mon, 23 Nov 2026 18:26:45 GMT\r\nretry-after: Mon, 31 Feb 2026 00:00:00 GMT",
        Wait(None),
    ),
    (
        b"date: Mon, 23 Nov 2026 18:26:45 GMT\r\nretry-after: Mon, 23 Nov 99999 00:00:00 GMT",
        Wait(None),
    ),
    (b"date: Mon, 23 Nov 2026 18:26:45 GMT\r\nretry-after: 2026-11-23T18:27:45Z", Wait(None)),
    // Without a date to measure from, it is longer than anybody waits.
    (b"date: yesterday\r\nretry-after: Mon, 23 Nov 2026 18:27:45 GMT", Wait(Some(u64::MAX))),
    (b"date: \r\nretry-after: Mon, 23 Nov 2026 18:27:45 GMT", Wait(Some(u64::MAX))),
    (b"date: \xff\r\nretry-after: Mon, 23 Nov 2026 18:27:45 GMT", Wait(Some(u64::MAX))),
    (b"retry-after: Mon, 23 Nov 2026 18:27:45 GMT", Wait(Some(u64::MAX))),
    // The bucket.
    (b"x-ratelimit-limit: 8", Limit(Some(8))),
    (b"x-ratelimit-limit:  8\t", Limit(Some(8))),
    (b"X-RateLimit-Limit: 0", Limit(Some(0))),
    (b"x-ratelimit-limit: 18446744073709551615", Limit(Some(u64::MAX))),
    (b"x-ratelimit-limit: 18446744073709551616", Limit(None)),
    (b"x-ratelimit-limit: -1", Limit(None)),
    (b"x-ratelimit-limit: 8.0", Limit(None)),
    (b"x-ratelimit-limit: 1e3", Limit(None)),
    (b"x-ratelimit-limit: 0x8", Limit(None)),
    (b"x-ratelimit-limit: 8, 8", Limit(None)),
    (b"x-ratelimit-limit: 8;w=60", Limit(None)),
    (b"x-ratelimit-limit: unlimited", Limit(None)),
    (b"x-ratelimit-limit:", Limit(None)),
    (b"x-ratelimit-limit: \xff", Limit(None)),
    (b"x-ratelimit-limit: \xef\xbc\x98", Limit(None)),
    (b"x-ratelimit-remaining: 0", Remaining(Some(0))),
    (b"x-ratelimit-remaining: 7", Remaining(Some(7))),
    (b"x-ratelimit-remaining: -1", Remaining(None)),
    (b"x-ratelimit-remaining: 7.5", Remaining(None)),
    (b"x-ratelimit-remaining: NaN", Remaining(None)),
    (b"x-ratelimit-remaining: null", Remaining(None)),
    (b"x-ratelimit-remaining: \x80", Remaining(None)),
    (b"x-ratelimit-remaining: 99999999999999999999", Remaining(None)),
    (b"x-ratelimit-reset: 2026-11-23T18:26:24.158Z", Reset(Some(1_795_458_384))),
    (b"x-ratelimit-reset: 2026-11-23T19:26:24+01:00", Reset(Some(1_795_458_384))),
    (b"x-ratelimit-reset: 1795458384", Reset(Some(1_795_458_384))),
    (b"x-ratelimit-reset: 1795458384158", Reset(Some(1_795_458_384))),
    (b"x-ratelimit-reset: 0", Reset(Some(0))),
    (b"x-ratelimit-reset: -1", Reset(Some(-1))),
    (b"x-ratelimit-reset: 9223372036854775807", Reset(None)),
    (b"x-ratelimit-reset: -9223372036854775808", Reset(None)),
    (b"x-ratelimit-reset: 9223372036854775808", Reset(None)),
    (b"x-ratelimit-reset: 999999999999", Reset(None)),
    (b"x-ratelimit-reset: 1795458384.5", Reset(None)),
    (b"x-ratelimit-reset: 2026-13-40T99:99:99Z", Reset(None)),
    (b"x-ratelimit-reset: 2026-11-23", Reset(None)),
    (b"x-ratelimit-reset: 2026-11-23T18:26:24", Reset(None)),
    (b"x-ratelimit-reset: soon", Reset(None)),
    (b"x-ratelimit-reset:", Reset(None)),
    (b"x-ratelimit-reset: \xff\xff", Reset(None)),
    // The id to quote.
    (b"x-request-id: 9a5fafba", Request(Some("9a5fafba"))),
    (b"x-request-id:   9a5fafba  ", Request(Some("9a5fafba"))),
    (b"x-request-id: a b\tc", Request(Some("a b c"))),
    (b"x-request-id: <script>", Request(Some("<script>"))),
    (b"x-request-id: \"quoted\"", Request(Some("\"quoted\""))),
    (b"x-request-id: one\r\nx-request-id: two", Request(Some("one"))),
    (b"x-request-id:", Request(None)),
    (b"x-request-id: \xc3\xa4", Request(None)),
    (b"x-request-id: a\xffb", Request(None)),
    // Nobody's business.
    (b"x: y", Nothing),
    (b"content-type: ", Nothing),
    (b"content-type: \xff/\xff", Nothing),
    (b"content-type: application/json; charset=utf-16", Nothing),
    (b"content-type: text/event-stream", Nothing),
    (b"content-encoding: identity", Nothing),
    (b"set-cookie: a=b; Domain=evil.example", Nothing),
    (b"strict-transport-security: max-age=-1", Nothing),
    (b"alt-svc: h3=\":443\"; ma=1e99", Nothing),
    (b"link: <<<", Nothing),
    (b"location: http://[", Nothing),
    (b"www-authenticate: Basic realm=\"", Nothing),
    (b"x-execution-id: \xff", Nothing),
    (b"x-run-id: ../..", Nothing),
    (b"!#$%&'*+-.^_`|~: token", Nothing),
    // Not HTTP.
    (b"no colon", Broken),
    (b": no name", Broken),
    (b"two words: x", Broken),
    (b"n\xc3\xa4me: x", Broken),
    (b"na(me: x", Broken),
    (b"x: \0", Broken),
    (b"x: a\0b", Broken),
    (b"x: \x01", Broken),
    (b"x: \x1b[31m", Broken),
    (b"x: \x7f", Broken),
    (b"\0: x", Broken),
];

/// All of them.
pub(crate) fn all() -> Vec<(Vec<u8>, Tells)> {
    let mut all: Vec<_> =
        LINES.iter().map(|(lines, tells)| (lines.to_vec(), tells.clone())).collect();
    let many: Vec<_> = (0..60).map(|n| format!("retry-after: {n}")).collect();
    all.push((many.join("\r\n").into_bytes(), Wait(Some(59))));
    all.push((format!("retry-after: {}", "9".repeat(4000)).into_bytes(), Wait(Some(u64::MAX))));
    all.push((format!("retry-after: {}5", " ".repeat(4000)).into_bytes(), Wait(Some(5))));
    all.push((format!("x-ratelimit-limit: {}8", "0".repeat(4000)).into_bytes(), Limit(Some(8))));
    all.push((format!("{}: x", "n".repeat(4000)).into_bytes(), Nothing));
    all
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn there_are_enough_and_none_twice() {
        let all = super::all();
        let different: HashSet<_> = all.iter().map(|(lines, _)| lines).collect();
        assert_eq!(different.len(), all.len());
        assert!(all.len() >= 100, "{}", all.len());
    }
}
