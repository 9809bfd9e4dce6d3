//! A streamed run: frames in, typed events out, and exactly one outcome. Adapters feed it. It must not know a
//! socket, nor how the run was started.

mod buffer;
mod event;
mod fast_path;
mod frame;
mod opening;
mod reader;
mod text;

pub use buffer::{Collector, EventBuffer};
pub use event::{RunEvent, ToolStatus};
pub use opening::Opening;
pub(crate) use opening::is_stream;
pub use reader::RunEvents;
