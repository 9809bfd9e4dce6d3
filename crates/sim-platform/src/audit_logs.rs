//! Audit logs: who did what in an organization. They need an admin of the organization and a personal key.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use sim_core::lenient as field;
use sim_core::{Page, WorkspaceId, id, object};

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

object! {
    /// Something that was done.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct AuditLog {
        /// The id of the entry.
        pub id: AuditLogId = "id",
        /// The workspace in which it happened; `None` for the organization as a whole.
        pub workspace: Option<WorkspaceId> = "workspaceId" as field::word,
        /// The name of whoever did it, if it is known.
        pub actor_name: Option<String> = "actorName" as field::text,
        /// The e-mail address of whoever did it; `None` for a workspace key.
        pub actor_email: Option<String> = "actorEmail" as field::text,
        /// What was done, such as `workflow.deployed`.
        pub action: String = "action" as field::string,
        /// The kind of thing that it was done to.
        pub resource_type: Option<String> = "resourceType" as field::text,
        /// The id of the thing, if it has one.
        pub resource_id: Option<String> = "resourceId" as field::text,
        /// The name of the thing, if it has one.
        pub resource_name: Option<String> = "resourceName" as field::text,
        /// What happened, in a sentence.
        pub description: Option<String> = "description" as field::text,
        /// More about it, free in form.
        pub metadata: Value = "metadata" as field::any,
        /// When the action took place.
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
    }
}
