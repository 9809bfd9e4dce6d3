//! The body of an answer that is not read into memory, for downloads.

use std::fmt;
use std::io::{self, Read};

use sim_core::Error;
use sim_core::transport::Phase;

use crate::net::BodyStream;
use crate::net::errors;

/// The body of an answer, read from the connection on demand; returned by [`Client::open`](crate::Client::open).
///
/// A read that fails has an [`Error`] of this SDK inside, and every read after it fails too: what was read before is not
/// the whole. If you drop the body, the connection closes.
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
        let Some((body, context)) = &mut self.body else { return Ok(0) };
        let read = context.enter(|| body.read(into));
        if !matches!(read, Ok(1..)) && !into.is_empty() {
            self.is_broken = read.is_err();
            self.body = None;
        }
        read.map_err(|why| io::Error::other(Error::from(errors::error(why.into(), Phase::Body))))
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("is_open", &self.body.is_some()).finish_non_exhaustive()
    }
}
