//! The encoding of an id as a path segment, and the check of a whole path.

use std::borrow::Cow;

use percent_encoding::utf8_percent_encode;

use crate::error::{Error, Result};
use crate::primitives::UNRESERVED;

/// The longest id to send, in bytes before encoding. The server allows 128 characters.
const MAX_ID: usize = 256;

/// Encodes an id as one path segment. `what` names the id in the error.
///
/// Encoding alone does not make an id safe: URL parsers treat `.` and `..` as steps even when they are encoded.
///
/// # Errors
/// If the id is empty, is too long, or is a step of a path.
pub fn encode<'a>(what: &str, id: &'a str) -> Result<Cow<'a, str>> {
    match id {
        "" => Err(Error::request(format!("the {what} id is empty"))),
        "." | ".." => Err(Error::request(format!("the {what} id must not be {id:?}"))),
        _ if id.len() > MAX_ID => {
            Err(Error::request(format!("the {what} id is longer than {MAX_ID} bytes")))
        }
        _ => Ok(utf8_percent_encode(id, UNRESERVED).into()),
    }
}

/// Returns a path in the one spelling that no URL parser changes. Rejects a path that different parsers rewrite in
/// different ways.
pub(crate) fn plain_path(path: &str) -> Result<String> {
    let allowed = |b: &u8| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/%".contains(b);
    if let Some(odd) = path.bytes().find(|b| !allowed(b)) {
        return Err(Error::request(format!("the path holds {:?}; encode it", char::from(odd))));
    }
    let bytes = path.as_bytes();
    let encoded = |at: usize| {
        bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
    };
    if path.match_indices('%').any(|(at, _)| !encoded(at)) {
        return Err(Error::request("the path holds a % without two hex digits"));
    }
    let dots = |segment: &str| {
        matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
    };
    if path.split('/').any(dots) {
        return Err(Error::request("the path must not have the segments . and .."));
    }
    let mut plain = path.to_owned();
    for (at, _) in path.match_indices('%') {
        plain[at + 1..at + 3].make_ascii_uppercase();
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(id: &str) -> Option<String> {
        encode("workflow", id).ok().map(|id| id.to_string())
    }

    #[test]
    fn everything_but_unreserved_is_encoded() {
        assert_eq!(encoded("a-b_c.d~e").as_deref(), Some("a-b_c.d~e"));
        assert_eq!(encoded("workflow-execution:1").as_deref(), Some("workflow-execution%3A1"));
        assert_eq!(encoded("../x?y#z").as_deref(), Some("..%2Fx%3Fy%23z"));
        assert_eq!(encoded("b₍0₎\r\n").as_deref(), Some("b%E2%82%8D0%E2%82%8E%0D%0A"));
        assert_eq!(encoded("%2e%2e").as_deref(), Some("%252e%252e"));
    }

    #[test]
    fn dot_segments_and_empty_and_long_ids_are_refused() {
        for id in ["", ".", "..", &"x".repeat(257)] {
            assert_eq!(encoded(id), None, "{id:?}");
        }
    }
}
