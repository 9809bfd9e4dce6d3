//! Whatever the head of an answer holds, it is a hint or nothing, and no wait is longer than the policy allows.
//!
//! The first two bytes of the input are the status; header lines follow.

#![no_main]

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use libfuzzer_sys::fuzz_target;
use sim_core::{Api, RateLimitInfo};
use sim_core::transport::{Exchange, Step};
use sim_core::v1::GetUsageLimits;

/// The longest `Retry-After` that the policy waits for, with its jitter.
const LONGEST: Duration = Duration::from_secs(132);

fn headers(lines: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines.split(|byte| *byte == b'\n').take(64) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let name = HeaderName::from_bytes(&line[..colon]);
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    headers
}

fuzz_target!(|input: &[u8]| {
    let [high, low, lines @ ..] = input else { return };
    let status = 100 + u16::from_be_bytes([*high, *low]) % 500;
    let headers = headers(lines);
    let limits = RateLimitInfo::from_headers(&headers);
    assert!(limits != Some(RateLimitInfo::default()), "information that is none");
    let api = Api::builder([7; 32]).api_key("sk-sim-FUZZED").base_url("https://sim.example");
    let api = api.build().expect("a client of the core");
    let mut call = api.call(GetUsageLimits::new().with_meta()).expect("a call");
    let mut answer = Response::new(Bytes::from_static(br#"{"usage":{}}"#));
    *answer.status_mut() = StatusCode::from_u16(status).expect("a status");
    *answer.headers_mut() = headers;
    for _ in 0..3 {
        match call.receive(Ok(answer.clone()), Duration::ZERO) {
            Step::Again(delay) => assert!(delay <= LONGEST, "{delay:?}"),
            Step::Done(Ok(meta)) => {
                assert_eq!(meta.rate_limit, limits);
                return;
            }
            Step::Done(Err(error)) => {
                // A head over the limits is not read.
                if error.status().is_some() {
                    assert_eq!(error.rate_limit().copied(), limits);
                    assert_eq!(error.retry_after(), limits.and_then(|limits| limits.retry_after));
                }
                assert!(error.request_id() != Some(""));
                assert!(!error.to_string().chars().any(char::is_control), "{error}");
                return;
            }
        }
    }
    panic!("it never ends");
});
