//! The Sim SDK for Rust: run AI workflows that were built on [Sim](https://www.sim.ai) from Rust programs.
//!
//! Pick a transport by Cargo feature: `ureq` for a blocking client, `reqwest` for an async one on tokio; you may
//! enable both. Everything except the client is the same for both.
//!
#![cfg_attr(feature = "ureq-no-tls", doc = "```no_run")]
#![cfg_attr(not(feature = "ureq-no-tls"), doc = "```ignore")]
//! # fn main() -> simstudio::Result<()> {
//! use simstudio::serde_json::json;
//!
//! let client = simstudio::ureq::Client::new("sk-sim-...")?;
//! let result = client.execute_workflow("my-workflow", json!({"city": "Oslo"}))?;
//! println!("{}: {}", result.status, result.output);
//! # Ok(())
//! # }
//! ```
//!
//! | feature | gives |
//! |---|---|
//! | `ureq` | `simstudio::ureq::Client`, blocking, with TLS |
//! | `reqwest` | `simstudio::reqwest::Client`, async on tokio, with TLS |
//! | `ureq-no-tls`, `reqwest-no-tls` | the same without TLS, for servers reached by `http://` |
//! | `aws-lc` | TLS with aws-lc for cryptography, which takes longer to build; without it, ring |
//! | `tls` | TLS with cryptography that you bring: beside `ureq-no-tls` or `reqwest-no-tls`, without ring |
//! | `files` | files on disk: as inputs of runs and as what uploads read, `simstudio::file`; as the memory of a batch, `simstudio::batch_file` |
//! | `webhooks` | the verification of what the Webhook block of a workflow signs: `simstudio::webhooks::WebhookVerifier` |
//! | `tracing` | an observer that makes spans and events of the crate `tracing`: `simstudio::tracing` |
//! | `platform` | the resources around running workflows, a module each: `simstudio::workflows`, `tables`, `knowledge`, `files` and more |
//!
//! A feature only adds items: a program behaves the same with any set of them. Both TLS builds trust the system's
//! certificates, and need only Rust and a C compiler to build.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(inline)]
pub use sim_core::*;

// Programs need these foreign types to name parts of the public interface.
#[doc(no_inline)]
pub use {bytes, http, jiff, serde_json};

#[cfg(feature = "platform")]
#[doc(inline)]
pub use sim_platform::{
    BeginUpload, Count, DeletedFolder, DeletedItems, Folder, FolderSort, PartUrl, PartUrls,
    SecretHeaders, SecretText, SecretUrl, Size, Transfer, UploadId, UploadSession, UploadStatus,
    UploadToken, audit_logs, billing, chat, credentials, custom_tools, deployments, files, flow,
    folders, knowledge, mcp_servers, secrets, skills, tables, workflows, workspaces,
};

#[cfg(all(feature = "platform", any(feature = "ureq-no-tls", feature = "reqwest-no-tls")))]
mod download;
#[cfg(all(feature = "platform", any(feature = "ureq-no-tls", feature = "reqwest-no-tls")))]
mod parallel;

#[cfg(feature = "files")]
pub mod batch_file;
#[cfg(feature = "files")]
pub mod file;

#[cfg(feature = "tracing")]
pub mod tracing;

/// The blocking client, built on ureq.
#[cfg(feature = "ureq-no-tls")]
pub mod ureq {
    #[doc(inline)]
    pub use sim_ureq::{
        BatchRuns, Client, Download, Events, Items, Pages, RunStates, Text, Ureq, Workflow,
    };
    #[doc(no_inline)]
    pub use sim_ureq::{sim_net, ureq};

    #[cfg(feature = "platform")]
    #[doc(inline)]
    pub use crate::{download::blocking::download_to, parallel::blocking::drive_parallel};
}

/// The async client, built on reqwest and tokio.
#[cfg(feature = "reqwest-no-tls")]
pub mod reqwest {
    #[doc(inline)]
    pub use sim_reqwest::{
        BatchRuns, Client, Download, Events, Items, Pages, Reqwest, RunStates, Text, Workflow,
    };
    #[doc(no_inline)]
    pub use sim_reqwest::{reqwest, sim_net};

    #[cfg(feature = "platform")]
    #[doc(inline)]
    pub use crate::{download::on_tokio::download_to, parallel::on_tokio::drive_parallel};
}
