//! Server-sent events: bytes in, borrowed events out.
//!
//! [`SseDecoder`] follows the [event stream] rules of the HTML standard and knows nothing of Sim, so it serves
//! any stream. It takes the bytes in whatever pieces a transport hands over:
//!
//! ```
//! use sim_core::SseDecoder;
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
//! # What it costs
//!
//! The decoder lends an event whose line arrives in one piece from that piece. It copies a line that the end of a
//! piece cuts into a buffer that it keeps, so a decoder in its stride allocates nothing. It searches each byte
//! once and copies it at most once, however small the pieces are; where long pieces follow short ones, it may
//! copy the first kibibyte of an event again. It checks long pieces with SIMD while the processor's cache has
//! them.
//!
//! The cost of an event grows with its size alone. A large event is handed out in a buffer without spare room.
//!
//! [event stream]: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

mod data;
mod decoder;
mod event;
mod fast_path;
mod field;
mod frames;
mod line_end;
mod place;
mod text;

pub use decoder::SseDecoder;
pub use event::{Event, TooLarge};
pub use frames::Frames;

const CR: u8 = b'\r';
const LF: u8 = b'\n';
