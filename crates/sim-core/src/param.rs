//! What a request is made of besides its path: the query, the parts of a JSON body, and how values are spelt
//! in both.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use percent_encoding::utf8_percent_encode;
use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::id::UNRESERVED;

/// A value that a parameter can have.
pub(crate) trait Param {
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

/// A query string while it is written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query(String);

impl Query {
    /// Adds a parameter, unless it was left out.
    pub(crate) fn add<T: Param>(&mut self, name: &str, value: Option<&T>) {
        if let Some(value) = value {
            self.pair(name, &value.text());
        }
    }

    pub(crate) fn pair(&mut self, name: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.extend(utf8_percent_encode(name, UNRESERVED));
        self.0.push('=');
        self.0.extend(utf8_percent_encode(value, UNRESERVED));
    }

    pub(crate) fn finish(self) -> String {
        self.0
    }
}

/// What an update does with a value that may be absent.
#[derive(Debug, Clone)]
pub(crate) enum Change<T> {
    /// It stays as it is: the field is left out.
    Keep,
    /// It is taken away: the field is `null`.
    Clear,
    /// It becomes this.
    Set(T),
}

/// A JSON object while it is written.
#[derive(Debug, Default)]
pub(crate) struct Body(Vec<u8>);

impl Body {
    /// Adds a field, unless it was left out. An object without fields is a body too.
    pub(crate) fn add<T: Serialize>(&mut self, name: &str, value: Option<&T>) -> Result<()> {
        match value {
            None => {
                self.open();
                Ok(())
            }
            Some(value) => self.field(name, value),
        }
    }

    /// Adds what a change says.
    pub(crate) fn change<T: Serialize>(&mut self, name: &str, value: &Change<T>) -> Result<()> {
        match value {
            Change::Keep => self.add(name, None::<&T>),
            Change::Clear => self.field(name, &Value::Null),
            Change::Set(value) => self.field(name, value),
        }
    }

    fn open(&mut self) {
        if self.0.is_empty() {
            self.0.push(b'{');
        }
    }

    fn field<T: Serialize>(&mut self, name: &str, value: &T) -> Result<()> {
        self.open();
        if self.0.len() > 1 {
            self.0.push(b',');
        }
        let written = serde_json::to_writer(&mut self.0, name).and_then(|()| {
            self.0.push(b':');
            serde_json::to_writer(&mut self.0, value)
        });
        written.map_err(|error| Error::request(format!("{name} cannot be serialised: {error}")))
    }

    /// The object; `None` for a request that has no body.
    pub(crate) fn finish(mut self) -> Option<Bytes> {
        if self.0.is_empty() {
            return None;
        }
        self.0.push(b'}');
        Some(self.0.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_of_a_query_are_encoded() {
        let mut query = Query::default();
        query.add("a b", Some(&"x&y=ä/%".to_owned()));
        query.add("left out", None::<&String>);
        query.add("list", Some(&vec!["one".to_owned(), "two".to_owned()]));
        query.add("for", Some(&Duration::from_micros(1_500_999)));
        query.add("since", Timestamp::from_second(1_795_458_384).ok().as_ref());
        assert_eq!(
            query.finish(),
            "a%20b=x%26y%3D%C3%A4%2F%25&list=one%2Ctwo&for=1500&since=2026-11-23T18%3A26%3A24Z"
        );
    }

    #[test]
    fn null_and_absent_and_present_are_three_things() {
        let body = |change: Change<&str>| {
            let mut body = Body::default();
            body.change("a", &change).expect("it serialises");
            body.finish()
        };
        assert_eq!(body(Change::Keep).as_deref(), Some(b"{}".as_slice()));
        assert_eq!(body(Change::Clear).as_deref(), Some(br#"{"a":null}"#.as_slice()));
        assert_eq!(body(Change::Set("x")).as_deref(), Some(br#"{"a":"x"}"#.as_slice()));
        assert_eq!(Body::default().finish(), None);
    }

    #[test]
    fn a_body_is_json_whatever_is_left_out() {
        let mut body = Body::default();
        body.add("a", None::<&u32>).expect("it serialises");
        body.add("b", Some(&"\"")).expect("it serialises");
        body.add("c", Some(&[1, 2])).expect("it serialises");
        assert_eq!(body.finish().as_deref(), Some(br#"{"b":"\"","c":[1,2]}"#.as_slice()));
    }
}
