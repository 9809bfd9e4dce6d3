//! The spelling of a parameter's value in a path or a query.

use std::borrow::Cow;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

/// A value that a path or query parameter can have.
pub trait Param {
    /// The words that the API documents for an enumeration; empty for any other type.
    const WORDS: &'static [&'static str] = &[];

    /// Returns the value as a path or a query spells it, before encoding.
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

// A `Timestamp` prints UTC with a `Z`, the only form that the API accepts.
displayed!(bool, u32, f64, Timestamp, Value);

impl Param for String {
    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

/// Spells a duration in whole milliseconds.
impl Param for Duration {
    fn text(&self) -> Cow<'_, str> {
        Cow::Owned(self.as_millis().to_string())
    }
}

/// Joins the values with commas.
impl<T: Param> Param for Vec<T> {
    fn text(&self) -> Cow<'_, str> {
        Cow::Owned(self.iter().map(T::text).collect::<Vec<_>>().join(","))
    }
}
