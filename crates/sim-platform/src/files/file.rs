//! Files themselves: list, create, read, rename, move, delete, restore.

use jiff::Timestamp;
use serde::Serialize;
use sim_core::lenient as field;
use sim_core::logs::SortOrder;
use sim_core::operation::List;
use sim_core::{FolderPath, Page, WorkspaceId, object, open_enum};

use super::ids::FileId;
use super::shares::FileShare;
use crate::macros::endpoint;

endpoint! {
    /// Lists the files of a workspace.
    ListFiles: GET "/api/v2/files" => Page<File>,
    reference "files" listFiles,
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Keeps only files in this folder. The default is the whole workspace.
        folder: FolderPath = "folderPath",
        /// Sets whether files in folders below are listed too. The default is yes while searching, else no.
        recursive: bool = "recursive",
        /// Sets whether files that are there or deleted ones are listed. The default is those that are there.
        scope: FileScope = "scope",
        /// Keeps only files whose name contains this text, in upper or lower case.
        search: String = "search",
        /// Sets the sort key. The default is the upload time.
        sort_by: FileSort = "sortBy",
        /// Sets the direction. The default is ascending.
        sort_order: SortOrder = "sortOrder",
    },
    paged 1000,
}

endpoint! {
    /// Creates a file of up to about 7 MiB. [`CreateFileUpload`](super::CreateFileUpload) takes larger ones.
    ///
    /// The server refuses a name that is taken with 409.
    CreateFile: POST "/api/v2/files" => {data: File},
    reference "files" createFile,
    body { workspace: WorkspaceId = "workspaceId", name: String = "name" },
    body? {
        /// Sets the media type. By default the ending of the name decides.
        content_type: String = "contentType",
        /// Puts the file into this folder. The default is the root.
        folder: FolderPath = "folderPath",
        /// Sets the content as text. The default is an empty file.
        content: String = "content",
        /// Sets how the text stands for bytes. The default is UTF-8.
        encoding: Encoding = "encoding",
    },
    idempotency NonIdempotent,
}

endpoint! {
    /// Reads all about a file but its content.
    GetFile: GET "/api/v2/files/{file}/metadata" => {data: File},
    reference "files" getFile,
    path { file: FileId },
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Sets whether the file is there or deleted. The default is there.
        scope: FileScope = "scope",
    },
}

endpoint! {
    /// Renames a file within its folder.
    RenameFile: PATCH "/api/v2/files/{file}" => {data: File},
    reference "files" renameFile,
    path { file: FileId },
    body { workspace: WorkspaceId = "workspaceId", name: String = "name" },
}

endpoint! {
    /// Deletes a file. [`RestoreFile`] brings it back.
    DeleteFile: DELETE "/api/v2/files/{file}" => {data: DeletedFile},
    reference "files" deleteFile,
    path { file: FileId },
    query { workspace: WorkspaceId = "workspaceId" },
}

endpoint! {
    /// Brings a deleted file back, under another name if its own is taken.
    RestoreFile: POST "/api/v2/files/{file}/restore" => {data: File},
    reference "files" restoreFile,
    path { file: FileId },
    body { workspace: WorkspaceId = "workspaceId" },
    idempotency Idempotent,
}

endpoint! {
    /// Moves up to 1000 files into one folder, all of them or none.
    MoveFiles: POST "/api/v2/files/move" => {data: MovedFiles},
    reference "files" moveFileItems,
    body { workspace: WorkspaceId = "workspaceId", files: List<FileId> = "fileIds" },
    body? {
        /// Sets the folder that they go into. The default is the root.
        folder: FolderPath = "targetFolderPath",
    },
    idempotency NonIdempotent,
}

endpoint! {
    /// Deletes up to 1000 files, all of them or none.
    BulkDeleteFiles: POST "/api/v2/files/bulk-delete" => {data: DeletedFiles},
    reference "files" bulkDeleteFiles,
    body { workspace: WorkspaceId = "workspaceId", files: List<FileId> = "fileIds" },
    idempotency NonIdempotent,
}

open_enum! {
    /// How text in a request stands for bytes.
    Encoding {
        /// The text is the content.
        Utf8 = "utf-8",
        /// The text is the content in Base64, with padding and without line ends.
        Base64 = "base64",
    }
}

open_enum! {
    /// Which files a request is about.
    FileScope {
        /// Files that are there.
        Active = "active",
        /// Files that were deleted.
        Archived = "archived",
    }
}

open_enum! {
    /// The sort key of a list of files.
    FileSort {
        /// Sorts by name, case-sensitively.
        Name = "name",
        /// Sorts by size in bytes.
        Size = "size",
        /// Sorts by upload time.
        UploadedAt = "uploadedAt",
        /// Sorts by the last change.
        UpdatedAt = "updatedAt",
    }
}

object! {
    /// A file without its content.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct File {
        /// The id of the file.
        pub id: FileId = "id",
        /// The name with its ending.
        pub name: String = "name" as field::string,
        /// The size in bytes.
        pub size: Option<u64> = "size" as field::count,
        /// The media type that the uploader gave.
        pub content_type: Option<String> = "type" as field::text,
        /// The place in the server's storage; it changes with the content.
        pub key: Option<String> = "key" as field::text,
        /// The folder that the file is in.
        pub folder: Option<FolderPath> = "folderPath" as field::word,
        /// The e-mail address of the uploader.
        pub uploaded_by_email: Option<String> = "uploadedByEmail" as field::text,
        /// When the file was uploaded.
        pub uploaded_at: Option<Timestamp> = "uploadedAt" as field::timestamp,
        /// When the file last changed.
        pub updated_at: Option<Timestamp> = "updatedAt" as field::timestamp,
        /// When the file was deleted; `None` for one that is there.
        pub deleted_at: Option<Timestamp> = "deletedAt" as field::timestamp,
        /// The share of the file, which [`GetFile`] alone tells; `None` if it was never shared.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub share: Option<FileShare> = "share" as field::object,
    }
}

object! {
    /// A file that was deleted.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct DeletedFile {
        /// The id of the file; empty if the server did not say.
        pub id: FileId = "id" as field::known,
        /// Always true in an answer of the server.
        pub deleted: bool = "deleted",
    }
}

object! {
    /// What a request moved.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct MovedFiles {
        /// How much was moved.
        pub moved_items: FileCount = "movedItems" as field::or_default,
    }
}

object! {
    /// What a request deleted.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct DeletedFiles {
        /// How much was deleted.
        pub deleted_items: FileCount = "deletedItems" as field::or_default,
    }
}

object! {
    /// A number of files.
    #[derive(Debug, Clone, Default, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct FileCount {
        /// The number of files.
        pub files: Option<u64> = "files" as field::count,
    }
}
