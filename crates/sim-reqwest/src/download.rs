//! The body of an answer that is not read into memory, for downloads.

use std::task::{Context, Poll, ready};

use bytes::Bytes;
use sim_core::{Error, Result};

use crate::net::{BodyStream, polled};

/// The body of an answer, read from the connection on demand; returned by [`Client::open`](crate::Client::open). It is a
/// stream of pieces.
///
/// A piece that is an error ends it: what came before is not the whole. If you drop the body, the connection closes.
#[derive(Debug)]
pub struct Download {
    body: Option<BodyStream>,
}

impl Download {
    pub(crate) fn new(body: Option<BodyStream>) -> Self {
        Self { body }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let mut piece = Bytes::new();
        let more = ready!(body.poll_piece(cx, &mut piece));
        if !matches!(more, Ok(true)) {
            self.body = None;
        }
        Poll::Ready(more.map(|more| more.then_some(piece)).map_err(Error::from).transpose())
    }
}

polled!([] Download, "piece", Result<Bytes>);
