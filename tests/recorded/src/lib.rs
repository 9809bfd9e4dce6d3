//! What servers answered, laid before the core in memory: as it was (`conversations`), and changed on purpose
//! (`perturb`).
//!
//! Nothing here opens a socket. A recorded request becomes the call of the core that would send it, and a small loop
//! drives that call over answers that a program scripts. This crate must not read an answer through the core where it
//! says what an answer means: [`Json`] is a reader of its own.

mod call;
mod drive;
mod folder;
mod json;
mod operation;
mod record;
mod seen;

pub use call::{call, streamed};
pub use drive::{Sent, Server, answer, lost};
pub use folder::{made, shared};
pub use json::Json;
pub use operation::{Asked, Operation};
pub use record::Record;
pub use seen::{End, Seen};
