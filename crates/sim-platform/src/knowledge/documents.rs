//! The documents of a knowledge base.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sim_core::lenient as field;
use sim_core::logs::SortOrder;
use sim_core::{Page, WorkspaceId, object, open_enum};

use super::bases::DeletedKnowledge;
use super::ids::{ConnectorId, DocumentId, KnowledgeBaseId};
use super::tags::{TagFilters, TagValues};
use crate::macros::endpoint;

endpoint! {
    /// Lists the documents of a knowledge base.
    ListDocuments: GET "/api/v2/knowledge/{base}/documents" => Page<Document>,
    reference "knowledge-bases" listKnowledgeDocuments,
    path { base: KnowledgeBaseId },
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Keeps only documents whose name contains this text, in upper or lower case.
        search: String = "search",
        /// Keeps only documents that searches use, or only others.
        enabled: EnabledFilter = "enabledFilter",
        /// Sets the sort key. The default is the upload time.
        sort_by: DocumentSort = "sortBy",
        /// Sets the direction. The default is descending.
        sort_order: SortOrder = "sortOrder",
        /// Keeps only documents for which all these conditions hold.
        tags: TagFilters = "tagFilters",
    },
    paged 100,
}

endpoint! {
    /// Reads a document and its progress.
    GetDocument: GET "/api/v2/knowledge/{base}/documents/{document}" => {data: Document},
    reference "knowledge-bases" getKnowledgeDocument,
    path { base: KnowledgeBaseId, document: DocumentId },
    query { workspace: WorkspaceId = "workspaceId" },
}

endpoint! {
    /// Changes a document. Set at least one of the options. Workspace keys may not.
    UpdateDocument: PATCH "/api/v2/knowledge/{base}/documents/{document}" => {data: Document},
    reference "knowledge-bases" updateKnowledgeDocument,
    path { base: KnowledgeBaseId, document: DocumentId },
    body { workspace: WorkspaceId = "workspaceId" },
    body? {
        /// Renames the document to this.
        filename: String = "filename",
        /// Sets whether searches use the document.
        enabled: bool = "enabled",
        /// Sets the text in this slot; an empty one takes it away.
        tag1: String = "tag1",
        /// Sets the text in this slot; an empty one takes it away.
        tag2: String = "tag2",
        /// Sets the text in this slot; an empty one takes it away.
        tag3: String = "tag3",
        /// Sets the text in this slot; an empty one takes it away.
        tag4: String = "tag4",
        /// Sets the text in this slot; an empty one takes it away.
        tag5: String = "tag5",
        /// Sets the text in this slot; an empty one takes it away.
        tag6: String = "tag6",
        /// Sets the text in this slot; an empty one takes it away.
        tag7: String = "tag7",
        /// Sets the number in this slot.
        number1: f64 = "number1",
        /// Sets the number in this slot.
        number2: f64 = "number2",
        /// Sets the number in this slot.
        number3: f64 = "number3",
        /// Sets the number in this slot.
        number4: f64 = "number4",
        /// Sets the number in this slot.
        number5: f64 = "number5",
        /// Sets the date in this slot.
        date1: TagDate = "date1",
        /// Sets the date in this slot.
        date2: TagDate = "date2",
        /// Sets the value in this slot.
        boolean1: bool = "boolean1",
        /// Sets the value in this slot.
        boolean2: bool = "boolean2",
        /// Sets the value in this slot.
        boolean3: bool = "boolean3",
    },
}

endpoint! {
    /// Processes a document again that failed. Workspace keys may not.
    ///
    /// The server processes it within the request, so a second failure shows as 500.
    RetryDocument: PATCH "/api/v2/knowledge/{base}/documents/{document}" => {data: RetriedDocument},
    reference "knowledge-bases" updateKnowledgeDocument,
    path { base: KnowledgeBaseId, document: DocumentId },
    fixed { "retryProcessing": bool = true },
    body { workspace: WorkspaceId = "workspaceId" },
    idempotency NonIdempotent,
}

endpoint! {
    /// Deletes a document with its chunks.
    DeleteDocument: DELETE "/api/v2/knowledge/{base}/documents/{document}" => {data: DeletedKnowledge},
    reference "knowledge-bases" deleteKnowledgeDocument,
    path { base: KnowledgeBaseId, document: DocumentId },
    query { workspace: WorkspaceId = "workspaceId" },
}

