//! Room for a head that is longer than the buffer of its connection. The connection frees it after the last byte of
//! the head, so an open stream holds none of it.

use std::fmt;

use ureq::Error;
use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};

use crate::connection::BUFFER;

/// The largest head to read, in bytes. It is above the core's own bound, which decides.
pub(crate) const MOST: usize = 2 * sim_core::transport::MAX_HEAD;

/// A connection whose input may be longer than its buffer.
pub(crate) struct LongHead {
    inner: Box<dyn Transport>,
    /// The input while it holds a part of a long head; otherwise `None`.
    long: Option<Long>,
}

struct Long {
    bytes: Vec<u8>,
    taken: usize,
    progress: bool,
}

impl LongHead {
    pub(crate) fn over(inner: Box<dyn Transport>) -> Self {
        Self { inner, long: None }
    }

    /// Makes room for more of a head. ureq would take a connection whose head fills its buffer for closed.
    pub(crate) fn make_room(&mut self) -> Result<(), Error> {
        let input = self.buffers().input().len();
        if input >= MOST {
            return Err(Error::LargeResponseHeader(input, MOST));
        }
        if input >= BUFFER && self.long.is_none() {
            self.long = Some(Long { bytes: Vec::new(), taken: 0, progress: false });
            self.pour();
        }
        Ok(())
    }

    /// Moves the input that the connection has read to the long input.
    fn pour(&mut self) {
        if let Some(long) = &mut self.long {
            let below = self.inner.buffers();
            long.bytes.extend_from_slice(below.input());
            below.input_consume(below.input().len());
        }
    }
}

impl Transport for LongHead {
    fn buffers(&mut self) -> &mut dyn Buffers {
        if self.long.is_some() { self } else { self.inner.buffers() }
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.inner.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let progress = self.inner.await_input(timeout)?;
        self.pour();
        Ok(progress)
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

impl Buffers for LongHead {
    fn output(&mut self) -> &mut [u8] {
        self.inner.buffers().output()
    }

    fn input(&self) -> &[u8] {
        self.long.as_ref().map_or(&[], |long| &long.bytes[long.taken..])
    }

    fn input_append_buf(&mut self) -> &mut [u8] {
        self.inner.buffers().input_append_buf()
    }

    fn input_appended(&mut self, amount: usize) {
        self.inner.buffers().input_appended(amount);
    }

    fn input_consume(&mut self, amount: usize) {
        let Some(long) = &mut self.long else { return };
        long.taken += amount;
        long.progress = amount > 0;
        if long.taken >= long.bytes.len() {
            self.long = None;
        }
    }

    fn tmp_and_output(&mut self) -> (&mut [u8], &mut [u8]) {
        self.inner.buffers().tmp_and_output()
    }

    fn can_use_input(&self) -> bool {
        self.long.as_ref().is_some_and(|long| long.progress)
    }
}

impl fmt::Debug for LongHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
