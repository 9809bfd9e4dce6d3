//! The suite that any transport of the Sim SDK must pass.
//!
//! An adapter says in one line how it drives an exchange, and gets one named `#[test]` per rule:
//!
//! ```ignore
//! struct Ureq(sim_ureq::Client);
//!
//! impl sim_conformance::Subject for Ureq {
//!     fn drive<X: Exchange>(&self, exchange: X) -> Result<X::Output> {
//!         self.0.drive(exchange)
//!     }
//!
//!     fn stream<E: StreamEndpoint>(
//!         &self,
//!         endpoint: E,
//!         count: usize,
//!     ) -> Result<Vec<Result<RunEvent<'static>>>> {
//!         Ok(self.0.stream(endpoint)?.take(count).collect())
//!     }
//! }
//!
//! sim_conformance::suite!(|api| Ureq(sim_ureq::Client::with_api(api).unwrap()));
//! ```
//!
//! What a transport cannot do it declares as [`Subject::LACKS`]. The cases that need it are named and counted
//! on standard error; a case is never left out in silence.
//!
//! Every case is watched for the [`KEY`]: it may be in its header on the wire, and in no error, `Debug` form, log
//! line or panic.
//!
//! A case asserts the result **and** what reached the wire: how many requests, and their content. Cases
//! that need one canned answer have a [`Canned`] server, those that need a server with a memory have
//! `sim-mock`, those that need a broken wire have a [`Script`] on raw sockets.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod again;
mod canned;
pub mod cases;
mod corpora;
mod flood;
mod late;
pub mod matrix;
mod network;
mod reply;
mod runner;
mod script;
mod secrets;
mod subject;
mod suite;
mod tls;
mod tools;

pub use canned::Canned;
pub use network::{Names, Network};
#[doc(hidden)]
pub use runner::{Guarded, case, count};
pub use script::{Reply, Script, Seen};
pub use subject::{Lack, Subject};
pub use tls::TlsServer;
pub use tools::{KEY, api, black_hole, is_connecting, quick};
