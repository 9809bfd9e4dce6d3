//! What stands around an input in the body of a request.

use bytes::Bytes;

/// What stands before an input that is the only field of an object.
pub(super) const OPENING: &[u8] = b"{\"input\":";
pub(super) const CLOSING: &[u8] = b"}";

/// What stands around the JSON in a body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) before: &'a [u8],
    /// Whether the JSON is an object whose opening brace is left out.
    pub(super) is_spread: bool,
    pub(super) after: &'a [u8],
}

impl Around<'_> {
    pub(super) fn copy(self, json: &[u8]) -> Bytes {
        [self.before, &json[self.left_out(json)..], self.after].concat().into()
    }

    /// Returns how many bytes of the JSON are left out.
    pub(super) fn left_out(self, json: &[u8]) -> usize {
        if self.is_spread { json.len() - json.trim_ascii_start().len() + 1 } else { 0 }
    }
}
