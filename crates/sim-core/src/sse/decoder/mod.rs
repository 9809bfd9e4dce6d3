//! The decoder: splits the stream into lines and builds events from the lines.

mod cut;
mod end;

use std::mem;

use super::data::{Data, recycle};
use super::fast_path::{NAME, Usual, take_usual_event};
use super::field::{Field, Fields};
use super::input::{Input, Value};
use super::line_end::{find_line_end, find_near_line_end, find_rare_line_end};
use super::place::Place;
use super::{CR, Event, LF, TooLarge};

/// From this length on, in bytes, a line most likely goes on beyond the next piece.
const LONG: usize = 256;
const MESSAGE: &str = "message";
const BOM: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// What ended in a piece of a data line.
enum Ended {
    Nothing,
    /// The line. Or it is too large, and the input is as it was.
    Line,
    Event,
}

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
        let mut one = Input::of_one(input);
        let event = self.next_of(&mut one);
        *input = one.rest;
        event
    }

    #[expect(clippy::inline_always, reason = "a call takes a tenth of the time of a short event")]
    #[inline(always)]
    pub(super) fn next_of<'e, 'a: 'e>(
        &'e mut self,
        input: &mut Input<'a>,
    ) -> Option<Result<Event<'e>, TooLarge>> {
        if self.place == Place::Data {
            return match self.continue_data(&mut input.rest) {
                Ended::Nothing => None,
                Ended::Line => self.next_slowly(input),
                Ended::Event => Some(Ok(self.dispatch(input, None))),
            };
        }
        if self.place == Place::Taken {
            self.clear_event();
        }
        if self.after_cr {
            self.skip_lf(&mut input.rest);
        }
        if self.place == Place::Event {
            match take_usual_event(&mut input.rest, self.limit) {
                Usual::Event(value) => {
                    return Some(Ok(match input.text(value) {
                        Some(data) => Event { data, event: MESSAGE, id: &self.fields.last_id },
                        None => self.dispatch(input, Some(value)),
                    }));
                }
                Usual::Cut(value) if NAME.len() + value.len() <= self.limit => {
                    // Here the event has no data yet.
                    self.has_data = true;
                    self.room = self.limit - NAME.len() - value.len();
                    self.data.push(value, self.limit);
                    input.rest = &[];
                    self.place = Place::Data;
                    return None;
                }
                Usual::Not if input.rest.is_empty() => return None,
                Usual::Cut(_) | Usual::Not => {}
            }
        }
        self.next_slowly(input)
    }

    /// Takes what the input has of the data line that began before, and the blank line right behind it.
    #[expect(clippy::inline_always, reason = "a call takes a tenth of the time of a short event")]
    #[inline(always)]
    fn continue_data(&mut self, input: &mut &[u8]) -> Ended {
        let is_long = self.data.len() >= LONG;
        let end = if is_long { find_rare_line_end(input) } else { find_line_end(input) };
        let part = end.map_or(*input, |end| &input[..end]);
        if !self.push_data(part) {
            // The loop over lines gives up what is too large.
            return Ended::Line;
        }
        let Some(end) = end else {
            *input = &[];
            return Ended::Nothing;
        };
        if let [LF, LF, rest @ ..] | [CR, LF, CR, LF, rest @ ..] = &input[end..] {
            *input = rest;
            return Ended::Event;
        }
        self.place = Place::Line;
        self.skip_line_end(input, end);
        Ended::Line
    }

    #[inline(never)]
    fn next_slowly<'e, 'a: 'e>(
        &'e mut self,
        input: &mut Input<'a>,
    ) -> Option<Result<Event<'e>, TooLarge>> {
        if self.bom < BOM.len() {
            self.skip_bom(&mut input.rest);
        }
        // The event's data while it is one line, in the input.
        let mut lent: Option<Value<'a>> = None;
        loop {
            let from = input.rest;
            let Some(line) = self.take_line(&mut input.rest) else { break };
            let fits = if !self.place.is_start_of_line() {
                self.end_begun_line(line)
            } else if !line.is_empty() {
                self.place = Place::Line;
                self.read_line(input, from, line.len(), &mut lent)
            } else if lent.is_some() || self.has_data {
                return Some(Ok(self.dispatch(input, lent)));
            } else {
                self.fields.commit_id();
                self.clear_event();
                true
            };
            if !fits {
                return Some(Err(self.give_up(Place::SkippedLine)));
            }
        }
        let part = mem::take(&mut input.rest);
        if let Some(value) = lent {
            self.begin_data(0, value.bytes());
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
            // A data line may be long; any other is most likely short.
            b'd' => find_line_end(bytes)?,
            _ => find_near_line_end(bytes)?,
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

    /// Reads a line that is all there and not blank: so many bytes of `from`. False: it is too large.
    #[inline]
    fn read_line<'a>(
        &mut self,
        input: &mut Input<'a>,
        from: &'a [u8],
        len: usize,
        lent: &mut Option<Value<'a>>,
    ) -> bool {
        let line = &from[..len];
        if line[0] == b':' {
            return true;
        }
        let held = lent.map_or(self.data.len(), Value::len);
        if held + line.len() > self.limit {
            return false;
        }
        match Field::parse(line) {
            Field::Data(value) if lent.is_none() && !self.has_data => {
                *lent = Some(Value::new(&from[len - value.len()..], value.len()));
            }
            Field::Data(value) => {
                if let Some(first) = lent.take() {
                    self.begin_data(0, first.bytes());
                }
                return self.begin_data(line.len() - value.len(), value);
            }
            Field::Event(value) => {
                let value = Value::new(&from[len - value.len()..], value.len());
                self.fields.set_event(input.text(value), value.bytes());
            }
            Field::Id(value) => {
                let value = Value::new(&from[len - value.len()..], value.len());
                self.fields.set_id(input.text(value), value.bytes());
            }
            field => self.fields.set(field),
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

    fn dispatch<'e, 'a: 'e>(
        &'e mut self,
        input: &mut Input<'a>,
        lent: Option<Value<'a>>,
    ) -> Event<'e> {
        self.fields.commit_id();
        self.place = Place::Taken;
        Event {
            data: match lent {
                Some(value) => match input.text(value) {
                    Some(text) => text,
                    None => self.data.replaced(value.bytes()),
                },
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
