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
//! An event whose lines arrive in one piece is lent from that piece. Only a line that is cut by the end of a
//! piece is copied, once, into a buffer that is kept: a decoder in its stride allocates nothing. Every byte is
//! searched once, however small the pieces are.
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
