//! The expected results of the recordings of a real server, by topic.

pub(crate) mod large;
pub(crate) mod limits;
pub(crate) mod resources;
pub(crate) mod runs;
pub(crate) mod streams;
pub(crate) mod v1;
