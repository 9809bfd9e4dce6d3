//! A Sim server inside the process, on its own port.
//!
//! Its workflows are closures, so a demo, a test or a conformance suite runs without an account, a network or a
//! database, and still uses HTTP:
//!
//! ```
//! use serde_json::{Value, json};
//! use sim_mock::{Outcome, Sim, Workflow};
//!
//! # fn main() -> std::io::Result<()> {
//! let sim = Sim::builder()
//!     .workflow(Workflow::new("greet", |input: Value| json!({ "hello": input["name"] })))
//!     .workflow(Workflow::new("fails", |_| Outcome::failed("Boom: it broke")))
//!     .start()?;
//!
//! // Point a client at `sim.url()` with `sim.key()`, then check what arrived.
//! assert!(sim.url().starts_with("http://127.0.0.1:"));
//! assert!(sim.requests().is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! The server implements v1 of the API with Sim's status codes, header names, error texts and key names: execute
//! (synchronous, streamed and queued), workflow status, jobs, executions, cancelling, pauses and usage limits.
//! [`Agent`]s script what a streamed run sends.
//!
//! The server implements v2 over the same runs: execute, runs, cancelling, workflows with their deployments and
//! folders, logs and billing. You can switch v2 off ([`V2`]). Both generations list and resume runs that wait
//! ([`Pause`]).
//!
//! Files of v2 are real: they are kept in memory, and large ones arrive in parts, each with an address of its own.
//! [`Sim::files`] shows what became of them.
//!
//! The resources around running workflows have state as well: tables with their rows, views, imports and exports,
//! knowledge bases with documents, tags and searches, skills, custom tools, MCP servers, credentials, secrets,
//! members and the audit log. Work that takes its time on a real server takes steps here: each read of a document
//! that is indexed, or of an import or export that goes on, lets it come further. [`Access`] says what a key may do,
//! and [`Sim::lock_table`], [`Sim::define_tag`] and [`Sim::set_mcp_tools`] do what the API cannot.
//!
//! A workflow can be a deployed [`Chat`], for visitors without a key: open, with a password, or with a code that is sent
//! by mail, which [`Sim::chat_code`] reads.
//!
//! The server behaves like one [`Release`] of Sim, from v0.6.80 to the hosted server. Releases differ in what they
//! make of a caller's run id, in what can be read and cancelled, and in what becomes of an answer to a run that
//! waits. [`Sim::set_release`] upgrades a server that runs. The releases are checked against recorded
//! conversations with real servers.
//!
//! [`Faults`] play networks and servers that fail: answers that are lost, cut or replaced, and refusals.
//! [`Sim::restart`] closes all connections and keeps the server's state.
//!
//! The server runs on its own thread with its own runtime, so blocking and asynchronous programs can use it.
//! Dropping the [`Sim`] stops it.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod access;
mod agent;
mod builder;
mod catalog;
mod chat;
mod connection;
mod demo;
mod engine;
mod fault;
mod files;
mod folder;
mod graph;
mod hosted;
mod ids;
mod limits;
mod link;
mod outcome;
mod pauses;
mod play;
mod queue;
mod record;
mod release;
mod rollout;
mod run;
mod runs;
mod script;
mod server;
mod sim;
mod sleep;
mod slots;
mod state;
mod store;
mod stored;
mod stream;
mod things;
mod tokens;
mod usage;
mod visitors;
mod webhook;
mod wire;
mod workflow;

pub use access::{Access, TableLock};
pub use agent::{Agent, ToolStatus};
pub use builder::Builder;
pub use chat::Chat;
pub use fault::{Fault, Faults, Scope};
pub use limits::{Bucket, Limits};
pub use outcome::{FailedBlock, Failure, Outcome, Pause, ResponseBlock, Work};
pub use record::Request;
pub use release::{Release, V2};
pub use rollout::Rollout;
pub use run::{Mode, Run, Status};
pub use sim::Sim;
pub use stored::{StoredFile, StoredUpload};
pub use usage::Usage;
pub use webhook::Webhook;
pub use workflow::Workflow;

/// The API key that a [`Sim`] accepts if the builder was given none.
pub const KEY: &str = "sk-sim-test";
