//! Uploads in several requests, which files, documents and table imports have alike: create a session, send the bytes to
//! where it says, complete it.

mod begin;
mod content;
mod exchange;
mod name;
mod parallel;
mod piece;
mod stage;
mod transfer;
mod uploading;

pub use begin::{BeginUpload, UploadSession};
pub(crate) use begin::{begins, follows};
pub(crate) use name::{check_content, check_name};
pub use parallel::{ParallelUpload, UploadJob};
pub use transfer::{PartUrl, PartUrls, Transfer, UploadId, UploadStatus, UploadToken};
pub use uploading::Upload;
