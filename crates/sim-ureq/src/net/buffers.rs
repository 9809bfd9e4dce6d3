//! The buffers of a connection. The input grows for as long as a long head is part of it.

use ureq::Error;
use ureq::unversioned::transport::Buffers;

/// The size of each buffer, in bytes. With ureq's own 128 KiB an open stream would hold four times as much memory at
/// the same speed.
pub(crate) const BUFFER: usize = 16 * 1024;

/// The most of a body that is sent or read at once, in bytes. The pieces of a long body grow up to this: each of them
/// costs several calls of the system.
const LARGEST_PIECE: usize = 128 * 1024;

/// The most that is read of a head, in bytes: above the core's own bound, which is the one that counts.
pub(crate) const LONGEST_HEAD: usize = 2 * sim_core::transport::MAX_HEAD;

/// The buffers of a connection. None is there before it is needed.
#[derive(Default)]
pub(super) struct InputOutput {
    input: Vec<u8>,
    start: usize,
    end: usize,
    /// How many bytes may be read at once; it grows while as many come.
    room: usize,
    output: Vec<u8>,
    /// The size of the last piece of a body, in bytes; 0 before the first.
    piece: usize,
    made_progress: bool,
}

impl InputOutput {
    /// Makes room for more of a head: ureq takes one that fills its buffer for a closed connection.
    pub(super) fn make_room(&mut self) -> Result<(), Error> {
        let length = self.end - self.start;
        if length >= LONGEST_HEAD {
            return Err(Error::LargeResponseHeader(length, LONGEST_HEAD));
        }
        self.forget_body();
        self.compact();
        if self.end == self.input.len() {
            self.input.resize(self.end + BUFFER, 0);
        }
        Ok(())
    }

    /// Gives back the room that only a long body needs.
    fn forget_body(&mut self) {
        self.piece = 0;
        if self.output.len() > BUFFER {
            self.output = Vec::new();
        }
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
        let room = self.room.max(BUFFER);
        if self.input.len() < room {
            self.input.resize(room, 0);
        }
    }
}

impl Buffers for InputOutput {
    fn output(&mut self) -> &mut [u8] {
        self.forget_body();
        self.output.resize(BUFFER, 0);
        &mut self.output
    }

    fn input(&self) -> &[u8] {
        &self.input[self.start..self.end]
    }

    fn input_append_buf(&mut self) -> &mut [u8] {
        let may_grow = self.end == 0 && self.input.len() < self.room;
        if self.end == self.input.len() || may_grow {
            self.compact();
        }
        &mut self.input[self.end..]
    }

    fn input_appended(&mut self, amount: usize) {
        self.end = self.input.len().min(self.end + amount);
        if self.end == self.input.len() && amount >= BUFFER {
            self.room = (2 * self.room).clamp(BUFFER, LARGEST_PIECE);
        } else if amount < BUFFER {
            self.room = (self.room / 2).max(BUFFER);
        }
    }

    fn input_consume(&mut self, amount: usize) {
        self.made_progress = amount > 0;
        self.start = self.end.min(self.start + amount);
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
            if self.input.len() > self.room.max(BUFFER) {
                self.input = Vec::new();
            }
        }
    }

    fn tmp_and_output(&mut self) -> (&mut [u8], &mut [u8]) {
        self.piece = (2 * self.piece).clamp(BUFFER, LARGEST_PIECE);
        self.output.resize(self.piece, 0);
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
    fn the_pieces_of_a_long_body_grow_and_their_room_is_given_back() {
        let mut buffers = InputOutput::default();
        for _ in 0..2 {
            assert_eq!(buffers.output().len(), BUFFER);
            let pieces = [(); 6].map(|()| buffers.tmp_and_output().1.len() / BUFFER);
            assert_eq!(pieces, [1, 2, 4, 8, 8, 8]);
            buffers.make_room().expect("room for the answer");
            assert_eq!(buffers.output.capacity(), 0);
        }
    }

    #[test]
    fn as_much_is_read_at_once_as_comes() {
        let mut buffers = InputOutput::default();
        let mut read = |amount: usize| {
            let room = buffers.input_append_buf().len();
            buffers.input_appended(amount.min(room));
            buffers.input_consume(usize::MAX >> 1);
            room / BUFFER
        };
        assert_eq!([(); 6].map(|()| read(usize::MAX)), [1, 1, 2, 4, 8, 8]);
        assert_eq!([(); 5].map(|()| read(100)), [8, 4, 2, 1, 1], "what is not used goes");
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
