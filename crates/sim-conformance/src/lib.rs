//! The suite that any transport of the Sim SDK must pass.
//!
//! An adapter says in one line how it drives an exchange, and gets one named `#[test]` per rule:
//!
//! ```ignore
//! struct Ureq(sim_ureq::Client);
//!
//! impl sim_conformance::Subject for Ureq {
//!     fn run<X: sim_core::Exchange>(&self, exchange: X) -> sim_core::Result<X::Output> {
//!         self.0.run(exchange)
//!     }
//!
//!     fn stream<E: sim_core::StreamEndpoint>(
//!         &self,
//!         endpoint: E,
//!         count: usize,
//!     ) -> sim_core::Result<Vec<sim_core::Result<sim_core::RunEvent<'static>>>> {
//!         Ok(self.0.stream(endpoint)?.take(count).collect())
//!     }
//! }
//!
//! sim_conformance::suite!(|api| Ureq(sim_ureq::Client::with_api(api).unwrap()));
//! ```
//!
//! A case asserts the result **and** what reached the wire: how many requests, and their content. Cases
//! that need one canned answer have a [`Canned`] server, those that need a server with a memory have
//! `sim-mock`, those that need a broken wire have a [`Script`] on raw sockets.

mod canned;
pub mod cases;
mod script;
mod suite;
mod tools;

pub use canned::Canned;
pub use script::{Reply, Script, Seen};
pub use tools::{KEY, Subject, api, black_hole, quick};
