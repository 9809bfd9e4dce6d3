//! Every run and every reserved run id, for the life of the server.

mod record;
mod resuming;
mod table;

pub(crate) use record::{Record, Stage};
pub(crate) use resuming::{NotResumed, Resumed, ResumedBy};
pub(crate) use table::Runs;
