//! The end of a stream, and what outlives it.

use std::{fmt, time::Duration};

use super::super::Event;
use super::super::data::recycle;
use super::super::field::{Field, STRAY};
use super::super::input::Input;
use super::super::place::Place;
use super::SseDecoder;

impl SseDecoder {
    /// Ends the stream. The standard drops an event that no blank line follows; this hands it out, since some
    /// proxies eat the last line ends. A `data` line without an end counts as complete, so what a lost
    /// connection cut short comes out cut short; any other line without an end is dropped.
    ///
    /// Afterwards the decoder is at the start of a stream, as after [`restart`](Self::restart).
    pub fn finish(&mut self) -> Option<Event<'_>> {
        if self.place == Place::Taken {
            self.clear_event();
        }
        match Field::parse(&self.line) {
            Field::Data(value) => {
                debug_assert!(value.is_empty(), "a value goes to the data at once");
                self.begin_data(self.line.len(), &[]);
            }
            line @ Field::Unknown(_) => self.fields.set(line),
            _ => {}
        }
        let has_data = self.has_data;
        if !has_data {
            self.clear_event();
        }
        self.start_over();
        has_data.then(|| self.dispatch(&mut Input::of_one(&[]), None))
    }

    /// Drops what has begun and expects a new stream. [`last_event_id`](Self::last_event_id),
    /// [`retry`](Self::retry) and the limit stay, for a client that connects again.
    pub fn restart(&mut self) {
        self.clear_event();
        self.start_over();
    }

    /// Returns what to send as `Last-Event-ID` when connecting again: the last `id` that a blank line
    /// followed, or that [`finish`](Self::finish) handed out.
    pub fn last_event_id(&self) -> &str {
        &self.fields.last_id
    }

    /// Returns how long the server asked clients to wait before they connect again, or `None` if it did not.
    pub fn retry(&self) -> Option<Duration> {
        self.fields.retry
    }

    /// Returns the last line that is no field of the format but looks like JSON, up to 2 KiB of it; empty if there is
    /// none. Somebody who cannot go on with a stream may write an error into it in this way.
    pub fn stray(&self) -> &[u8] {
        let has_begun = self.place == Place::Field && self.line.first() == Some(&b'{');
        if has_begun { &self.line[..self.line.len().min(STRAY)] } else { &self.fields.stray }
    }

    fn start_over(&mut self) {
        recycle(&mut self.line);
        self.bom = 0;
        self.after_cr = false;
        self.place = Place::Line;
    }
}

impl fmt::Debug for SseDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SseDecoder")
            .field("limit", &self.limit)
            .field("held", &format_args!("{} bytes", self.line.len() + self.data.len()))
            .field("last_event_id", &self.last_event_id())
            .field("retry", &self.retry())
            .finish_non_exhaustive()
    }
}
