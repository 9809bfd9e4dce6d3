//! An input as JSON, and the body that is made of it: a large input becomes a body where it is.

use std::io::{self, Write};

use bytes::Bytes;
use serde::Serialize;

use crate::run::around::{Around, CLOSING, OPENING};
use crate::run::large::Large;

/// The size from which on an input is measured before it gets a buffer, in bytes.
const LARGE: usize = 64 * 1024;

/// JSON, with the room around it that a body needs.
#[derive(Clone)]
pub(super) enum Encoded {
    /// JSON as the only field of an object: `{"input":…}`.
    Small(Bytes),
    Large(Large),
}

impl Encoded {
    pub(super) fn new(value: &(impl Serialize + ?Sized)) -> serde_json::Result<Self> {
        let start = Vec::with_capacity(128);
        let mut measured = Measured { start, length: OPENING.len() };
        measured.start.extend_from_slice(OPENING);
        serde_json::to_writer(&mut measured, value)?;
        if measured.length > LARGE {
            // Growing the buffer would move the content again and again.
            let length = measured.length - OPENING.len();
            return Large::new(length, value).map(Self::Large);
        }
        measured.start.extend_from_slice(CLOSING);
        Ok(Self::Small(measured.start.into()))
    }

    /// Lets `read` see the JSON alone.
    pub(super) fn json<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
        match self {
            Self::Small(all) => read(&all[OPENING.len()..all.len() - CLOSING.len()]),
            Self::Large(large) => large.json(read),
        }
    }

    /// Lets `read` see the JSON as the field `input` of an object.
    pub(super) fn under_input<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
        match self {
            Self::Small(all) => read(all),
            Self::Large(large) => large.under_input(read),
        }
    }

    /// Returns the JSON with what stands around it.
    pub(super) fn body(&self, around: Around<'_>) -> Bytes {
        match (self, around) {
            (Self::Large(large), around) => large.body(around),
            (Self::Small(all), Around { before: OPENING, is_spread: false, after: CLOSING }) => {
                all.clone()
            }
            (Self::Small(all), Around { before: [], is_spread: false, after: [] }) => {
                all.slice(OPENING.len()..all.len() - CLOSING.len())
            }
            (Self::Small(_), around) => self.json(|json| around.copy(json)),
        }
    }
}

/// A writer that keeps what is small, and only measures the rest.
struct Measured {
    start: Vec<u8>,
    length: usize,
}

impl Write for Measured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.length += bytes.len();
        if self.length <= LARGE {
            self.start.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_length_is_encoded_as_it_is_in_every_body() {
        for length in [0, 1, 100, 200, LARGE - 20, LARGE - 12, LARGE - 11, LARGE, 300_000] {
            let value = json!({"a": "x".repeat(length)});
            let json = value.to_string().into_bytes();
            let encoded = Encoded::new(&value).expect("an object");
            let long = vec![b' '; 5000];
            for around in [
                Around { before: b"", is_spread: false, after: b"" },
                Around { before: b"{\"input\":", is_spread: false, after: b"}" },
                Around { before: b"{\"b\":1,", is_spread: true, after: b"" },
                Around {
                    before: b"{\"b\":1,\"input\":{\"input\":",
                    is_spread: false,
                    after: b"}}",
                },
                Around { before: &long, is_spread: false, after: b"" },
            ] {
                let inner = &json[usize::from(around.is_spread)..];
                let expected = [around.before, inner, around.after].concat();
                for encoded in [&encoded, &encoded.clone(), &Encoded::new(&value).expect("JSON")] {
                    assert!(encoded.body(around) == expected, "{length} in {around:?}");
                    assert!(encoded.json(|held| held == json), "{length} after {around:?}");
                    let under = [OPENING, &json, CLOSING].concat();
                    assert!(encoded.under_input(|held| held == under), "{length}");
                }
            }
        }
    }
    #[test]
    fn a_large_input_becomes_its_body_where_it_is() {
        let value = json!({"a": "x".repeat(LARGE)});
        for (before, is_spread, after) in [
            (&b""[..], false, &b""[..]),
            (b"{\"b\":1,", true, b""),
            (b"{\"b\":1,\"input\":", false, b"}"),
        ] {
            let encoded = Encoded::new(&value).expect("an object");
            let json = encoded.json(<[u8]>::as_ptr);
            let body = encoded.clone().body(Around { before, is_spread, after });
            assert_eq!(body[before.len()..].as_ptr(), json.wrapping_add(usize::from(is_spread)));
            let again = encoded.body(Around { before, is_spread, after });
            assert_eq!(again.as_ptr(), body.as_ptr(), "it is found again");
        }
    }
}
