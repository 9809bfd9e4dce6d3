//! The requests of an upload, and what they decide about a piece.

use std::time::Duration;

use http::StatusCode;
use sim_core::transport::Call;
use sim_core::{Error, ErrorKind};

use super::begin::BeginUpload;
use super::piece::Piece;

/// What an upload sends next.
pub(super) enum Stage<B: BeginUpload> {
    Begin(Call<B>),
    Parts(Call<B::Parts>),
    /// Sends the last piece of the list; the others follow it.
    Send(Vec<Piece>),
    Complete(Call<B::Complete>),
    /// Gives the upload up. It is begun anew then, or ends with the error that it failed with.
    Abort(Call<B::Abort>),
}

impl<B: BeginUpload> Stage<B> {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Begin(_) => "begin",
            Self::Parts(_) => "parts",
            Self::Send(_) => "send",
            Self::Complete(_) => "complete",
            Self::Abort(_) => "abort",
        }
    }
}

/// What came of sending a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The storage has it, or completing the upload tells whether it has.
    Sent,
    /// It is to be sent again after this time.
    Again(Duration),
    /// Its address no longer works.
    NeedsAddress,
}

/// Returns whether an upload that failed in this way may go well when it is begun anew: the storage lacks bytes, an
/// address no longer works, or the network lost them.
pub(super) fn may_help(error: &Error) -> bool {
    match error.status() {
        Some(status) => {
            status.is_server_error()
                || matches!(status, StatusCode::FORBIDDEN | StatusCode::CONFLICT)
        }
        None => matches!(
            error.kind(),
            ErrorKind::Connect | ErrorKind::Timeout(_) | ErrorKind::Closed | ErrorKind::Protocol
        ),
    }
}
