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
    #[expect(
        clippy::inline_always,
        reason = "the compiler does not inline it, and a call takes as long as the match"
    )]
    #[inline(always)]
    pub(super) fn parse(line: &'a [u8]) -> Self {
        let value = |name: &[u8]| match line.strip_prefix(name)? {
            [b':', b' ', value @ ..] | [b':', value @ ..] => Some(value),
            [] => Some(&line[line.len()..]),
            _ => None,
        };
        let field = match line.first() {
            Some(b'd') => value(b"data").map(Self::Data),
            Some(b'e') => value(b"event").map(Self::Event),
            Some(b'i') => value(b"id").map(Self::Id),
            Some(b'r') => value(b"retry").map(Self::Retry),
            _ => None,
        };
        field.unwrap_or(Self::Unknown(line))
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
            Field::Event(value) => self.set_event(None, value),
            Field::Id(value) => self.set_id(None, value),
            Field::Retry(value) => self.retry = retry(value).or(self.retry),
            Field::Unknown(line) if line.first() == Some(&b'{') => {
                self.stray = line[..line.len().min(STRAY)].to_vec();
            }
            Field::Data(_) | Field::Unknown(_) => {}
        }
    }

    /// Sets the name of the event, which is `text` where it is known to be text.
    #[inline]
    pub(super) fn set_event(&mut self, text: Option<&str>, value: &[u8]) {
        set(&mut self.event, text, value);
    }

    /// Sets the id that the next blank line commits, unless there is a NUL in it.
    #[inline]
    pub(super) fn set_id(&mut self, text: Option<&str>, value: &[u8]) {
        if !value.contains(&0) {
            set(&mut self.id, text, value);
            self.has_id = true;
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

#[inline]
fn set(to: &mut String, text: Option<&str>, value: &[u8]) {
    match text {
        Some(text) => {
            to.clear();
            to.push_str(text);
        }
        None => text::set(to, value),
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
