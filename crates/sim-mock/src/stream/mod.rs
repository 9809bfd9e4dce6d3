//! Streamed runs: what their callers see, and when.

mod feed;
mod frame;
mod gate;
mod selection;

pub(crate) use feed::{Feed, Signal, StreamOptions};
pub(crate) use frame::{Frame, MARKER};
pub(crate) use gate::Gate;
pub(crate) use selection::Selection;
