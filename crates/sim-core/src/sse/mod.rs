//! Server-sent events: bytes in, borrowed events out.
//!
//! [`SseDecoder`] follows the [event stream] rules of the HTML standard. The readers of run streams build on it, and
//! it serves any other stream as well: it must not depend on anything of Sim. It takes the bytes in whatever pieces a
//! transport delivers:
//!
//! ```
//! use sim_core::sse::SseDecoder;
//!
//! let mut decoder = SseDecoder::new();
//! let mut seen = Vec::new();
//! for chunk in [&b"event: greeting\ndata: hel"[..], b"lo\n", b"\ndata: bye\n\n"] {
//!     let mut frames = decoder.feed(chunk);
//!     while let Some(event) = frames.next() {
//!         let event = event?;
//!         seen.push(format!("{} {}", event.event, event.data));
//!     }
//! }
//! assert_eq!(seen, ["greeting hello", "message bye"]);
//! # Ok::<(), sim_core::sse::TooLarge>(())
//! ```
//!
//! If you keep the piece yourself, read it event by event:
//!
//! ```
//! use sim_core::sse::SseDecoder;
//!
//! let mut decoder = SseDecoder::new().limit(1 << 20);
//! let mut input = &b"event: chunk\ndata: Hello\n\n"[..];
//! let event = decoder.next(&mut input).transpose()?.expect("the piece holds a whole event");
//! assert_eq!((event.event, event.data), ("chunk", "Hello"));
//! # Ok::<(), sim_core::sse::TooLarge>(())
//! ```
//!
//! # Cost
//!
//! The decoder borrows an event from the input if its lines are in one piece. It copies a line only if a piece ends
//! in the middle of it, into a buffer that it reuses, so a steady stream allocates nothing. It searches every byte
//! once and copies it at most once, however small the pieces are. One exception: it may copy the first 128 KiB of a
//! larger event again.
//!
//! It checks each byte for UTF-8 once, many short values at a time where [`feed`](SseDecoder::feed) has the whole piece.
//!
//! The cost of an event grows with its size alone.
//!
//! [event stream]: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

mod data;
mod decoder;
mod event;
mod fast_path;
mod field;
mod frames;
mod input;
mod line_end;
mod place;
mod text;

pub use decoder::SseDecoder;
pub use event::{Event, TooLarge};
pub use frames::Frames;

const CR: u8 = b'\r';
const LF: u8 = b'\n';
