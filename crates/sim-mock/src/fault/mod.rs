//! Faults that the server plays on its clients.

mod effect;
mod injector;
mod kind;
mod mix;

pub use effect::Fault;
pub(crate) use injector::Injector;
pub(crate) use kind::Kind;
pub use mix::{Faults, Scope};
