//! Files of a workspace: their content, uploads, shares and folders.

mod content;
mod downloading;
mod file;
mod folders;
mod ids;
mod run_files;
mod shares;
mod uploads;

pub use content::{DownloadFile, FileContent, FileHead, StreamedFile, UpdateFileContent};
pub use downloading::Downloading;
pub use file::{
    BulkDeleteFiles, CreateFile, DeleteFile, DeletedFile, DeletedFiles, Encoding, File, FileCount,
    FileScope, FileSort, GetFile, ListFiles, MoveFiles, MovedFiles, RenameFile, RestoreFile,
};
pub use folders::{CreateFileFolder, DeleteFileFolder, ListFileFolders, RelocateFileFolder};
pub use ids::FileId;
pub use run_files::DownloadRunFile;
pub use shares::{FileShare, GetFileShare, ShareAccess, ShareResource, UpdateFileShare};
pub use uploads::{
    AbortFileUpload, CompleteFileUpload, CreateFileUpload, CreateFileUploadParts, FileUpload,
    FileUploading, StartedFileUpload,
};
