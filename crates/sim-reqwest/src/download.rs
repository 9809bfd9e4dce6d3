//! The body of an answer that is not read into memory, for downloads.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use sim_core::{Error, Result};

use crate::net::BodyStream;

/// The body of an answer, read from the connection on demand; returned by [`Client::open`](crate::Client::open). It is a
/// stream of pieces.
///
/// A piece that is an error ends it: what came before is not the whole. If you drop the body, the connection closes.
pub struct Download {
    body: Option<BodyStream>,
}

impl Download {
    pub(crate) fn new(body: Option<BodyStream>) -> Self {
        Self { body }
    }

    /// Returns the next piece, or `None` at the end. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<Bytes>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for Download {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let mut piece = Bytes::new();
        let more = ready!(body.poll_piece(cx, &mut piece));
        if !matches!(more, Ok(true)) {
            self.body = None;
        }
        Poll::Ready(match more {
            Ok(true) => Some(Ok(piece)),
            Ok(false) => None,
            Err(error) => Some(Err(Error::from(error))),
        })
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("is_open", &self.body.is_some()).finish_non_exhaustive()
    }
}
