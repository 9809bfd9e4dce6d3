//! Uploads of files of up to 5 GiB, in several requests.

use jiff::Timestamp;
use serde::Serialize;
use sim_core::lenient as field;
use sim_core::operation::List;
use sim_core::{FolderPath, Result, WorkspaceId, object};

use super::file::File;
use crate::macros::endpoint;
use crate::upload::{BeginUpload, UploadSession, begins, check_name, follows};
use crate::{Count, PartUrls, Size, Transfer, UploadId, UploadStatus, UploadToken};

endpoint! {
    /// Begins the upload of a file. Send the bytes to where [`transfer`](StartedFileUpload::transfer) says, then
    /// [complete](CompleteFileUpload) it.
    ///
    /// The server holds the bytes to the size and the type that are declared here.
    CreateFileUpload: POST "/api/v2/files/uploads" => {data: StartedFileUpload},
    reference "files" createFileUpload,
    body {
        workspace: WorkspaceId = "workspaceId",
        name: String = "name",
        content_type: String = "contentType",
        size: Size = "size",
    },
    body? {
        /// Puts the file into this folder. The default is the root.
        folder: FolderPath = "folderPath",
    },
    idempotency NonIdempotent,
}

endpoint! {
    /// Asks where up to 100 parts of a file go.
    CreateFileUploadParts: POST "/api/v2/files/uploads/{upload}/parts" => {data: PartUrls},
    reference "files" createFileUploadPartUrls,
    path { upload: UploadId },
    query { workspace: WorkspaceId = "workspaceId" },
    header { token: UploadToken = "upload-token" },
    body { parts: List<Count> = "partNumbers" },
    idempotency Idempotent,
}

endpoint! {
    /// Makes a file of the bytes that were sent. Repeating it after a success is harmless.
    ///
    /// If the name is taken, the file gets another: read it from [`file`](FileUpload::file).
    CompleteFileUpload: POST "/api/v2/files/uploads/{upload}/complete" => {data: FileUpload},
    reference "files" completeFileUpload,
    path { upload: UploadId },
    query { workspace: WorkspaceId = "workspaceId" },
    header { token: UploadToken = "upload-token" },
    idempotency Idempotent,
}

endpoint! {
    /// Gives up the upload of a file. Repeating it is harmless.
    AbortFileUpload: DELETE "/api/v2/files/uploads/{upload}" => {data: FileUpload},
    reference "files" abortFileUpload,
    path { upload: UploadId },
    query { workspace: WorkspaceId = "workspaceId" },
    header { token: UploadToken = "upload-token" },
    idempotency Idempotent,
}

begins! {
    /// Uploads the content of a source, in all the requests that it takes. `Bytes` are a source.
    CreateFileUpload;
    /// The exchange that uploads a file.
    FileUploading
}

impl BeginUpload for CreateFileUpload {
    follows!(CreateFileUploadParts, CompleteFileUpload);

    type Abort = AbortFileUpload;

    const LARGEST: u64 = 5 * 1024 * 1024 * 1024;

    fn check(&self) -> Result<()> {
        check_name(&self.name)
    }

    fn declared_size(&self) -> Option<u64> {
        Some(self.size.0)
    }

    fn begun(answer: StartedFileUpload) -> Option<UploadSession> {
        Some(UploadSession::new(answer.session.id, answer.upload_token, answer.transfer))
    }

    fn abort(&self, at: &UploadSession) -> AbortFileUpload {
        AbortFileUpload::new(&at.id, &self.workspace, at.token.clone())
    }
}

object! {
    /// The upload of a file that has just begun.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct StartedFileUpload {
        /// The upload as it stands now.
        pub session: FileUpload = "session",
        /// Proves who began the upload; the requests that follow need it.
        pub upload_token: UploadToken = "uploadToken",
        /// Where the bytes go.
        pub transfer: Transfer = "transfer",
    }
}

object! {
    /// The upload of a file.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct FileUpload {
        /// The id of the upload.
        pub id: UploadId = "id",
        /// The progress of the upload.
        pub status: UploadStatus = "status",
        /// The name that was asked for.
        pub name: Option<String> = "name" as field::text,
        /// The media type that was declared.
        pub content_type: Option<String> = "contentType" as field::text,
        /// The size that was declared, in bytes.
        pub size: Option<u64> = "size" as field::count,
        /// When the server forgets the upload.
        pub expires_at: Option<Timestamp> = "expiresAt" as field::timestamp,
        /// Why the upload failed, if it did.
        pub error: Option<String> = "error" as field::text,
        /// The file, once the upload is completed.
        pub file: Option<File> = "file" as field::object,
    }
}
