//! The blocking client of the Sim SDK, built on [ureq].
//!
//! It drives the exchanges of `sim-core` and contains no rules of Sim. Programs usually use it as `simstudio::ureq`.
//!
//! ```no_run
//! # fn main() -> sim_core::Result<()> {
//! use serde_json::json;
//!
//! let client = sim_ureq::Client::from_env()?;
//! let result = client.execute_workflow("my-workflow", json!({"city": "Oslo"}))?;
//! println!("{}", result.output);
//! # Ok(())
//! # }
//! ```
//!
//! # Logs
//!
//! No log shows the API key, at any level. At the level `trace` ureq writes whole requests, but this crate adds the headers
//! that hold secrets below it. Inputs and answers do appear there.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod batch;
mod client;
mod connector;
mod download;
mod events;
mod net;
mod pagination;
mod states;
mod workflow;

pub use batch::BatchRuns;
pub use client::Client;
pub use connector::Ureq;
pub use download::Download;
pub use events::{Events, Text};
pub use pagination::{Items, Pages};
pub use states::RunStates;
pub use workflow::Workflow;
// `Ureq::with_tls` and `with_resolver` accept its types.
#[doc(no_inline)]
pub use sim_net;
// `Ureq::new` accepts its settings.
#[doc(no_inline)]
pub use ureq;
