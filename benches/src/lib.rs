//! What the measurements have in common: the work, and who does it.

pub mod stream;
