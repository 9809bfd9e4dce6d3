//! Uploads of documents of up to 100 MiB, in several requests.

use jiff::Timestamp;
use serde::Serialize;
use sim_core::lenient as field;
use sim_core::operation::List;
use sim_core::{Result, WorkspaceId, object};

use super::documents::Document;
use super::ids::KnowledgeBaseId;
use crate::macros::{endpoint, json_params, setters};
use crate::upload::{BeginUpload, UploadSession, begins, check_content, check_name, follows};
use crate::{Count, PartUrls, Size, Transfer, UploadId, UploadStatus, UploadToken};

endpoint! {
    /// Begins the upload of a document. Send the bytes to where [`transfer`](StartedDocumentUpload::transfer) says, then
    /// [complete](CompleteDocumentUpload) it.
    ///
    /// The server holds the bytes to the size and the type that are declared here.
    CreateDocumentUpload: POST "/api/v2/knowledge/{base}/documents/uploads" => {data: StartedDocumentUpload},
    reference "knowledge-bases" createKnowledgeDocumentUpload,
    path { base: KnowledgeBaseId },
    body {
        workspace: WorkspaceId = "workspaceId",
        name: String = "name",
        content_type: String = "contentType",
        size: Size = "size",
    },
    body? {
        /// Sets the text in this slot of the document.
        tag1: String = "tag1",
        /// Sets the text in this slot of the document.
        tag2: String = "tag2",
        /// Sets the text in this slot of the document.
        tag3: String = "tag3",
        /// Sets the text in this slot of the document.
        tag4: String = "tag4",
        /// Sets the text in this slot of the document.
        tag5: String = "tag5",
        /// Sets the text in this slot of the document.
        tag6: String = "tag6",
        /// Sets the text in this slot of the document.
        tag7: String = "tag7",
        /// Sets how the server reads the document.
        processing: ProcessingOptions = "processingOptions",
    },
    idempotency NonIdempotent,
}

endpoint! {
    /// Asks where up to 100 parts of a document go.
    CreateDocumentUploadParts: POST "/api/v2/knowledge/{base}/documents/uploads/{upload}/parts" => {data: PartUrls},
    reference "knowledge-bases" createKnowledgeDocumentUploadPartUrls,
    path { base: KnowledgeBaseId, upload: UploadId },
    query { workspace: WorkspaceId = "workspaceId" },
    header { token: UploadToken = "upload-token" },
    body { parts: List<Count> = "partNumbers" },
    idempotency Idempotent,
}

endpoint! {
    /// Makes a document of the bytes that were sent. Repeating it after a success is harmless.
    CompleteDocumentUpload: POST "/api/v2/knowledge/{base}/documents/uploads/{upload}/complete" => {data: DocumentUpload},
    reference "knowledge-bases" completeKnowledgeDocumentUpload,
    path { base: KnowledgeBaseId, upload: UploadId },
    query { workspace: WorkspaceId = "workspaceId" },
    header { token: UploadToken = "upload-token" },
    idempotency Idempotent,
}

endpoint! {
    /// Gives up the upload of a document. Repeating it is harmless.
    AbortDocumentUpload: DELETE "/api/v2/knowledge/{base}/documents/uploads/{upload}" => {data: DocumentUpload},
    reference "knowledge-bases" abortKnowledgeDocumentUpload,
    path { base: KnowledgeBaseId, upload: UploadId },
    query { workspace: WorkspaceId = "workspaceId" },
    header { token: UploadToken = "upload-token" },
    idempotency Idempotent,
}

begins! {
    /// Uploads the content of a source, in all the requests that it takes. `Bytes` are a source.
    CreateDocumentUpload;
    /// The exchange that uploads a document.
    DocumentUploading
}

impl BeginUpload for CreateDocumentUpload {
    follows!(CreateDocumentUploadParts, CompleteDocumentUpload, base);

    type Abort = AbortDocumentUpload;

    const LARGEST: u64 = 100 * 1024 * 1024;

    fn check(&self) -> Result<()> {
        check_name(&self.name)?;
        check_content(self.size.0)
    }

    fn declared_size(&self) -> Option<u64> {
        Some(self.size.0)
    }

    fn begun(answer: StartedDocumentUpload) -> Option<UploadSession> {
        Some(UploadSession::new(answer.session.id, answer.upload_token, answer.transfer))
    }

    fn abort(&self, at: &UploadSession) -> AbortDocumentUpload {
        AbortDocumentUpload::new(&self.base, &at.id, &self.workspace, at.token.clone())
    }
}

object! {
    /// How the server reads a document.
    #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
    #[non_exhaustive]
    pub struct ProcessingOptions {
        /// The recipe by which it is cut, up to 255 characters.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub recipe: Option<String> = "recipe",
        /// The language of the text, such as `en`.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub lang: Option<String> = "lang",
    }
}

setters! {
    ProcessingOptions {
        /// Sets the recipe by which the document is cut.
        recipe: String,
        /// Sets the language of the text.
        lang: String,
    }
}

json_params!(ProcessingOptions);

object! {
    /// The upload of a document that has just begun.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct StartedDocumentUpload {
        /// The upload as it stands now.
        pub session: DocumentUpload = "session",
        /// Proves who began the upload; the requests that follow need it.
        pub upload_token: UploadToken = "uploadToken",
        /// Where the bytes go.
        pub transfer: Transfer = "transfer",
    }
}

object! {
    /// The upload of a document.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct DocumentUpload {
        /// The id of the upload. The document gets the same.
        pub id: UploadId = "id",
        /// The knowledge base that gets the document.
        pub base: Option<KnowledgeBaseId> = "knowledgeBaseId" as field::word,
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
        /// The document, once the upload is completed.
        pub document: Option<Document> = "document" as field::object,
    }
}
