//! What clients have in common: their named calls and the typed handle of a workflow, as macros that adapters expand for
//! blocking and async clients, and a client over a script for the tests of programs. Programs and adapters use it. It must
//! not depend on a transport.

mod builders;
mod client;
pub mod testing;
mod workflow;
