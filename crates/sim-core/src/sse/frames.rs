//! The events that end in one piece of a stream.

use std::fmt;

use super::input::Input;
use super::{Event, SseDecoder, TooLarge};

/// The events that end in one piece of a stream; returned by [`SseDecoder::feed`].
///
/// Dropping it reads the rest of the piece, so the decoder stays in step with the stream; events that you did not
/// take are lost. To stop in the middle of a piece and go on later, use [`SseDecoder::next`].
#[must_use = "events that are not taken are lost"]
pub struct Frames<'a> {
    decoder: &'a mut SseDecoder,
    input: Input<'a>,
}

impl SseDecoder {
    /// Takes the next piece of the stream and lends the events that end in it.
    #[inline]
    pub fn feed<'a>(&'a mut self, chunk: &'a [u8]) -> Frames<'a> {
        Frames { decoder: self, input: Input::of_all(chunk) }
    }
}

impl Frames<'_> {
    /// Returns the next event, or `None` when the piece is used up. Later pieces complete an event that has begun.
    ///
    /// This is not an [`Iterator`], because the event may borrow from the decoder.
    #[inline]
    #[expect(clippy::should_implement_trait, reason = "an event borrows from the decoder")]
    pub fn next(&mut self) -> Option<Result<Event<'_>, TooLarge>> {
        self.decoder.next_of(&mut self.input)
    }

    #[cold]
    fn skip(&mut self) {
        while !self.input.rest.is_empty() {
            self.next();
        }
    }
}

impl Drop for Frames<'_> {
    #[inline]
    fn drop(&mut self) {
        if !self.input.rest.is_empty() {
            self.skip();
        }
    }
}

impl fmt::Debug for Frames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frames")
            .field("decoder", &self.decoder)
            .field("rest", &format_args!("{} bytes", self.input.rest.len()))
            .finish()
    }
}
