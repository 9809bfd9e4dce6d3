//! The decoder: splits the stream into lines and builds events from the lines.

mod end;

use std::mem;

use super::data::{Data, extend, recycle};
use super::fast_path::{NAME, Usual, take_usual_event};
use super::field::{Field, Fields};
use super::line_end::find_line_end;
use super::place::Place;
use super::text;
use super::{CR, Event, LF, TooLarge};

const MESSAGE: &str = "message";
const BOM: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// A decoder for a stream of server-sent events; see the [module](super) for examples.
///
/// Lines end in CR, LF or CRLF, and pieces may cut them anywhere. The decoder returns an event at the first byte that
/// ends its blank line. It drops one byte order mark at the start of the stream. The limit bounds how many bytes of
/// one event the decoder holds.
pub struct SseDecoder {
    limit: usize,
    place: Place,
    /// The input ended in CR; a LF right after it belongs to it.
    after_cr: bool,
    /// How much of a byte order mark the stream began with.
    bom: usize,
    /// The beginning of a line that the end of a piece has cut, unless it is known to be data or a comment.
    line: Vec<u8>,
    /// How many bytes the data line at hand may still have.
    room: usize,
    /// The event's data, as far as it could not be lent.
    data: Data,
    has_data: bool,
    fields: Fields,
}

impl SseDecoder {
    /// The default limit of a decoder: 64 MiB.
    pub const DEFAULT_LIMIT: usize = 64 << 20;

    /// Creates a decoder at the start of a stream.
    pub const fn new() -> Self {
        Self {
            limit: Self::DEFAULT_LIMIT,
            place: Place::Line,
            after_cr: false,
            bom: 0,
            line: Vec::new(),
            room: 0,
            data: Data::new(),
            has_data: false,
            fields: Fields::new(),
        }
    }

