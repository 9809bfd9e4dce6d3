//! The documents that a connector brought. Workspace keys may not see them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sim_core::lenient as field;
use sim_core::operation::List;
use sim_core::{Page, WorkspaceId, open_enum};

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

/// A document that a connector brought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConnectorDocument {
    /// The id of the document.
    pub id: DocumentId,
    /// The name of the document.
    #[serde(default, deserialize_with = "field::string")]
    pub filename: String,
    /// The id of the original at the source, if it has one.
    #[serde(default, deserialize_with = "field::text")]
    pub external_id: Option<String>,
    /// The address of the original, if it has one.
    #[serde(default, deserialize_with = "field::text")]
    pub source_url: Option<String>,
    /// Whether searches use the document.
    #[serde(default, deserialize_with = "field::flag")]
    pub enabled: bool,
    /// Whether somebody left it out by hand.
    #[serde(default, deserialize_with = "field::flag")]
    pub user_excluded: bool,
    /// When the document was added.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub created_at: Option<Timestamp>,
    /// The progress of the document.
    #[serde(default, deserialize_with = "field::word")]
    pub processing_status: Option<ProcessingStatus>,
}

/// What a request changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UpdatedConnectorDocuments {
    /// What happened to the documents.
    #[serde(default = "field::unnamed", deserialize_with = "field::known")]
    pub operation: ConnectorDocumentOperation,
    /// The number of documents that changed.
    #[serde(default, deserialize_with = "field::count")]
    pub updated_count: Option<u64>,
    /// The documents that changed.
    #[serde(default, rename = "documentIds", deserialize_with = "field::list")]
    pub documents: Vec<DocumentId>,
}
