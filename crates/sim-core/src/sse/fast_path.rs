//! The fast path: one `data` line and a blank line, read in one step.

use memchr::memchr2;

use super::{CR, LF};

/// The start of the input, compared with the usual event of most streams: one `data` line with a space after its
/// colon.
pub(super) enum Usual<'a> {
    Event(&'a [u8]),
    /// The end of the line has not arrived yet.
    Cut,
    Not,
}

/// Cuts the usual event off the input if the input holds all of it.
#[inline]
pub(super) fn take_usual_event<'a>(input: &mut &'a [u8], limit: usize) -> Usual<'a> {
    const NAME: &[u8] = b"data: ";
    let Some(line) = input.strip_prefix(NAME) else { return Usual::Not };
    let Some(end) = memchr2(CR, LF, line) else { return Usual::Cut };
    let (value, ends) = line.split_at(end);
    let ([LF, LF, rest @ ..] | [CR, LF, CR, LF, rest @ ..]) = ends else { return Usual::Not };
    if NAME.len() + end > limit {
        return Usual::Not;
    }
    *input = rest;
    Usual::Event(value)
}
