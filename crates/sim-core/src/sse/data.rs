//! The data of an event that cannot be lent, because a read has cut it or it has several lines.

use super::text::{self, cut_character, is_continuation};

/// How many bytes of room a buffer keeps once its event is over.
pub(super) const KEPT: usize = 128 << 10;

/// From this length on, in bytes, a piece is worth a check of its own.
const LONG: usize = 1 << 10;

/// How many bytes are copied at a time. Beyond this, the C library may leave a copy to the processor's own instruction for
/// it, which is slower on some of them.
const BLOCK: usize = 2 << 10;

/// The data of one event, piece by piece.
///
/// Up to [`KEPT`] bytes gather unchecked and are checked together: the processor's cache still has them. Where a long
/// piece takes an event beyond that, each piece is checked from there on before it is copied. So each byte is checked
/// once and copied once; of an event that is larger, the first [`KEPT`] bytes at most are copied twice.
pub(super) struct Data {
    /// The text as far as it is checked.
    text: String,
    /// What follows the text unchecked. If there is text, this is only the beginning of a cut character.
    rest: Vec<u8>,
    /// How many bytes have come. What is not UTF-8 has another length as text.
    len: usize,
}

impl Data {
    pub(super) const fn new() -> Self {
        Self { text: String::new(), rest: Vec::new(), len: 0 }
    }

    /// Returns how many bytes have come.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Appends a piece. The buffer doubles as it grows, but does not grow far beyond `limit` bytes.
    #[inline]
    pub(super) fn push(&mut self, piece: &[u8], limit: usize) {
        self.len += piece.len();
        // What is short and has room takes no call but that for the copy.
        let has_room = piece.len() <= self.rest.capacity() - self.rest.len();
        if piece.len() < LONG && has_room && self.text.is_empty() {
            copy(&mut self.rest, piece);
        } else {
            self.push_slowly(piece, limit);
        }
    }

    #[inline(never)]
    fn push_slowly(&mut self, piece: &[u8], limit: usize) {
        let gathered = self.rest.len();
        let is_small = piece.len() < LONG || gathered + piece.len() <= KEPT;
        if self.text.is_empty() && (is_small || gathered > KEPT) {
            extend(&mut self.rest, piece, limit);
        } else {
            self.push_checked(piece, limit);
        }
    }

    #[inline(never)]
    fn push_checked(&mut self, piece: &[u8], limit: usize) {
        let Self { text, rest, .. } = self;
        let needed = text.len() + rest.len() + piece.len();
        if needed > text.capacity() {
            text.reserve_exact(capacity(text.capacity(), needed, limit) - text.len());
        }
        let mut piece = piece;
        if !rest.is_empty() {
            // Of a character, the first byte is here and up to three may follow.
            let follow = piece.iter().take(3).take_while(|byte| is_continuation(**byte)).count();
            rest.extend_from_slice(&piece[..follow]);
            piece = &piece[follow..];
            let cut = if piece.is_empty() { cut_character(rest) } else { 0 };
            let whole = rest.len() - cut;
            text::push(text, &rest[..whole]);
            rest.drain(..whole);
            // From here on it holds a cut character and what follows it, at most.
            rest.shrink_to(8);
        }
        while !piece.is_empty() {
            let block = &piece[..piece.len().min(BLOCK)];
            let (whole, cut) = block.split_at(block.len() - cut_character(block));
            text::push(text, whole);
            piece = &piece[whole.len()..];
            if piece.len() == cut.len() {
                rest.extend_from_slice(cut);
                break;
            }
        }
    }

    /// Returns all of it as text.
    ///
    /// A large text takes no more room than it needs from here on: whoever reads it will need as much again.
    #[inline]
    pub(super) fn text(&mut self) -> &str {
        let Self { text, rest, len } = self;
        if *len > KEPT {
            text.shrink_to_fit();
            rest.shrink_to_fit();
        }
        if text.is_empty() {
            return text::lend(rest, text);
        }
        text::push(text, rest);
        rest.clear();
        text
    }

