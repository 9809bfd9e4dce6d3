//! The files and uploads of a server, as a test sees them.

use crate::files::{File, Progress, Upload};

/// A file of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredFile {
    /// The id of the file.
    pub id: String,
    /// The name with its ending.
    pub name: String,
    /// The path of the folder that it lies in.
    pub folder: String,
    /// The media type that was declared, or that the ending of the name says.
    pub content_type: String,
    /// The size in bytes.
    pub size: u64,
    /// Whether the file was deleted.
    pub is_deleted: bool,
}

impl StoredFile {
    pub(crate) fn of(file: &File) -> Self {
        Self {
            id: file.id.clone(),
            name: file.name.clone(),
            folder: file.folder.clone(),
            content_type: file.content_type.clone(),
            size: file.content.size(),
            is_deleted: file.deleted_at.is_some(),
        }
    }
}

/// An upload of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredUpload {
    /// The id of the upload.
    pub id: String,
    /// How far it is: `uploading`, `completed` or `aborted`.
    pub status: String,
    /// The id of the file that it became, or `None` while it is no file.
    pub file: Option<String>,
}

impl StoredUpload {
    pub(crate) fn of(upload: &Upload) -> Self {
        let file = match &upload.progress {
            Progress::Completed(file) => Some(file.clone()),
            _ => None,
        };
        Self { id: upload.id.clone(), status: upload.word().to_owned(), file }
    }
}
