//! The buffers of a connection. The input grows for as long as a long head is part of it.

use ureq::Error;
use ureq::unversioned::transport::Buffers;

/// The size of each buffer, in bytes. With ureq's own 128 KiB an open stream would hold four times as much memory at
/// the same speed.
pub(crate) const BUFFER: usize = 16 * 1024;

/// The most that is read of a head, in bytes: above the core's own bound, which is the one that counts.
pub(crate) const LONGEST_HEAD: usize = 2 * sim_core::transport::MAX_HEAD;

/// The buffers of a connection. None is there before it is needed.
#[derive(Default)]
pub(super) struct InputOutput {
    input: Vec<u8>,
    start: usize,
    end: usize,
    output: Vec<u8>,
    made_progress: bool,
}

impl InputOutput {
    /// Makes room for more of a head: ureq takes one that fills its buffer for a closed connection.
    pub(super) fn make_room(&mut self) -> Result<(), Error> {
        let length = self.end - self.start;
        if length >= LONGEST_HEAD {
            return Err(Error::LargeResponseHeader(length, LONGEST_HEAD));
        }
        self.compact();
        if self.end == self.input.len() {
            self.input.resize(self.end + BUFFER, 0);
        }
        Ok(())
    }

    pub(super) fn input_mut(&mut self) -> &mut [u8] {
        &mut self.input[self.start..self.end]
    }

    /// The part of the output that ureq wrote.
    pub(super) fn written(&self, amount: usize) -> &[u8] {
        &self.output[..amount]
    }

    /// Puts `text` into the part of the output that ureq wrote, and returns how long that is then.
    pub(super) fn insert(&mut self, at: usize, text: &[u8], amount: usize) -> usize {
        let whole = amount + text.len();
        if self.output.len() < whole {
            self.output.resize(whole, 0);
        }
        self.output.copy_within(at..amount, at + text.len());
        self.output[at..at + text.len()].copy_from_slice(text);
        whole
    }

    fn compact(&mut self) {
        self.input.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        if self.input.len() < BUFFER {
            self.input.resize(BUFFER, 0);
        }
    }
}

impl Buffers for InputOutput {
    fn output(&mut self) -> &mut [u8] {
        self.output.resize(BUFFER, 0);
        &mut self.output
    }

    fn input(&self) -> &[u8] {
        &self.input[self.start..self.end]
    }

    fn input_append_buf(&mut self) -> &mut [u8] {
        if self.end == self.input.len() {
            self.compact();
        }
        &mut self.input[self.end..]
    }

    fn input_appended(&mut self, amount: usize) {
        self.end = self.input.len().min(self.end + amount);
    }

    fn input_consume(&mut self, amount: usize) {
        self.made_progress = amount > 0;
        self.start = self.end.min(self.start + amount);
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
            if self.input.len() > BUFFER {
                self.input = Vec::new();
            }
        }
    }

    fn tmp_and_output(&mut self) -> (&mut [u8], &mut [u8]) {
        self.output.resize(BUFFER, 0);
        self.compact();
        // There is input already only where a server answers before it has the request.
        self.input.resize(self.input.len().max(self.end + BUFFER), 0);
        (&mut self.input[self.end..], &mut self.output)
    }

    fn can_use_input(&self) -> bool {
        self.end > self.start && self.made_progress
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(buffers: &mut InputOutput, text: &[u8]) {
        let room = buffers.input_append_buf();
        let length = room.len().min(text.len());
        room[..length].copy_from_slice(&text[..length]);
        buffers.input_appended(length);
    }

    #[test]
    fn what_was_not_consumed_stays_in_order() {
        let mut buffers = InputOutput::default();
        let (mut sent, mut seen) = (Vec::new(), Vec::new());
        for round in 0..1000_usize {
            let text = vec![round.to_le_bytes()[0]; round % 50 + 1];
            fill(&mut buffers, &text);
            sent.extend(text);
            let amount = buffers.input().len().min(round % 60);
            seen.extend_from_slice(&buffers.input()[..amount]);
            buffers.input_consume(amount);
            assert_eq!(buffers.can_use_input(), amount > 0 && !buffers.input().is_empty());
        }
        seen.extend_from_slice(buffers.input());
        assert_eq!(seen, sent);
    }

    #[test]
    fn what_is_put_into_the_output_moves_what_comes_behind() {
        let mut buffers = InputOutput::default();
        buffers.output()[..4].copy_from_slice(b"abcd");
        let amount = buffers.insert(1, b"--", 4);
        assert_eq!(buffers.written(amount), b"a--bcd");
        let amount = buffers.insert(amount, &[b'x'; BUFFER], amount);
        assert_eq!(buffers.written(amount)[..7], *b"a--bcdx");
        assert_eq!((amount, buffers.output().len()), (BUFFER + 6, BUFFER));
    }

    #[test]
    fn a_long_head_has_room_until_it_is_consumed() {
        let mut buffers = InputOutput::default();
        while buffers.input().len() < LONGEST_HEAD {
            buffers.make_room().expect("room");
            fill(&mut buffers, &[b'x'; 1000]);
        }
        assert!(matches!(buffers.make_room(), Err(Error::LargeResponseHeader(_, LONGEST_HEAD))));
        buffers.input_consume(buffers.input().len());
        assert_eq!(buffers.input_append_buf().len(), BUFFER);
    }
}
