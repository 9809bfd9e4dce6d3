//! The folders of files.

use crate::folder::folder_endpoints;

folder_endpoints! {
    "files", "/api/v2/files/folders", "files",
    ListFileFolders listFilesFolders,
    CreateFileFolder createFilesFolder,
    RelocateFileFolder relocateFilesFolder,
    DeleteFileFolder deleteFilesFolder,
}
