//! The body of an answer that is not read into memory, for downloads.

use std::io::{self, Read};

use sim_core::Error;

use crate::net::BodyStream;

/// The body of an answer, read from the connection on demand; returned by [`Client::open`](crate::Client::open).
///
/// A read that fails has an [`Error`] of this SDK inside, and every read after it fails too: what was read before is not
/// the whole. If you drop the body, the connection closes.
#[derive(Debug)]
pub struct Download {
    body: Option<BodyStream>,
    is_broken: bool,
}

impl Download {
    pub(crate) fn new(body: Option<BodyStream>) -> Self {
        Self { body, is_broken: false }
    }
}

impl Read for Download {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.is_broken {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let Some(body) = &mut self.body else { return Ok(0) };
        let read = body.read(into);
        if !matches!(read, Ok(1..)) && !into.is_empty() {
            self.is_broken = read.is_err();
            self.body = None;
        }
        read.map_err(|why| io::Error::other(Error::from(why)))
    }
}
