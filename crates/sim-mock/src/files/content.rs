//! The bytes of a file, in the pieces in which they came.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

/// The bytes of a file. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Content(Arc<[Bytes]>);

impl Content {
    pub(crate) fn size(&self) -> u64 {
        self.0.iter().map(|piece| piece.len() as u64).sum()
    }

    /// Returns the bytes as one piece.
    pub(crate) fn whole(&self) -> Bytes {
        match &*self.0 {
            [piece] => piece.clone(),
            pieces => pieces.concat().into(),
        }
    }

    /// Returns the bytes as the body of an answer.
    pub(crate) fn body(&self) -> Body {
        let left = self.0.iter().filter(|piece| !piece.is_empty()).cloned().collect();
        Body::new(Pieces { left })
    }
}

impl FromIterator<Bytes> for Content {
    fn from_iter<I: IntoIterator<Item = Bytes>>(pieces: I) -> Self {
        Self(pieces.into_iter().collect())
    }
}

/// A body that sends one piece after the other.
struct Pieces {
    left: VecDeque<Bytes>,
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.left.pop_front().map(|piece| Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.iter().map(|piece| piece.len() as u64).sum())
    }
}
