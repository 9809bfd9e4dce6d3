//! The decoder: splits the stream into lines and builds events from the lines.

use std::{fmt, mem, str, time::Duration};

use memchr::memchr2;

use super::buffer::{KEPT, grow, recycle};
use super::fast_path::{Usual, take_usual_event};
use super::field::{self, Field};
use super::text;
use super::{CR, Event, Frames, LF, TooLarge};

const MESSAGE: &str = "message";
const BOM: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// A decoder for a stream of server-sent events; see the [module](super) for examples.
///
/// Lines end in CR, LF or CRLF, and pieces may cut them anywhere. The decoder returns an event at the first byte that
/// ends its blank line. It drops one byte order mark at the start of the stream. The limit bounds how many bytes of
/// one event the decoder holds.
pub struct SseDecoder {
    limit: usize,
    /// The number of bytes of a byte order mark that the stream began with.
    bom: usize,
    /// Whether the last line ended in CR; a LF right after it belongs to the same line end.
    after_cr: bool,
    skip: Skip,
    /// The start of a line whose end has not arrived. Of a comment, only its colon.
    carry: Vec<u8>,
    /// The event's data, from `data_start` on, where it could not be borrowed from the input.
    data: Vec<u8>,
    data_start: usize,
    has_data: bool,
    stage: Stage,
    event: String,
    id: String,
    new_id: bool,
    last_id: String,
    retry: Option<Duration>,
    /// The data of the last event as text, if it was not valid UTF-8.
    lossy: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// At the start of an event and of a line, with no state to remember.
    Quiet,
    /// In the middle of an event or of a line.
    Busy,
    /// The caller has the event that is in the buffers. The next call may reuse them.
    Taken,
}

/// The progress of skipping an event that is too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Skip {
    No,
    AtLine,
    InLine,
}

impl SseDecoder {
    /// The default limit of a decoder: 64 MiB.
    pub const DEFAULT_LIMIT: usize = 64 << 20;

    /// Creates a decoder at the start of a stream.
    pub const fn new() -> Self {
        Self {
            limit: Self::DEFAULT_LIMIT,
            bom: 0,
            after_cr: false,
            skip: Skip::No,
            carry: Vec::new(),
            data: Vec::new(),
            data_start: 0,
            has_data: false,
            stage: Stage::Busy,
            event: String::new(),
            id: String::new(),
            new_id: false,
            last_id: String::new(),
            retry: None,
            lossy: String::new(),
        }
    }

    /// Sets the largest event to accept, in bytes: the data received so far plus the current line. Comments do not
    /// count. A larger event is a [`TooLarge`] error.
    #[must_use]
    pub const fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// Takes the next piece of the stream and returns the events that end in it.
    pub fn feed<'a>(&'a mut self, chunk: &'a [u8]) -> Frames<'a> {
        Frames::new(self, chunk)
    }

