//! The bounds on the head of an answer, which are the same over every transport.

use std::borrow::Cow;

use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::response::Parts;
use http::{HeaderMap, StatusCode, Version};

use crate::wire::{Outcome, Phase, TransportError, TransportErrorKind};

/// The largest size of all headers of an answer, in bytes: names, values, and four bytes for each header. A larger
/// head is an error of kind [`Protocol`](crate::ErrorKind::Protocol). The core checks this; an adapter may set its
/// own bound at this value or above.
pub const MAX_HEAD: usize = 64 * 1024;

/// The largest number of headers of an answer. The core checks it like [`MAX_HEAD`].
pub const MAX_HEADERS: usize = 100;

/// Rejects an answer whose head exceeds the bounds or is not valid for an answer.
pub(crate) fn within_bounds(outcome: Outcome) -> Outcome {
    let head = match &outcome {
        Ok(response) => Some((response.status(), response.version(), response.headers())),
        Err(error) => error.head.as_ref().map(|head| (head.status, head.version, &head.headers)),
    };
    let why = head.and_then(|(status, version, headers)| {
        excess(headers).map(Cow::Borrowed).or_else(|| odd(status, version, headers))
    });
    match why {
        // Drop the whole answer, as a transport that rejects it does.
        Some(why) => {
            let refused = TransportError::new(TransportErrorKind::Protocol, Phase::Sent);
            Err(refused.with_source(why.into_owned()))
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

/// Returns whether the head is not valid for an answer, whatever its size.
pub(crate) fn is_no_answer(head: &Parts) -> bool {
    odd(head.status, head.version, &head.headers).is_some()
}

/// Returns why a head is not valid: a status that no final answer has; a transfer coding that nobody asked for or
/// that this version of HTTP does not have (some transports read such a body as if it had no coding); two definitions
/// of the body's length; or a content coding, since every request asks for none.
fn odd(status: StatusCode, version: Version, headers: &HeaderMap) -> Option<Cow<'static, str>> {
    let why = framing(status, version, headers).map(Cow::Borrowed);
    why.or_else(|| {
        let coding = headers.get(CONTENT_ENCODING)?.to_str().unwrap_or("an unknown coding").trim();
        let is_plain = coding.is_empty() || coding.eq_ignore_ascii_case("identity");
        (!is_plain).then(|| {
            format!("its body is packed ({coding}), which nobody asked for: something in front of the server changes answers").into()
        })
    })
}

fn framing(status: StatusCode, version: Version, headers: &HeaderMap) -> Option<&'static str> {
    if status.is_informational() {
        return Some("its status is not valid for an answer");
    }
    let coding = headers.get(TRANSFER_ENCODING)?;
    if version == Version::HTTP_10 || !coding.as_bytes().eq_ignore_ascii_case(b"chunked") {
        return Some("its body has a transfer coding that was not asked for");
    }
    // A proxy that uses the other definition sees a different end of the answer, and a second answer after it.
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
    fn a_content_coding_is_refused_by_name() {
        for (coding, fits) in [
            ("identity", true),
            ("", true),
            ("gzip", false),
            ("br", false),
            ("identity, gzip", false),
        ] {
            let mut answer = answer(0, 0);
            answer.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
            let refused = within_bounds(Ok(answer)).err();
            assert_eq!(refused.is_none(), fits, "{coding}");
            let why = refused.and_then(|error| error.source.map(|source| source.to_string()));
            assert!(why.is_none_or(|why| why.contains(coding)), "{coding}");
        }
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
