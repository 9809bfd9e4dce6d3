//! The body of an answer, read within the limits of its call.

use std::fmt;
use std::io::{self, Read as _};

use bytes::Bytes;
use sim_core::transport::{Phase, TransportError, TransportErrorKind};
use ureq::{Body, BodyReader};

use super::call_context::CallContext;
use super::errors;

/// The number of bytes to read at a time. A frame is small, and an open stream should be small too.
const PIECE: usize = 4 * 1024;

/// The largest capacity to reserve for a body because of its `Content-Length`, in bytes.
const AHEAD: usize = 64 * 1024;

/// A body that the caller reads as it arrives, with the context of its call.
pub(crate) struct BodyStream {
    reader: BodyReader<'static>,
    context: CallContext,
}

/// The place for a part of a body. It is made with the first.
#[derive(Debug, Default)]
pub(crate) struct Piece {
    bytes: Box<[u8]>,
    filled: usize,
}

impl BodyStream {
    pub(super) fn new(body: Body, mut context: CallContext) -> Self {
        context.hand_over();
        Self { reader: body.into_reader(), context }
    }

    /// Reads what is there. Returns its length, which is zero at the end.
    pub(crate) fn read(&mut self, into: &mut [u8]) -> Result<usize, TransportError> {
        let Self { reader, context } = self;
        context.enter(|| reader.read(into)).map_err(lost)
    }

    /// Replaces `piece` by the next piece. Returns false at the end of the body.
    pub(crate) fn read_piece(&mut self, piece: &mut Piece) -> Result<bool, TransportError> {
        if piece.bytes.is_empty() {
            piece.bytes = vec![0; PIECE].into_boxed_slice();
        }
        piece.filled = 0;
        piece.filled = self.read(&mut piece.bytes)?;
        Ok(piece.filled > 0)
    }
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }
}

impl fmt::Debug for BodyStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyStream").finish_non_exhaustive()
    }
}

/// Reads a body to its end.
pub(super) fn read_whole(mut body: Body, limit: usize) -> Result<Bytes, TransportError> {
    let length = body.content_length().and_then(|length| usize::try_from(length).ok());
    let mut bytes = Vec::with_capacity(length.unwrap_or(0).min(limit).min(AHEAD));
    match body.as_reader().take(limit as u64 + 1).read_to_end(&mut bytes) {
        Ok(length) if length <= limit => Ok(bytes.into()),
        Ok(_) => Err(TransportError::new(TransportErrorKind::TooLarge, Phase::Body)),
        Err(error) => Err(lost(error).with_body(bytes)),
    }
}

fn lost(error: io::Error) -> TransportError {
    errors::error(error.into(), Phase::Body)
}