    /// Reads up to the end of the next event and moves `input` past it. Returns `None` once the input is used up; the
    /// next piece may follow. Use it in place of [`feed`](Self::feed) if you keep the piece yourself.
    #[inline]
    pub fn next<'e, 'a: 'e>(
        &'e mut self,
        input: &mut &'a [u8],
    ) -> Option<Result<Event<'e>, TooLarge>> {
        if self.stage == Stage::Taken {
            self.leave_event(input);
        }
        if self.stage == Stage::Quiet {
            match take_usual_event(input, self.limit) {
                Usual::Event(value) => {
                    return Some(Ok(match str::from_utf8(value) {
                        Ok(data) => Event { data, event: MESSAGE, id: &self.last_id },
                        Err(_) => self.dispatch(Some(value)),
                    }));
                }
                Usual::Cut => {
                    self.stage = Stage::Busy;
                    return self.keep(mem::take(input));
                }
                Usual::Not if input.is_empty() => return None,
                Usual::Not => self.stage = Stage::Busy,
            }
        }
        self.next_slowly(input)
    }

    #[inline(never)]
    fn leave_event(&mut self, input: &mut &[u8]) {
        self.clear_event();
        self.skip_lf(input);
        self.stage = if self.after_cr || self.bom < BOM.len() { Stage::Busy } else { Stage::Quiet };
    }

    #[inline(never)]
    fn next_slowly<'e, 'a: 'e>(
        &'e mut self,
        input: &mut &'a [u8],
    ) -> Option<Result<Event<'e>, TooLarge>> {
        self.skip_bom(input);
        // The event's data, while it is a single line of the input.
        let mut lent: Option<&'a [u8]> = None;
        while let Some(line) = self.take_line(input) {
            if self.skip != Skip::No {
                let blank = line.is_empty() && self.skip == Skip::AtLine;
                self.skip = if blank { Skip::No } else { Skip::AtLine };
                continue;
            }
            if !self.carry.is_empty() {
                if self.end_carried_line(line) {
                    continue;
                }
                return Some(Err(self.give_up(Skip::AtLine)));
            }
            if line.is_empty() {
                if lent.is_some() || self.has_data {
                    return Some(Ok(self.dispatch(lent)));
                }
                self.commit_id();
                self.clear_event();
                continue;
            }
            if line[0] == b':' {
                continue;
            }
            if self.held(lent) + line.len() > self.limit {
                return Some(Err(self.give_up(Skip::AtLine)));
            }
            match Field::parse(line) {
                Field::Data(value) if lent.is_none() && !self.has_data => lent = Some(value),
                Field::Data(value) => {
                    self.push_data(lent.take());
                    self.push_data(Some(value));
                }
                field => self.set(field),
            }
        }
        self.push_data(lent);
        self.keep(mem::take(input))
    }

    /// Ends the stream and returns an event that no blank line followed. The standard drops such an event; the
    /// decoder keeps it because some proxies remove the last line ends. A `data` line without an end counts as
    /// complete, so a lost connection may leave it cut short. Any other line without an end is dropped.
    ///
    /// Afterwards the decoder is at the start of a stream, as after [`restart`](Self::restart).
    pub fn finish(&mut self) -> Option<Event<'_>> {
        if self.stage == Stage::Taken {
            self.clear_event();
        }
        if let Field::Data(_) = Field::parse(&self.carry) {
            self.end_carried_line(&[]);
        }
        self.start_over();
        if self.has_data {
            return Some(self.dispatch(None));
        }
        self.drop_event();
        None
    }

    /// Drops the event in progress and expects a new stream. [`last_event_id`](Self::last_event_id),
    /// [`retry`](Self::retry) and the limit stay, for a client that connects again.
    pub fn restart(&mut self) {
        self.start_over();
        self.drop_event();
    }

    /// Returns the value of `Last-Event-ID` for the next connection: the last `id` that a blank line followed, or
    /// that [`finish`](Self::finish) returned. Empty if the stream had none.
    pub fn last_event_id(&self) -> &str {
        &self.last_id
    }

    /// Returns how long the server asked clients to wait before they connect again, or `None` if it did not ask.
    pub fn retry(&self) -> Option<Duration> {
        self.retry
    }

    fn skip_bom(&mut self, input: &mut &[u8]) {
        while self.bom < BOM.len() {
            match input.split_first() {
                None => return,
                Some((first, rest)) if *first == BOM[self.bom] => {
                    *input = rest;
                    self.bom += 1;
                }
                Some(_) => {
                    self.carry.extend_from_slice(&BOM[..self.bom]);
                    self.bom = BOM.len();
                }
            }
        }
    }

    /// Skips the line feed that belongs to the carriage return before it.
    fn skip_lf(&mut self, input: &mut &[u8]) {
        if self.after_cr && !input.is_empty() {
            self.after_cr = false;
            *input = input.strip_prefix(&[LF]).unwrap_or(input);
        }
    }

    /// Cuts a line off the input. Where a carried line ends here, returns only the part that is in the input.
    fn take_line<'a>(&mut self, input: &mut &'a [u8]) -> Option<&'a [u8]> {
        self.skip_lf(input);
        let bytes = *input;
        // A blank line follows most data lines; seeing it here saves every second search.
        let end = match bytes.first()? {
            &LF | &CR => 0,
            // Setting up the vector search costs more than a few bytes are worth.
            _ if bytes.len() < 16 => bytes.iter().position(|byte| matches!(*byte, CR | LF))?,
            _ => memchr2(CR, LF, bytes)?,
        };
        self.after_cr = bytes[end] == CR;
        *input = &bytes[end + 1..];
        Some(&bytes[..end])
    }

    /// Keeps the start of a line whose end is in a later piece.
    fn keep(&mut self, part: &[u8]) -> Option<Result<Event<'static>, TooLarge>> {
        if part.is_empty() {
            return None;
        }
        let first = *self.carry.first().unwrap_or(&part[0]);
        if self.skip != Skip::No {
            self.skip = Skip::InLine;
        } else if first == b':' {
            self.carry.resize(1, first);
        } else if !self.extend_carry(part) {
            return Some(Err(self.give_up(Skip::InLine)));
        }
        None
    }

    /// Reads the carried line, which ends in `part`. Returns false if the line is too large.
    fn end_carried_line(&mut self, part: &[u8]) -> bool {
        if self.carry[0] != b':' && !self.extend_carry(part) {
            return false;
        }
        let mut line = mem::take(&mut self.carry);
        match Field::parse(&line) {
            Field::Data(value) if !self.has_data => {
                self.data_start = line.len() - value.len();
                mem::swap(&mut self.data, &mut line);
                self.has_data = true;
            }
            Field::Data(value) => self.push_data(Some(value)),
            field => self.set(field),
        }
        recycle(&mut line);
        self.carry = line;
        true
    }

    /// Extends the carried line by `part`. Returns false if the line is too large.
    fn extend_carry(&mut self, part: &[u8]) -> bool {
        let room = self.limit.saturating_sub(self.held(None));
        if self.carry.len() + part.len() > room {
            return false;
        }
        grow(&mut self.carry, part.len(), room);
        self.carry.extend_from_slice(part);
        true
    }

    fn held(&self, lent: Option<&[u8]>) -> usize {
        lent.map_or(self.data.len() - self.data_start, <[u8]>::len)
    }

    fn push_data(&mut self, value: Option<&[u8]>) {
        let Some(value) = value else { return };
        grow(&mut self.data, value.len() + 1, self.limit.saturating_add(self.data_start));
        if self.has_data {
            self.data.push(LF);
        }
        self.data.extend_from_slice(value);
        self.has_data = true;
    }

    fn set(&mut self, field: Field<'_>) {
        match field {
            Field::Event(value) => text::set(&mut self.event, value),
            Field::Id(value) if !value.contains(&0) => {
                text::set(&mut self.id, value);
                self.new_id = true;
            }
            Field::Retry(value) => self.retry = field::retry(value).or(self.retry),
            Field::Data(_) | Field::Id(_) | Field::Unknown => {}
        }
    }

    fn dispatch<'e>(&'e mut self, lent: Option<&'e [u8]>) -> Event<'e> {
        self.commit_id();
        self.stage = Stage::Taken;
        let bytes = lent.unwrap_or(&self.data[self.data_start..]);
        Event {
            data: text::lend(bytes, &mut self.lossy),
            event: if self.event.is_empty() { MESSAGE } else { &self.event },
            id: &self.last_id,
        }
    }

    fn commit_id(&mut self) {
        if self.new_id {
            self.last_id.clone_from(&self.id);
            self.new_id = false;
        }
    }

    fn clear_event(&mut self) {
        recycle(&mut self.data);
        self.data_start = 0;
        self.has_data = false;
        self.stage = Stage::Busy;
        self.event.clear();
        self.event.shrink_to(KEPT);
        self.lossy.clear();
        self.lossy.shrink_to(KEPT);
    }

    fn drop_event(&mut self) {
        self.clear_event();
        self.new_id = false;
    }

    fn give_up(&mut self, skip: Skip) -> TooLarge {
        self.drop_event();
        recycle(&mut self.carry);
        self.skip = skip;
        TooLarge { limit: self.limit }
    }

    fn start_over(&mut self) {
        recycle(&mut self.carry);
        self.bom = 0;
        self.after_cr = false;
        self.skip = Skip::No;
    }
}

impl Default for SseDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for SseDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SseDecoder")
            .field("limit", &self.limit)
            .field("held", &format_args!("{} bytes", self.carry.len() + self.held(None)))
            .field("last_event_id", &self.last_id)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}
