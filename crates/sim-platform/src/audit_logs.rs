//! Audit logs: who did what in an organization. They need an admin of the organization and a personal key.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sim_core::lenient as field;
use sim_core::{Page, WorkspaceId, id};

use crate::macros::endpoint;

id! {
    /// Names an entry of an audit log.
    AuditLogId
}
id! {
    /// Names an organization of Sim.
    OrganizationId
}

endpoint! {
    /// Lists what was done in an organization, the latest first.
    ListAuditLogs: GET "/api/v2/audit-logs" => Page<AuditLog>,
    reference "audit-logs" listAuditLogs,
    query { organization: OrganizationId = "organizationId" },
    query? {
        /// Keeps only entries of this action, such as `workflow.deployed`.
        action: String = "action",
        /// Keeps only entries about this kind of thing, such as `workflow`.
        resource_type: String = "resourceType",
        /// Keeps only entries about this thing.
        resource_id: String = "resourceId",
        /// Keeps only entries of this workspace.
        workspace: WorkspaceId = "workspaceId",
        /// Keeps only what happened then or later.
        start_date: Timestamp = "startDate",
        /// Keeps only what happened then or earlier.
        end_date: Timestamp = "endDate",
        /// Lists also what people did who have left.
        include_departed: bool = "includeDeparted",
        /// Keeps only what the person with this e-mail address did.
        actor_email: String = "actorEmail",
    },
    paged 100,
}

endpoint! {
    /// Reads one entry of an audit log.
    GetAuditLog: GET "/api/v2/audit-logs/{entry}" => {data: AuditLog},
    reference "audit-logs" getAuditLog,
    path { entry: AuditLogId },
    query { organization: OrganizationId = "organizationId" },
}

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuditLog {
    /// The id of the entry.
    pub id: AuditLogId,
    /// The workspace in which it happened; `None` for the organization as a whole.
    #[serde(default, rename = "workspaceId", deserialize_with = "field::word")]
    pub workspace: Option<WorkspaceId>,
    /// The name of whoever did it, if it is known.
    #[serde(default, deserialize_with = "field::text")]
    pub actor_name: Option<String>,
    /// The e-mail address of whoever did it; `None` for a workspace key.
    #[serde(default, deserialize_with = "field::text")]
    pub actor_email: Option<String>,
    /// What was done, such as `workflow.deployed`.
    #[serde(default, deserialize_with = "field::string")]
    pub action: String,
    /// The kind of thing that it was done to.
    #[serde(default, deserialize_with = "field::text")]
    pub resource_type: Option<String>,
    /// The id of the thing, if it has one.
    #[serde(default, deserialize_with = "field::text")]
    pub resource_id: Option<String>,
    /// The name of the thing, if it has one.
    #[serde(default, deserialize_with = "field::text")]
    pub resource_name: Option<String>,
    /// What happened, in a sentence.
    #[serde(default, deserialize_with = "field::text")]
    pub description: Option<String>,
    /// More about it, free in form.
    #[serde(default, deserialize_with = "field::any")]
    pub metadata: Value,
    /// When the action took place.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub created_at: Option<Timestamp>,
}
