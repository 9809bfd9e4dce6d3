//! Lines as fields, and the fields beside the data of an event.

use std::time::Duration;

use super::data::KEPT;
use super::text;

/// A line that is neither blank nor a comment, with the value it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field<'a> {
    Data(&'a [u8]),
    Event(&'a [u8]),
    Id(&'a [u8]),
    Retry(&'a [u8]),
    /// A line that is no field of the format.
    Unknown(&'a [u8]),
}

impl<'a> Field<'a> {
    /// Looks at the name only: a line may be long, and its colon is where the name ends or nowhere.
    pub(super) fn parse(line: &'a [u8]) -> Self {
        let (field, rest): (fn(&'a [u8]) -> Self, _) = match line {
            [b'd', b'a', b't', b'a', rest @ ..] => (Self::Data, rest),
            [b'e', b'v', b'e', b'n', b't', rest @ ..] => (Self::Event, rest),
            [b'i', b'd', rest @ ..] => (Self::Id, rest),
            [b'r', b'e', b't', b'r', b'y', rest @ ..] => (Self::Retry, rest),
            _ => return Self::Unknown(line),
        };
        match rest {
            [b':', b' ', value @ ..] | [b':', value @ ..] => field(value),
            [] => field(rest),
            _ => Self::Unknown(line),
        }
    }
}

/// What an event or the stream has beside data.
pub(super) struct Fields {
    /// The name of the event; empty if it has none.
    pub(super) event: String,
    /// The last `id` of the stream that a blank line followed.
    pub(super) last_id: String,
    /// How long clients wait before they connect again, or `None` if the server has not said it.
    pub(super) retry: Option<Duration>,
    /// The `id` that the next blank line commits.
    id: String,
    has_id: bool,
    /// The last line that is no field but looks like JSON.
    pub(super) stray: Vec<u8>,
}

/// The largest part of a stray line to keep, in bytes.
pub(super) const STRAY: usize = 2048;

impl Fields {
    pub(super) const fn new() -> Self {
        Self {
            event: String::new(),
            last_id: String::new(),
            retry: None,
            id: String::new(),
            has_id: false,
            stray: Vec::new(),
        }
    }

    pub(super) fn set(&mut self, field: Field<'_>) {
        match field {
            Field::Event(value) => text::set(&mut self.event, value),
            Field::Id(value) if !value.contains(&0) => {
                text::set(&mut self.id, value);
                self.has_id = true;
            }
            Field::Retry(value) => self.retry = retry(value).or(self.retry),
            Field::Unknown(line) if line.first() == Some(&b'{') => {
                self.stray = line[..line.len().min(STRAY)].to_vec();
            }
            Field::Data(_) | Field::Id(_) | Field::Unknown(_) => {}
        }
    }

    /// Makes the event's `id` the last one of the stream.
    #[inline]
    pub(super) fn commit_id(&mut self) {
        if self.has_id {
            std::mem::swap(&mut self.last_id, &mut self.id);
            self.has_id = false;
        }
    }

    /// Forgets what belongs to one event.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.event.clear();
        self.event.shrink_to(KEPT);
        self.has_id = false;
    }
}

/// Milliseconds, written in ASCII digits and nothing else. A number too large to count is the longest time.
fn retry(value: &[u8]) -> Option<Duration> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let millis = value
        .iter()
        .fold(0_u64, |sum, digit| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
    Some(Duration::from_millis(millis))
}
