//! An input as JSON, in a buffer with the room around it that a body needs: a large input is never copied.

use std::io::{self, Write};

use bytes::Bytes;
use serde::Serialize;

/// What stands before the input in a body of the second generation.
const OPENING: &[u8] = b"{\"input\":";
const CLOSING: &[u8] = b"}";
/// The size from which on an input is measured before it gets a buffer, in bytes.
const LARGE: usize = 64 * 1024;

/// JSON, as the only field of an object: `{"input":…}`.
#[derive(Clone)]
pub(super) struct Encoded(Bytes);

impl Encoded {
    pub(super) fn new(value: &(impl Serialize + ?Sized)) -> serde_json::Result<Self> {
        let mut measured = Measured { start: buffer(0), length: OPENING.len() };
        serde_json::to_writer(&mut measured, value)?;
        let mut body = measured.start;
        if measured.length > LARGE {
            // Growing the buffer would move the content again and again.
            body = buffer(measured.length);
            serde_json::to_writer(&mut body, value)?;
        }
        body.extend_from_slice(CLOSING);
        Ok(Self(body.into()))
    }

    /// Returns the JSON alone.
    pub(super) fn json(&self) -> Bytes {
        self.0.slice(OPENING.len()..self.0.len() - CLOSING.len())
    }

    /// Returns the JSON as the field `input` of an object.
    pub(super) fn under_input(&self) -> Bytes {
        self.0.clone()
    }
}

fn buffer(length: usize) -> Vec<u8> {
    let mut buffer = Vec::with_capacity((length + CLOSING.len()).max(128));
    buffer.extend_from_slice(OPENING);
    buffer
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
    use super::*;

    #[test]
    fn every_length_is_encoded_as_it_is() {
        for length in [0, 1, 100, 200, LARGE - 20, LARGE - 12, LARGE - 11, LARGE, 300_000] {
            let text = "x".repeat(length);
            let encoded = Encoded::new(&text).expect("text");
            assert_eq!(encoded.json(), serde_json::to_vec(&text).expect("text"), "{length}");
            let object = serde_json::json!({ "input": text });
            assert_eq!(encoded.under_input(), object.to_string().into_bytes(), "{length}");
        }
    }
}