    /// Returns bytes that are not UTF-8 as text, with U+FFFD for what is not.
    ///
    /// No piece may have come, because this text takes the place of theirs.
    pub(super) fn replaced(&mut self, bytes: &[u8]) -> &str {
        text::set(&mut self.text, bytes);
        &self.text
    }

    /// Forgets all of it. A buffer that a large event has blown up gives its memory back.
    pub(super) fn clear(&mut self) {
        self.len = 0;
        self.text.clear();
        self.text.shrink_to(KEPT);
        recycle(&mut self.rest);
    }
}

/// Appends `bytes` to a buffer that doubles as it grows, but does not grow far beyond `limit` bytes.
#[inline]
pub(super) fn extend(buffer: &mut Vec<u8>, bytes: &[u8], limit: usize) {
    let needed = buffer.len() + bytes.len();
    if needed > buffer.capacity() {
        buffer.reserve_exact(capacity(buffer.capacity(), needed, limit) - buffer.len());
    }
    bytes.chunks(BLOCK).for_each(|block| copy(buffer, block));
}

#[inline]
fn copy(to: &mut Vec<u8>, bytes: &[u8]) {
    match bytes {
        // Calling for a copy costs more than to write one byte.
        [byte] => to.push(*byte),
        _ => to.extend_from_slice(bytes),
    }
}

/// Empties a buffer; one that a large line has blown up gives its memory back.
pub(super) fn recycle(buffer: &mut Vec<u8>) {
    buffer.clear();
    buffer.shrink_to(KEPT);
}

/// Returns the capacity to grow to: twice what there was, but not far beyond `limit` bytes.
#[cold]
fn capacity(was: usize, needed: usize, limit: usize) -> usize {
    was.saturating_mul(2).min(limit).max(needed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_that_is_there_is_used_up_before_more_is_made() {
        let mut buffer = Vec::with_capacity(8);
        let room = buffer.capacity();
        extend(&mut buffer, &vec![b'a'; room], usize::MAX);
        assert_eq!(buffer.capacity(), room);
        extend(&mut buffer, b"a", usize::MAX);
        assert!(buffer.capacity() >= 2 * room, "one byte too few");
    }

    /// Pieces long and short, cut within characters and not, make the same text as the whole does.
    #[test]
    fn pieces_make_the_text_that_the_whole_makes() {
        let valid = "漢字🦀é and ASCII ".repeat(300).into_bytes();
        let invalid = b"\xC3\xA9\xA9 \xF0\x9F x \xE6\xBC\xFF\x80\x80\x80\x80\x80 ".repeat(300);
        let mixed = [&valid[..valid.len() - 3], &invalid, &valid].concat();
        // With the second beginning, a long piece takes the event beyond what gathers unchecked.
        let beginnings = [String::new(), "é".repeat(KEPT / 2 - 8)];
        for (beginning, bytes) in
            beginnings.iter().flat_map(|it| [&valid, &invalid, &mixed].map(|bytes| (it, bytes)))
        {
            let expected = format!("{beginning}{}", String::from_utf8_lossy(bytes));
            let mut data = Data::new();
            for step in [1, 2, 3, 7, 1000, 1022, 1023, 1024, 1025, 1026, 1500, 2048, 2049, 5000] {
                for first in 0..9 {
                    data.push(beginning.as_bytes(), usize::MAX);
                    let (first, rest) = bytes.split_at(first);
                    data.push(first, usize::MAX);
                    for (at, piece) in rest.chunks(step + 1).enumerate() {
                        // Every second piece is short.
                        let (piece, short) =
                            piece.split_at(piece.len() - (at % 2).min(piece.len()));
                        data.push(piece, usize::MAX);
                        data.push(short, usize::MAX);
                    }
                    assert_eq!(data.len(), beginning.len() + bytes.len());
                    assert!(data.text() == expected, "pieces of {step}");
                    data.clear();
                }
            }
        }
    }
}
