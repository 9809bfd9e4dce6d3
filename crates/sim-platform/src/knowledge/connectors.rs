//! Connectors: what keeps the documents of a knowledge base in step with another service. Workspace keys may not use
//! them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sim_core::lenient as field;
use sim_core::logs::SortOrder;
use sim_core::{Page, WorkspaceId, object, open_enum};

use super::ids::{ConnectorId, KnowledgeBaseId};
use crate::credentials::CredentialId;
use crate::macros::{endpoint, json_params};
use crate::{Count, SecretText, sorted};

endpoint! {
    /// Lists the connectors of a knowledge base.
    ListConnectors: GET "/api/v2/knowledge/{base}/connectors" => Page<Connector>,
    reference "knowledge-bases" listKnowledgeConnectors,
    path { base: KnowledgeBaseId },
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Sets the sort key. The default is the creation time.
        sort_by: ConnectorSort = "sortBy",
        /// Sets the direction. The default is descending.
        sort_order: SortOrder = "sortOrder",
    },
    paged 100,
}

endpoint! {
    /// Adds a connector, which begins to sync at once. The server checks the source first.
    CreateConnector: POST "/api/v2/knowledge/{base}/connectors" => {data: Connector},
    reference "knowledge-bases" createKnowledgeConnector,
    path { base: KnowledgeBaseId },
    body {
        workspace: WorkspaceId = "workspaceId",
        kind: String = "connectorType",
        source: SourceConfig = "sourceConfig",
    },
    body? {
        /// Signs in by this credential, for kinds that use OAuth.
        credential: CredentialId = "credentialId",
        /// Signs in by this key, for kinds that use one. It cannot be read back.
        api_key: SecretText = "apiKey",
        /// Sets how often it syncs, in minutes; 0 is only when asked. The default is once a day.
        sync_interval_minutes: Count = "syncIntervalMinutes",
    },
    idempotency NonIdempotent,
}

endpoint! {
    /// Reads a connector with its latest syncs.
    GetConnector: GET "/api/v2/knowledge/{base}/connectors/{connector}" => {data: Connector},
    reference "knowledge-bases" getKnowledgeConnector,
    path { base: KnowledgeBaseId, connector: ConnectorId },
    query { workspace: WorkspaceId = "workspaceId" },
}

endpoint! {
    /// Changes a connector. Set at least one of the options.
    UpdateConnector: PATCH "/api/v2/knowledge/{base}/connectors/{connector}" => {data: Connector},
    reference "knowledge-bases" updateKnowledgeConnector,
    path { base: KnowledgeBaseId, connector: ConnectorId },
    body { workspace: WorkspaceId = "workspaceId" },
    body? {
        /// Replaces the settings of the source, which the server checks.
        source: SourceConfig = "sourceConfig",
        /// Sets how often it syncs, in minutes; 0 is only when asked.
        sync_interval_minutes: Count = "syncIntervalMinutes",
        /// Sets whether it syncs by itself.
        status: ConnectorSwitch = "status",
    },
}

endpoint! {
    /// Deletes a connector. Its documents stay unless [`delete_documents`](Self::delete_documents) is set.
    DeleteConnector: DELETE "/api/v2/knowledge/{base}/connectors/{connector}" => {data: DeletedConnector},
    reference "knowledge-bases" deleteKnowledgeConnector,
    path { base: KnowledgeBaseId, connector: ConnectorId },
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Deletes the documents that it brought too.
        delete_documents: bool = "deleteDocuments",
    },
}

endpoint! {
    /// Lets a connector sync now, even a paused one. The server refuses it with 409 while a sync is going on.
    SyncConnector: POST "/api/v2/knowledge/{base}/connectors/{connector}/sync" => {data: TriggeredSync},
    reference "knowledge-bases" syncKnowledgeConnector,
    path { base: KnowledgeBaseId, connector: ConnectorId },
    body { workspace: WorkspaceId = "workspaceId" },
    body? {
        /// Reads everything again, not just what changed.
        rehydrate: bool = "rehydrate",
    },
    idempotency NonIdempotent,
}

open_enum! {
    /// The sort key of a list of connectors.
    ConnectorSort {
        /// Sorts by kind, by its word.
        Kind = "connectorType",
        /// Sorts by creation time.
        CreatedAt = "createdAt",
        /// Sorts by the last change.
        UpdatedAt = "updatedAt",
    }
}

open_enum! {
    /// What a connector does at present.
    ConnectorStatus {
        /// The connector waits for its next sync.
        Active = "active",
        /// The connector syncs only when asked.
        Paused = "paused",
        /// The connector reads from its source.
        Syncing = "syncing",
        /// The last sync failed.
        Error = "error",
        /// The connector failed too often.
        Disabled = "disabled",
    }
}

