//! Changes to many documents at once.

use serde::{Deserialize, Serialize};
use sim_core::lenient as field;
use sim_core::operation::List;
use sim_core::{WorkspaceId, object, open_enum};

use super::documents::EnabledFilter;
use super::ids::{DocumentId, KnowledgeBaseId};
use crate::macros::endpoint;

endpoint! {
    /// Sets whether searches use documents: those of a list, or all. Set exactly one of the two. Workspace keys may not.
    BulkUpdateDocuments: PATCH "/api/v2/knowledge/{base}/documents" => {data: BulkUpdatedDocuments},
    reference "knowledge-bases" bulkUpdateKnowledgeDocuments,
    path { base: KnowledgeBaseId },
    body { workspace: WorkspaceId = "workspaceId", operation: BulkOperation = "operation" },
    body? {
        /// Changes these documents, at most 100. Ids that no document has are skipped.
        documents: List<DocumentId> = "documentIds",
        /// Changes all documents of it.
        select_all: SelectAll = "selectAll",
        /// Changes, of all documents, only these.
        enabled: EnabledFilter = "enabledFilter",
    },
}

open_enum! {
    /// What happens to documents.
    BulkOperation {
        /// Searches use them from now on.
        Enable = "enable",
        /// Searches no longer use them.
        Disable = "disable",
    }
}

/// Stands for all documents; the API takes no other value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelectAll;

impl Serialize for SelectAll {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(true)
    }
}

impl<'de> Deserialize<'de> for SelectAll {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if bool::deserialize(deserializer)? {
            return Ok(Self);
        }
        Err(serde::de::Error::custom("it can only be true"))
    }
}

crate::macros::json_params!(SelectAll);

object! {
    /// What a request changed.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct BulkUpdatedDocuments {
        /// What happened to the documents.
        pub operation: BulkOperation = "operation" as field::known,
        /// The number of documents that changed.
        pub updated_count: Option<u64> = "updatedCount" as field::count,
        /// The documents that changed; `None` if the request was about all.
        pub documents: Option<Vec<DocumentId>> = "documentIds" as field::list_or_none,
    }
}
