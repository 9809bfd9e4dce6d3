//! How the value of a parameter is spelt in a path or a query.

use std::borrow::Cow;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

/// A value that a parameter can have.
pub trait Param {
    /// The words that the API documents, if it is one of few.
    const WORDS: &'static [&'static str] = &[];

    /// The value as a path or a query spells it, before it is encoded.
    fn text(&self) -> Cow<'_, str>;
}

macro_rules! displayed {
    ($($type:ty),+) => {
        $(impl Param for $type {
            fn text(&self) -> Cow<'_, str> {
                Cow::Owned(self.to_string())
            }
        })+
    };
}

// A `Timestamp` shows itself in UTC with a `Z`, the one form that the API takes.
displayed!(bool, u32, f64, Timestamp, Value);

impl Param for String {
    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

/// In whole milliseconds.
impl Param for Duration {
    fn text(&self) -> Cow<'_, str> {
        Cow::Owned(self.as_millis().to_string())
    }
}

/// Separated by commas.
impl<T: Param> Param for Vec<T> {
    fn text(&self) -> Cow<'_, str> {
        Cow::Owned(self.iter().map(T::text).collect::<Vec<_>>().join(","))
    }
}
