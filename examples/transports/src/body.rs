//! The body of a request as hyper takes it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use sim_core::transport::{Phase, RequestBody, Slices, TransportError, TransportErrorKind};
use tokio::task::{JoinHandle, spawn_blocking};

/// What is left to send of a request's body. One slice at a time is read, on a thread that may block.
#[derive(Debug)]
pub(crate) enum SentBody {
    Bytes(Bytes),
    Slices(Slices, Option<JoinHandle<Result<Bytes, TransportError>>>),
}

impl SentBody {
    pub(crate) fn new(body: RequestBody) -> Self {
        match body {
            RequestBody::Empty => Self::Bytes(Bytes::new()),
            RequestBody::Bytes(bytes) => Self::Bytes(bytes),
            RequestBody::Slices(slices) => Self::Slices(slices, None),
        }
    }
}

impl Body for SentBody {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let piece = match &mut *self {
            Self::Bytes(bytes) if bytes.is_empty() => return Poll::Ready(None),
            Self::Bytes(bytes) => Ok(std::mem::take(bytes)),
            Self::Slices(slices, reading) => {
                if reading.is_none() {
                    *reading = slices.next().map(|slice| spawn_blocking(move || slice.read()));
                }
                let Some(read) = reading else { return Poll::Ready(None) };
                let read = ready!(Pin::new(read).poll(cx));
                *reading = None;
                read.unwrap_or_else(|stopped| {
                    let error = TransportError::new(TransportErrorKind::Other, Phase::Sent);
                    Err(error.with_source(stopped))
                })
            }
        };
        Poll::Ready(Some(piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::Slices(slices, reading) => slices.is_empty() && reading.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
            // The head of the request tells the whole length; a slice that is being read is no longer counted here.
            Self::Slices(..) => SizeHint::default(),
        }
    }
}