open_enum! {
    /// Whether a connector syncs by itself.
    ConnectorSwitch {
        /// The connector syncs by itself.
        Active = "active",
        /// The connector syncs only when asked.
        Paused = "paused",
    }
}

/// The settings of a source; which ones there are depends on the kind of connector.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceConfig(#[serde(serialize_with = "sorted::map")] pub Map<String, Value>);

json_params!(SourceConfig);

impl From<Map<String, Value>> for SourceConfig {
    fn from(settings: Map<String, Value>) -> Self {
        Self(settings)
    }
}

impl<K: Into<String>, V: Into<Value>, const LEN: usize> From<[(K, V); LEN]> for SourceConfig {
    fn from(settings: [(K, V); LEN]) -> Self {
        Self(settings.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

object! {
    /// A connector of a knowledge base, without its key.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct Connector {
        /// The id of the connector.
        pub id: ConnectorId = "id",
        /// The knowledge base that gets the documents.
        pub base: KnowledgeBaseId = "knowledgeBaseId" as field::known,
        /// The kind of source, such as `google_drive`.
        pub kind: String = "connectorType" as field::string,
        /// The credential by which it signs in, if it uses one.
        pub credential: Option<CredentialId> = "credentialId" as field::word,
        /// The settings of the source, and what the server added to them.
        pub source: Option<SourceConfig> = "sourceConfig" as field::object,
        /// How it syncs, such as `incremental`.
        pub sync_mode: Option<String> = "syncMode" as field::text,
        /// How often it syncs, in minutes; 0 is only when asked.
        pub sync_interval_minutes: Option<u64> = "syncIntervalMinutes" as field::count,
        /// What it does at present.
        pub status: ConnectorStatus = "status",
        /// When it last synced; `None` before the first time.
        pub last_sync_at: Option<Timestamp> = "lastSyncAt" as field::timestamp,
        /// Why the last sync failed, if it did.
        pub last_sync_error: Option<String> = "lastSyncError" as field::text,
        /// The number of documents of the last sync.
        pub last_sync_document_count: Option<u64> = "lastSyncDocCount" as field::count,
        /// When it syncs next; `None` if only when asked.
        pub next_sync_at: Option<Timestamp> = "nextSyncAt" as field::timestamp,
        /// The number of syncs in a row that failed.
        pub consecutive_failures: Option<u64> = "consecutiveFailures" as field::count,
        /// When it was added.
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
        /// When it last changed.
        pub updated_at: Option<Timestamp> = "updatedAt" as field::timestamp,
        /// Its latest syncs; from [`GetConnector`] alone.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub sync_logs: Option<Vec<SyncLog>> = "syncLogs" as field::list_or_none,
    }
}

object! {
    /// What a sync of a connector did.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct SyncLog {
        /// The id of the sync.
        pub id: String = "id" as field::string,
        /// The connector that synced.
        pub connector: Option<ConnectorId> = "connectorId" as field::word,
        /// The progress of the sync, such as `started` or `completed`.
        pub status: Option<String> = "status" as field::text,
        /// When the sync began.
        pub started_at: Option<Timestamp> = "startedAt" as field::timestamp,
        /// When the sync ended; `None` while it is going on.
        pub completed_at: Option<Timestamp> = "completedAt" as field::timestamp,
        /// The number of documents that are new.
        pub added: Option<u64> = "docsAdded" as field::count,
        /// The number of documents that changed.
        pub updated: Option<u64> = "docsUpdated" as field::count,
        /// The number of documents that are gone.
        pub deleted: Option<u64> = "docsDeleted" as field::count,
        /// The number of documents that stayed as they were.
        pub unchanged: Option<u64> = "docsUnchanged" as field::count,
        /// The number of documents that could not be read.
        pub failed: Option<u64> = "docsFailed" as field::count,
        /// Why the sync failed, if it did.
        pub error: Option<String> = "errorMessage" as field::text,
    }
}

object! {
    /// A connector that no longer exists.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct DeletedConnector {
        /// The id that the connector had; empty if the server did not say.
        pub id: ConnectorId = "id" as field::known,
        /// Always true in an answer of the server.
        pub deleted: bool = "deleted",
        /// The number of its documents that are gone.
        pub documents_deleted: Option<u64> = "documentsDeleted" as field::count,
        /// The number of its documents that stayed.
        pub documents_kept: Option<u64> = "documentsKept" as field::count,
    }
}

object! {
    /// A sync that was asked for.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct TriggeredSync {
        /// The id of the connector; empty if the server did not say.
        pub id: ConnectorId = "id" as field::known,
        /// Always true in an answer of the server.
        pub sync_triggered: bool = "syncTriggered",
    }
}
