//! What is expected of the recordings of a real server, by what they are about.

pub(crate) mod first;
pub(crate) mod limits;
pub(crate) mod resources;
pub(crate) mod runs;
pub(crate) mod streams;