/// A date without a time, as slots hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TagDate(pub Date);

impl From<Date> for TagDate {
    fn from(date: Date) -> Self {
        Self(date)
    }
}

crate::macros::json_params!(TagDate);

open_enum! {
    /// Which documents a request is about.
    EnabledFilter {
        /// All documents, whether searches use them or not.
        All = "all",
        /// Documents that searches use.
        Enabled = "enabled",
        /// Documents that searches do not use.
        Disabled = "disabled",
    }
}

open_enum! {
    /// The sort key of a list of documents.
    DocumentSort {
        /// Sorts by name, case-sensitively.
        Filename = "filename",
        /// Sorts by size in bytes.
        FileSize = "fileSize",
        /// Sorts by the number of tokens.
        TokenCount = "tokenCount",
        /// Sorts by the number of chunks.
        ChunkCount = "chunkCount",
        /// Sorts by upload time.
        UploadedAt = "uploadedAt",
        /// Sorts by the word for its progress.
        ProcessingStatus = "processingStatus",
        /// Sorts by whether searches use it.
        Enabled = "enabled",
    }
}

open_enum! {
    /// The progress of a document.
    ProcessingStatus {
        /// The document waits. On a server without its scheduled job it waits for ever.
        Pending = "pending",
        /// The server makes chunks of the document.
        Processing = "processing",
        /// Searches can find the document.
        Completed = "completed",
        /// The document failed; it can be retried.
        Failed = "failed",
    }
}

object! {
    /// A document of a knowledge base.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct Document {
        /// The id of the document.
        pub id: DocumentId = "id",
        /// The knowledge base that has it.
        pub base: KnowledgeBaseId = "knowledgeBaseId" as field::known,
        /// The name of the file. Names may repeat.
        pub filename: String = "filename" as field::string,
        /// The size of the file in bytes.
        pub file_size: Option<u64> = "fileSize" as field::count,
        /// The media type of the file.
        pub mime_type: Option<String> = "mimeType" as field::text,
        /// The progress of the document.
        pub processing_status: ProcessingStatus = "processingStatus",
        /// The number of chunks; 0 until it is completed.
        pub chunk_count: Option<u64> = "chunkCount" as field::count,
        /// The number of tokens; 0 until it is completed.
        pub token_count: Option<u64> = "tokenCount" as field::count,
        /// The number of characters; 0 until it is completed.
        pub character_count: Option<u64> = "characterCount" as field::count,
        /// Whether searches use the document.
        pub enabled: bool = "enabled" as field::flag,
        /// When the document was uploaded.
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
        /// Its values by the names of tags; `None` right after an upload.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tags: Option<TagValues> = "tags" as field::object,
        /// Why the document failed, if it did; from [`GetDocument`] alone.
        pub processing_error: Option<String> = "processingError" as field::text,
        /// When its processing began; from [`GetDocument`] alone.
        pub processing_started_at: Option<Timestamp> = "processingStartedAt" as field::timestamp,
        /// When its processing ended; from [`GetDocument`] alone.
        pub processing_completed_at: Option<Timestamp> = "processingCompletedAt" as field::timestamp,
        /// The connector that brought it, if one did; from [`GetDocument`] alone.
        pub connector_id: Option<ConnectorId> = "connectorId" as field::word,
        /// The kind of that connector; from [`GetDocument`] alone.
        pub connector_type: Option<String> = "connectorType" as field::text,
        /// The address of the original, if it has one; from [`GetDocument`] alone.
        pub source_url: Option<String> = "sourceUrl" as field::text,
    }
}

object! {
    /// A document that is processed again.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct RetriedDocument {
        /// The id of the document; empty if the server did not say.
        pub id: DocumentId = "id" as field::known,
        /// Always true in an answer of the server.
        pub queued: bool = "queued",
        /// The progress when the server answered.
        pub processing_status: Option<ProcessingStatus> = "processingStatus" as field::word,
        /// What the server has to say about it.
        pub message: Option<String> = "message" as field::text,
    }
}
