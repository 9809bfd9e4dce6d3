//! Conversations of several requests: wait for a job, insert many rows, index a document, upload a file, deploy and wait.
//!
//! Each is an [`Exchange`](sim_core::transport::Exchange): make it with the `Api` of a client, and give it to the client's `drive`.

mod deploy;
mod index;
mod insert;
mod wait;

pub use crate::upload::{ParallelUpload, Upload, UploadJob};
pub use deploy::{DeployAndWait, DeployEnd, Deployed, Rollback};
pub use index::IndexDocument;
pub use insert::{FailedChunk, InsertRows, InsertedChunks};
pub use wait::{Job, Patience, WaitFor};
