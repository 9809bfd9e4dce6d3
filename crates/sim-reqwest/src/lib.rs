//! The async client of the Sim SDK, built on [reqwest] and tokio.
//!
//! It drives the exchanges of `sim-core` and contains no rules of Sim. Programs usually use it as
//! `simstudio::reqwest`.
//!
//! ```no_run
//! # async fn example() -> sim_core::Result<()> {
//! use serde_json::json;
//!
//! let client = sim_reqwest::Client::from_env()?;
//! let result = client.execute_workflow("my-workflow", json!({"city": "Oslo"})).await?;
//! println!("{}", result.output);
//! # Ok(())
//! # }
//! ```
//!
//! If you drop the future of a call, its connection closes and the server cancels a run that waits for it.
//!
//! Make a client for each runtime: reqwest drives a connection by the runtime that made it. If that runtime has stopped,
//! a call that gets such a connection waits until the limit for connecting (10 s) ends it; nothing is sent then.

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
pub use connector::Reqwest;
pub use download::Download;
pub use events::{Events, Text};
pub use pagination::{Items, Pages};
pub use states::RunStates;
pub use workflow::Workflow;
// `Reqwest::new` accepts its builder.
#[doc(no_inline)]
pub use reqwest;
// `Reqwest::with_tls` and `with_resolver` accept its types.
#[doc(no_inline)]
pub use sim_net;
