//! The resources that surround running workflows in Sim: tables, knowledge bases, files, secrets and more.
//!
//! This crate sits above `sim-core` and, like it, performs no I/O: it builds requests and reads answers. Each module
//! holds one resource of the API reference, with its types beside its endpoints. Run an endpoint with a client's
//! `call`, and walk through a list with `pages` or `items`.
//!
//! All types read leniently. A hint that does not parse, such as a timestamp, is absent; only a field that
//! identifies a thing makes an answer unreadable. No secret appears in a `Debug` form.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
pub mod catalog;
mod folder;
mod macros;
mod number;
mod secret;
mod sorted;
mod upload;
#[cfg(feature = "wire")]
pub mod wire;

pub mod audit_logs;
pub mod billing;
pub mod chat;
pub mod credentials;
pub mod custom_tools;
pub mod deployments;
pub mod files;
pub mod flow;
pub mod folders;
pub mod knowledge;
pub mod mcp_servers;
pub mod secrets;
pub mod skills;
pub mod tables;
pub mod workflows;
pub mod workspaces;

pub use folder::{DeletedFolder, DeletedItems, Folder, FolderSort};
pub use number::{Count, Size};
pub use secret::{SecretHeaders, SecretText, SecretUrl};
pub use upload::{
    BeginUpload, PartUrl, PartUrls, Transfer, UploadId, UploadSession, UploadStatus, UploadToken,
};
