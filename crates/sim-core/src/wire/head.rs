//! What the head of an answer may be, the same over every transport.

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::response::Parts;
use http::{HeaderMap, StatusCode, Version};

use crate::wire::{Outcome, Phase, TransportError, TransportErrorKind};

/// The most that the headers of an answer may take, in bytes: names, values, and four for each to part them.
/// What is larger is an error of kind [`Protocol`](crate::ErrorKind::Protocol). The core sees to it: an adapter
/// bounds only what it reads, at this or above.
pub const MAX_HEAD: usize = 64 * 1024;

/// The most headers that an answer may have; treated like [`MAX_HEAD`].
pub const MAX_HEADERS: usize = 100;

/// Refuses an answer whose head is over the bounds, or is none that an answer can have, whatever else came of it.
pub(crate) fn within_bounds(outcome: Outcome) -> Outcome {
    let head = match &outcome {
        Ok(response) => Some((response.status(), response.version(), response.headers())),
        Err(error) => error.head.as_ref().map(|head| (head.status, head.version, &head.headers)),
    };
    let why = head.and_then(|(status, version, headers)| {
        excess(headers).or_else(|| odd(status, version, headers))
    });
    match why {
        // Nothing of it is kept, as where the transport refuses it.
        Some(why) => {
            let refused = TransportError::new(TransportErrorKind::Protocol, Phase::Sent);
            Err(refused.with_source(why))
        }
        None => outcome,
    }
}

fn excess(headers: &HeaderMap) -> Option<&'static str> {
    let size: usize =
        headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if headers.len() > MAX_HEADERS {
        return Some("its head has more than 100 headers");
    }
    (size > MAX_HEAD).then_some("its head is larger than 64 KiB")
}

/// Whether the head is none that an answer can have, whatever its size.
pub(crate) fn is_no_answer(head: &Parts) -> bool {
    odd(head.status, head.version, &head.headers).is_some()
}

/// A status that is none of an answer's; a transfer coding that nobody asked for, or that this version of HTTP
/// has not, as some transports take such a body for one without a coding; or two ends of the body.
fn odd(status: StatusCode, version: Version, headers: &HeaderMap) -> Option<&'static str> {
    if status.is_informational() {
        return Some("its status is that of no answer");
    }
    let coding = headers.get(TRANSFER_ENCODING)?;
    if version == Version::HTTP_10 || !coding.as_bytes().eq_ignore_ascii_case(b"chunked") {
        return Some("its body has a transfer coding that was not asked for");
    }
    // Whoever goes by the other of the two sees another end of the answer, and another answer behind it.
    headers.contains_key(CONTENT_LENGTH).then_some("its body has a length and is sent in chunks")
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderValue;

    use super::*;

    fn answer(headers: usize, size: usize) -> http::Response<Bytes> {
        let mut response = http::Response::new(Bytes::new());
        let value = HeaderValue::from_bytes(&vec![b'x'; size]).expect("a value");
        for _ in 0..headers {
            response.headers_mut().append("x-pad", value.clone());
        }
        response
    }

    #[test]
    fn a_head_is_accepted_up_to_its_bounds_and_not_beyond() {
        assert_eq!(MAX_HEAD, 65_536);
        let pad = MAX_HEAD - "x-pad: \r\n".len();
        for (headers, size, fits) in [
            (100, 1, true),
            (101, 1, false),
            (1, pad, true),
            (1, pad + 1, false),
            (2, pad / 2, false),
        ] {
            assert_eq!(
                within_bounds(Ok(answer(headers, size))).is_ok(),
                fits,
                "{headers} of {size}"
            );
        }
    }

    #[test]
    fn a_status_or_a_framing_that_no_answer_has_is_refused() {
        let refused = |status: u16, names: &[http::HeaderName]| {
            let mut answer = answer(0, 0);
            *answer.status_mut() = StatusCode::from_u16(status).expect("a status");
            for name in names {
                let value = if *name == CONTENT_LENGTH { "1" } else { "chunked" };
                answer.headers_mut().append(name, HeaderValue::from_static(value));
            }
            within_bounds(Ok(answer))
                .is_err_and(|error| error.kind() == TransportErrorKind::Protocol)
        };
        assert!(refused(101, &[]) && refused(199, &[]) && !refused(200, &[]) && !refused(599, &[]));
        assert!(refused(200, &[CONTENT_LENGTH, TRANSFER_ENCODING]));
        assert!(!refused(200, &[CONTENT_LENGTH]) && !refused(200, &[TRANSFER_ENCODING]));
    }

    #[test]
    fn a_head_over_its_bounds_is_refused_even_if_its_body_was_lost() {
        let (head, _) = answer(101, 1).into_parts();
        let lost = TransportError::new(TransportErrorKind::Closed, Phase::Body).with_head(head);
        let refused = within_bounds(Err(lost)).expect_err("it is over the bounds");
        assert_eq!(refused.kind(), TransportErrorKind::Protocol);
        assert!(refused.head.is_none());
    }

    #[test]
    fn a_transfer_coding_is_chunked_and_of_this_version_or_refused() {
        for (version, coding, fits) in [
            (Version::HTTP_11, "Chunked", true),
            (Version::HTTP_10, "chunked", false),
            (Version::HTTP_11, "gzip", false),
            (Version::HTTP_11, "gzip, chunked", false),
        ] {
            let mut response = http::Response::new(Bytes::new());
            *response.version_mut() = version;
            response.headers_mut().insert(TRANSFER_ENCODING, HeaderValue::from_static(coding));
            assert_eq!(within_bounds(Ok(response)).is_ok(), fits, "{coding} in {version:?}");
        }
    }
}