    /// Sets the largest event to accept: the data that it has so far and the line that follows may have this
    /// many bytes together. Comments do not count. A larger event is [`TooLarge`].
    #[must_use]
    pub const fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// Reads up to the end of the next event and moves `input` past it: [`feed`](Self::feed) for those who
    /// keep the piece themselves and come back for the rest of it.
    ///
    /// On `None` the input is used up, and the next piece may follow.
    #[inline]
    pub fn next<'e, 'a: 'e>(
        &'e mut self,
        input: &mut &'a [u8],
    ) -> Option<Result<Event<'e>, TooLarge>> {
        if self.place == Place::Data {
            return if self.continue_data(input) { None } else { self.next_slowly(input) };
        }
        if self.place == Place::Taken {
            self.clear_event();
        }
        if self.after_cr {
            self.skip_lf(input);
        }
        if self.place == Place::Event {
            match take_usual_event(input, self.limit) {
                Usual::Event(value) => {
                    return Some(Ok(match text::check(value) {
                        Some(data) => Event { data, event: MESSAGE, id: &self.fields.last_id },
                        None => self.dispatch(Some(value)),
                    }));
                }
                Usual::Cut(value) if self.begin_data(NAME.len(), value) => {
                    *input = &[];
                    self.place = Place::Data;
                    return None;
                }
                Usual::Not if input.is_empty() => return None,
                Usual::Cut(_) | Usual::Not => {}
            }
        }
        self.next_slowly(input)
    }

    /// Takes what the input has of the data line that began before. True: that is all that the input has.
    #[inline]
    fn continue_data(&mut self, input: &mut &[u8]) -> bool {
        match find_line_end(input) {
            None if self.push_data(input) => {
                *input = &[];
                true
            }
            Some(end) if self.push_data(&input[..end]) => {
                self.place = Place::Line;
                self.skip_line_end(input, end);
                false
            }
            // It is too large.
            _ => false,
        }
    }

    #[inline(never)]
    fn next_slowly<'e, 'a: 'e>(
        &'e mut self,
        input: &mut &'a [u8],
    ) -> Option<Result<Event<'e>, TooLarge>> {
        if self.bom < BOM.len() {
            self.skip_bom(input);
        }
        // The event's data while it is one line, in the input.
        let mut lent: Option<&'a [u8]> = None;
        while let Some(line) = self.take_line(input) {
            let fits = match self.place {
                Place::Comment => true,
                Place::Data => self.push_data(line),
                Place::Field => self.end_line(line),
                Place::SkippedLine if line.is_empty() => true,
                Place::SkippedLine | Place::Skipped => {
                    self.place = Place::SkippedLine;
                    continue;
                }
                Place::Event | Place::Taken | Place::Line if line.is_empty() => {
                    if lent.is_some() || self.has_data {
                        return Some(Ok(self.dispatch(lent)));
                    }
                    self.fields.commit_id();
                    self.clear_event();
                    continue;
                }
                Place::Event | Place::Taken | Place::Line => self.read_line(line, &mut lent),
            };
            if !fits {
                return Some(Err(self.give_up(Place::SkippedLine)));
            }
            self.place = Place::Line;
        }
        let part = mem::take(input);
        if let Some(value) = lent {
            self.begin_data(0, value);
        }
        if part.is_empty() || self.keep(part) {
            return None;
        }
        Some(Err(self.give_up(Place::Skipped)))
    }

    fn skip_bom(&mut self, input: &mut &[u8]) {
        while let (Some(mark), Some((first, rest))) = (BOM.get(self.bom), input.split_first()) {
            if first != mark {
                // What began like a mark begins a line.
                if self.bom > 0 {
                    self.line.extend_from_slice(&BOM[..self.bom]);
                    self.place = Place::Field;
                }
                self.bom = BOM.len();
                return;
            }
            *input = rest;
            self.bom += 1;
        }
    }

    /// Skips the line feed that belongs to the carriage return before it.
    #[inline(never)]
    fn skip_lf(&mut self, input: &mut &[u8]) {
        if !input.is_empty() {
            self.after_cr = false;
            *input = input.strip_prefix(&[LF]).unwrap_or(input);
        }
    }

    /// Cuts a line off the input, or what the input has of it if the line began before.
    #[inline]
    fn take_line<'a>(&mut self, input: &mut &'a [u8]) -> Option<&'a [u8]> {
        let bytes = *input;
        // A blank line follows most data lines; seeing it here saves every second search.
        let end = match bytes.first()? {
            &LF | &CR => 0,
            _ => find_line_end(bytes)?,
        };
        self.skip_line_end(input, end);
        Some(&bytes[..end])
    }

    /// Skips a line and its end, as far as the input has it.
    #[inline]
    fn skip_line_end(&mut self, input: &mut &[u8], end: usize) {
        *input = match &input[end..] {
            [CR, LF, rest @ ..] => rest,
            [CR] => {
                self.after_cr = true;
                &[]
            }
            rest => &rest[1..],
        };
    }

    /// Reads a line that is all there and not blank. False: it is too large.
    #[inline]
    fn read_line<'a>(&mut self, line: &'a [u8], lent: &mut Option<&'a [u8]>) -> bool {
        if line[0] == b':' {
            return true;
        }
        let held = lent.map_or(self.data.len(), <[u8]>::len);
        if held + line.len() > self.limit {
            return false;
        }
        match Field::parse(line) {
            Field::Data(value) if lent.is_none() && !self.has_data => *lent = Some(value),
            Field::Data(value) => {
                if let Some(first) = lent.take() {
                    self.begin_data(0, first);
                }
                return self.begin_data(line.len() - value.len(), value);
            }
            field => self.fields.set(field),
        }
        true
    }

    /// Keeps a part of a line whose end is in another piece. False: the line is too large.
    fn keep(&mut self, part: &[u8]) -> bool {
        match self.place {
            Place::Data => self.push_data(part),
            Place::Field => self.extend_line(part),
            Place::Comment | Place::Skipped => true,
            Place::SkippedLine => {
                self.place = Place::Skipped;
                true
            }
            Place::Event | Place::Taken | Place::Line if part[0] == b':' => {
                self.place = Place::Comment;
                true
            }
            Place::Event | Place::Taken | Place::Line => {
                self.place = Place::Field;
                self.extend_line(part)
            }
        }
    }

    /// Keeps more of a line. As soon as it is known to be data, its value goes there. False: it is too large.
    fn extend_line(&mut self, part: &[u8]) -> bool {
        let unknown = NAME.len().saturating_sub(self.line.len()).min(part.len());
        let (name, part) = part.split_at(unknown);
        self.line.extend_from_slice(name);
        if self.line.len() == NAME.len() {
            if let Field::Data(value) = Field::parse(&self.line) {
                let mut first = [0];
                let first = &mut first[..value.len()];
                first.copy_from_slice(value);
                self.line.clear();
                self.place = Place::Data;
                return self.begin_data(NAME.len() - first.len(), first) && self.push_data(part);
            }
        }
        let room = self.limit.saturating_sub(self.data.len());
        if self.line.len() + part.len() > room {
            return false;
        }
        extend(&mut self.line, part, room);
        true
    }

    /// Reads the line that began in another piece and ends in `part`. False: it is too large.
    fn end_line(&mut self, part: &[u8]) -> bool {
        if !self.extend_line(part) {
            return false;
        }
        if self.place == Place::Field {
            let name = self.line.len();
            match Field::parse(&self.line) {
                Field::Data(_) => {
                    self.line.clear();
                    return self.begin_data(name, &[]);
                }
                field => self.fields.set(field),
            }
            recycle(&mut self.line);
        }
        true
    }

    /// Begins a data line with what is there of its value. False: with its name it is too large.
    #[inline]
    fn begin_data(&mut self, name: usize, value: &[u8]) -> bool {
        let held = self.data.len() + name;
        if held > self.limit {
            return false;
        }
        self.room = self.limit - held;
        if value.len() > self.room {
            return false;
        }
        if self.has_data {
            self.data.push(&[LF], self.limit);
        }
        self.has_data = true;
        self.push_data(value)
    }

    /// Adds to the data line at hand. False: it is too large.
    #[inline]
    fn push_data(&mut self, part: &[u8]) -> bool {
        if part.len() > self.room {
            return false;
        }
        self.room -= part.len();
        self.data.push(part, self.limit);
        true
    }

    fn dispatch<'e>(&'e mut self, lent: Option<&'e [u8]>) -> Event<'e> {
        self.fields.commit_id();
        self.place = Place::Taken;
        Event {
            data: match lent {
                Some(bytes) => self.data.text_of(bytes),
                None => self.data.text(),
            },
            event: if self.fields.event.is_empty() { MESSAGE } else { &self.fields.event },
            id: &self.fields.last_id,
        }
    }

    /// Forgets the event and expects the next one.
    fn clear_event(&mut self) {
        self.data.clear();
        self.has_data = false;
        self.fields.clear();
        self.place = if self.bom < BOM.len() { Place::Line } else { Place::Event };
    }

    fn give_up(&mut self, place: Place) -> TooLarge {
        self.clear_event();
        recycle(&mut self.line);
        self.place = place;
        TooLarge { limit: self.limit }
    }
}

impl Default for SseDecoder {
    fn default() -> Self {
        Self::new()
    }
}
