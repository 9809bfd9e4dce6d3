//! Uploads in several requests, which files, documents and table imports have alike: create a session, send the bytes to
//! where it says, complete it.

mod begin;
mod content;
mod exchange;
mod piece;
mod transfer;

pub use begin::{BeginUpload, UploadSession};
pub use exchange::Upload;
pub use transfer::{PartUrl, PartUrls, Transfer, UploadId, UploadStatus, UploadToken};
