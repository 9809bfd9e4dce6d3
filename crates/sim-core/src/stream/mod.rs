//! A streamed run: bytes in, typed events out, and exactly one outcome. Adapters feed it, and programs read its
//! events. It must not depend on a socket, or on how the run was started.

mod about;
mod buffer;
mod event;
mod fast_path;
mod foreign;
mod frame;
mod methods;
mod opening;
mod reader;
mod text;

pub use buffer::{Collector, EventBuffer};
pub use event::{RunEvent, ToolStatus};
pub use opening::Opening;
pub(crate) use opening::is_stream;
pub use reader::RunEvents;
