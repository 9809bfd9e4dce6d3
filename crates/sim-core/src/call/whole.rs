//! Answers without an end mark whose connection closed behind whole JSON.

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};

use crate::primitives::json;
use crate::wire::{Outcome, TransportError, TransportErrorKind};

/// Takes an answer for complete if its connection closed behind whole JSON. Only the end of the connection marks the
/// end of such a body, and some servers close it without saying so first.
pub(super) fn whole(error: TransportError) -> Outcome {
    let TransportError { kind: TransportErrorKind::Closed, head: Some(head), body, .. } = &error
    else {
        return Err(error);
    };
    let has_end =
        [CONTENT_LENGTH, TRANSFER_ENCODING].iter().any(|it| head.headers.contains_key(it));
    if has_end || !json::is_whole(body) {
        return Err(error);
    }
    Ok(http::Response::from_parts((**head).clone(), body.clone()))
}
