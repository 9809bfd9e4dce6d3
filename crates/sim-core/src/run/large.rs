//! A large input as JSON, in a buffer that becomes the body. What stands before the input is known only when the body
//! is made, so the buffer has room for it.

use std::borrow::Cow;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use serde::Serialize;

use crate::run::around::{Around, CLOSING, OPENING};

/// The room for what stands before the JSON, in bytes. A body that needs more is a copy.
const ROOM: usize = 4096;
/// The room for what stands behind the JSON, in bytes.
const REST: usize = 16;

/// JSON with room around it. All clones share it.
#[derive(Clone)]
pub(super) struct Large {
    /// The length of the JSON, in bytes.
    length: usize,
    buffer: Arc<Mutex<Buffer>>,
}

enum Buffer {
    /// No body was made yet. The JSON is the only field of an object.
    Unused(Vec<u8>),
    /// The first body begins at `from`. It overwrote the opening brace of the JSON at `brace`, if it left it out.
    Used { all: Bytes, from: usize, brace: Option<usize> },
}

impl Large {
    /// Encodes a value whose JSON has so many bytes.
    pub(super) fn new(
        length: usize,
        value: &(impl Serialize + ?Sized),
    ) -> serde_json::Result<Self> {
        let mut all = Vec::with_capacity(ROOM + length + REST);
        all.resize(ROOM - OPENING.len(), b' ');
        all.extend_from_slice(OPENING);
        serde_json::to_writer(&mut all, value)?;
        let length = all.len() - ROOM;
        all.extend_from_slice(CLOSING);
        Ok(Self { length, buffer: Arc::new(Mutex::new(Buffer::Unused(all))) })
    }

    /// Lets `read` see the JSON alone.
    pub(super) fn json<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
        self.with(|buffer| read(&buffer.json(self.length)))
    }

    /// Lets `read` see the JSON as the field `input` of an object.
    pub(super) fn under_input<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
        self.with(|buffer| match buffer {
            Buffer::Unused(all) => read(&all[ROOM - OPENING.len()..]),
            Buffer::Used { .. } => read(&[OPENING, &buffer.json(self.length), CLOSING].concat()),
        })
    }

    /// Returns the JSON with what stands around it. The first body is made in place, and found again.
    pub(super) fn body(&self, around: Around<'_>) -> Bytes {
        self.with(|buffer| {
            if let Buffer::Unused(all) = buffer {
                let json = ROOM + around.left_out(&all[ROOM..]);
                if around.before.len() > json || around.after.len() > REST {
                    return around.copy(&buffer.json(self.length));
                }
                let mut all = mem::take(all);
                let from = json - around.before.len();
                all[from..json].copy_from_slice(around.before);
                all.truncate(ROOM + self.length);
                all.extend_from_slice(around.after);
                let brace = around.is_spread.then_some(json - 1);
                *buffer = Buffer::Used { all: all.into(), from, brace };
            }
            match buffer {
                Buffer::Used { all, from, brace }
                    if around.is_spread == brace.is_some()
                        && all[*from..].starts_with(around.before)
                        && all[ROOM + self.length..] == *around.after
                        && *from + around.before.len() == brace.map_or(ROOM, |at| at + 1) =>
                {
                    all.slice(*from..)
                }
                other => around.copy(&other.json(self.length)),
            }
        })
    }

    fn with<R>(&self, read: impl FnOnce(&mut Buffer) -> R) -> R {
        read(&mut self.buffer.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Buffer {
    fn json(&self, length: usize) -> Cow<'_, [u8]> {
        let (all, brace) = match self {
            Self::Unused(all) => (&all[..], None),
            Self::Used { all, brace, .. } => (&all[..], *brace),
        };
        let mut json = Cow::Borrowed(&all[ROOM..ROOM + length]);
        if let Some(at) = brace {
            json.to_mut()[at - ROOM] = b'{';
        }
        json
    }
}
