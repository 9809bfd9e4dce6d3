//! The usual event, one `data` line and a blank one, read in one go.

use super::input::Value;
use super::line_end::find_line_end;
use super::{CR, LF};

/// What the input begins with, seen as nearly every event of nearly every stream: one data line with a space
/// after its colon.
pub(super) enum Usual<'a> {
    /// All of it is there. The value of its line follows.
    Event(Value<'a>),
    /// The end of the line is not there yet. What is there of the value follows.
    Cut(&'a [u8]),
    /// Something else.
    Not,
}

/// The beginning of the usual event.
pub(super) const NAME: &[u8] = b"data: ";

/// Cuts the usual event off the input if all of it is there.
#[inline]
pub(super) fn take_usual_event<'a>(input: &mut &'a [u8], limit: usize) -> Usual<'a> {
    let Some(line) = input.strip_prefix(NAME) else { return Usual::Not };
    let Some(end) = find_line_end(line) else { return Usual::Cut(line) };
    let ([LF, LF, rest @ ..] | [CR, LF, CR, LF, rest @ ..]) = &line[end..] else {
        return Usual::Not;
    };
    if NAME.len() + end > limit {
        return Usual::Not;
    }
    *input = rest;
    Usual::Event(Value::new(line, end))
}
