//! What the measurements have in common: the work, who does it, and how figures are summed up.

pub mod figures;
pub mod server;
pub mod stream;
