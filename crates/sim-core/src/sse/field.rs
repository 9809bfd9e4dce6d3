//! One line of a stream, parsed as a field.

use std::time::Duration;

/// A line that is neither blank nor a comment, with its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field<'a> {
    Data(&'a [u8]),
    Event(&'a [u8]),
    Id(&'a [u8]),
    Retry(&'a [u8]),
    Unknown,
}

impl<'a> Field<'a> {
    /// Parses a line. Looks at the name only, because a line may be long: a colon either follows the name or does not
    /// matter.
    pub(super) fn parse(line: &'a [u8]) -> Self {
        let (field, rest): (fn(&'a [u8]) -> Self, _) = match line {
            [b'd', b'a', b't', b'a', rest @ ..] => (Self::Data, rest),
            [b'e', b'v', b'e', b'n', b't', rest @ ..] => (Self::Event, rest),
            [b'i', b'd', rest @ ..] => (Self::Id, rest),
            [b'r', b'e', b't', b'r', b'y', rest @ ..] => (Self::Retry, rest),
            _ => return Self::Unknown,
        };
        match rest {
            [b':', b' ', value @ ..] | [b':', value @ ..] => field(value),
            [] => field(rest),
            _ => Self::Unknown,
        }
    }
}

/// Reads milliseconds, which must be ASCII digits and nothing else. A number that is too large becomes the longest
/// duration.
pub(super) fn retry(value: &[u8]) -> Option<Duration> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let millis = value
        .iter()
        .fold(0_u64, |sum, digit| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
    Some(Duration::from_millis(millis))
}
