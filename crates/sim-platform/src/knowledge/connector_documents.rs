//! The documents that a connector brought. Workspace keys may not see them.

use jiff::Timestamp;
use serde::Serialize;
use sim_core::lenient as field;
use sim_core::operation::List;
use sim_core::{Page, WorkspaceId, object, open_enum};

use super::documents::ProcessingStatus;
use super::ids::{ConnectorId, DocumentId, KnowledgeBaseId};
use crate::macros::endpoint;

endpoint! {
    /// Lists the documents that a connector brought.
    ListConnectorDocuments: GET "/api/v2/knowledge/{base}/connectors/{connector}/documents" => Page<ConnectorDocument>,
    reference "knowledge-bases" listKnowledgeConnectorDocuments,
    path { base: KnowledgeBaseId, connector: ConnectorId },
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Lists also documents that were left out by hand.
        include_excluded: bool = "includeExcluded",
    },
    paged 100,
}

endpoint! {
    /// Leaves documents of a connector out, or takes them back. A v0.8.9 server leaves none out.
    UpdateConnectorDocuments: PATCH "/api/v2/knowledge/{base}/connectors/{connector}/documents"
        => {data: UpdatedConnectorDocuments},
    reference "knowledge-bases" updateKnowledgeConnectorDocuments,
    path { base: KnowledgeBaseId, connector: ConnectorId },
    body {
        workspace: WorkspaceId = "workspaceId",
        operation: ConnectorDocumentOperation = "operation",
        documents: List<DocumentId> = "documentIds",
    },
}

open_enum! {
    /// What happens to documents of a connector.
    ConnectorDocumentOperation {
        /// Documents that were left out are used again.
        Restore = "restore",
        /// Documents are left out of every sync.
        Exclude = "exclude",
    }
}

object! {
    /// A document that a connector brought.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct ConnectorDocument {
        /// The id of the document.
        pub id: DocumentId = "id",
        /// The name of the document.
        pub filename: String = "filename" as field::string,
        /// The id of the original at the source, if it has one.
        pub external_id: Option<String> = "externalId" as field::text,
        /// The address of the original, if it has one.
        pub source_url: Option<String> = "sourceUrl" as field::text,
        /// Whether searches use the document.
        pub enabled: bool = "enabled" as field::flag,
        /// Whether somebody left it out by hand.
        pub user_excluded: bool = "userExcluded" as field::flag,
        /// When the document was added.
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
        /// The progress of the document.
        pub processing_status: Option<ProcessingStatus> = "processingStatus" as field::word,
    }
}

object! {
    /// What a request changed.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct UpdatedConnectorDocuments {
        /// What happened to the documents.
        pub operation: ConnectorDocumentOperation = "operation" as field::known,
        /// The number of documents that changed.
        pub updated_count: Option<u64> = "updatedCount" as field::count,
        /// The documents that changed.
        pub documents: Vec<DocumentId> = "documentIds" as field::list,
    }
}
