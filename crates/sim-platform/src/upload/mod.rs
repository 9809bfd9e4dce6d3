//! Uploads in several requests, which files, documents and table imports have alike: create a session, send the bytes to
//! where it says, complete it.

mod exchange;
mod transfer;

pub(crate) use exchange::Steps;
pub use exchange::Upload;
pub use transfer::{PartUrl, PartUrls, Transfer, UploadId, UploadStatus, UploadToken};
