//! The rest of a read, and what of it is known to be text.

use super::text::{check, cut_character};

/// How far to check ahead, in bytes: the processor's nearest cache still has it when the events are looked for.
const AHEAD: usize = 4 << 10;

/// From this length on, in bytes, a value is checked on its own: nothing is gained by checking more at once.
const LONG: usize = 1 << 10;

/// What follows the last value of a read is shorter than this, in bytes: a line end or two, or a short line.
const LAST: usize = 32;

/// The rest of a read.
///
/// Checking a short value for UTF-8 costs as much as finding it, and checking many at once next to nothing. So
/// whoever keeps the whole read has it checked ahead.
pub(super) struct Input<'a> {
    pub(super) rest: &'a [u8],
    /// Whether to check more than what is asked for.
    ahead: bool,
    /// The part of the read that is known to be text.
    text: &'a str,
    /// How many bytes of the read follow that part.
    after: usize,
}

/// A value in a read.
#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    /// The value with all that follows it in the read.
    from: &'a [u8],
    len: usize,
}

impl<'a> Value<'a> {
    /// Returns the value that `from` begins with.
    #[inline]
    pub(super) fn new(from: &'a [u8], len: usize) -> Self {
        Self { from, len }
    }

    #[inline]
    pub(super) fn len(self) -> usize {
        self.len
    }

    #[inline]
    pub(super) fn bytes(self) -> &'a [u8] {
        &self.from[..self.len]
    }
}

impl<'a> Input<'a> {
    /// Returns an input of which one event is wanted.
    #[inline]
    pub(super) fn of_one(rest: &'a [u8]) -> Self {
        Self { rest, ahead: false, text: "", after: 0 }
    }

    /// Returns an input of which all events are wanted.
    #[inline]
    pub(super) fn of_all(rest: &'a [u8]) -> Self {
        Self { ahead: true, ..Self::of_one(rest) }
    }

    /// Returns a value of this read as text if it is UTF-8.
    #[inline]
    pub(super) fn text(&mut self, value: Value<'a>) -> Option<&'a str> {
        if self.ahead && value.len < LONG {
            let known = self.known(value);
            if known.is_some() {
                return known;
            }
            if value.from.len() >= value.len + LAST {
                return self.look_ahead(value);
            }
        }
        check(value.bytes())
    }

    #[inline]
    fn known(&self, value: Value<'a>) -> Option<&'a str> {
        let start = (self.text.len() + self.after).checked_sub(value.from.len())?;
        self.text.get(start..start + value.len)
    }

    #[inline(never)]
    fn look_ahead(&mut self, value: Value<'a>) -> Option<&'a str> {
        let more = &value.from[..value.from.len().min(AHEAD)];
        let more = &more[..more.len() - cut_character(more)];
        if let Some(text) = check(more) {
            self.text = text;
            self.after = value.from.len() - more.len();
            return self.known(value);
        }
        // Trying again at each value would take too long.
        self.ahead = false;
        check(value.bytes())
    }
}

#[cfg(test)]
mod tests {
    use std::str;

    use super::*;

    /// Returns lines of all lengths, each with its place, as one read of several looks ahead.
    fn lines(words: &[&[u8]]) -> (Vec<u8>, Vec<(usize, usize)>) {
        let (mut read, mut places) = (Vec::new(), Vec::new());
        for len in (0..1500).step_by(7) {
            let start = read.len();
            while read.len() < start + len {
                read.extend_from_slice(words[read.len() % words.len()]);
            }
            places.push((start, read.len() - start));
            read.push(b'\n');
        }
        (read, places)
    }

    /// What has been checked ahead says the same of each value as the standard library does.
    #[test]
    fn a_value_is_text_whether_or_not_more_was_checked_with_it() {
        let kinds: [&[&[u8]]; 4] = [
            &[b"plain "],
            &["漢".as_bytes(), "é".as_bytes(), "🦀".as_bytes(), b"x"],
            &["漢".as_bytes(), b"plain ", b"plain ", b"\xFF", b"plain "],
            &[b"\xC3", b"\xA9", b"\xF0\x9F", b"x"],
        ];
        for words in kinds {
            let (read, places) = lines(words);
            let [mut one, mut all] = [Input::of_one(&read), Input::of_all(&read)];
            for (start, len) in &places {
                let value = Value::new(&read[*start..], *len);
                let expected = str::from_utf8(value.bytes()).ok();
                assert_eq!(one.text(value), expected, "{start}");
                assert_eq!(all.text(value), expected, "{start}");
            }
            // Some values are never asked for, such as those of fields without a meaning.
            let mut all = Input::of_all(&read);
            for (start, len) in places.iter().step_by(3) {
                let value = Value::new(&read[*start..], *len);
                assert_eq!(all.text(value), str::from_utf8(value.bytes()).ok(), "{start}");
            }
        }
    }
}
