//! Workspaces and their members.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sim_core::lenient as field;
use sim_core::logs::SortOrder;
use sim_core::{Page, WorkspaceId, open_enum};

use crate::macros::endpoint;

endpoint! {
    /// Lists the workspaces of the caller. A workspace key sees its own alone.
    ListWorkspaces: GET "/api/v2/workspaces" => Page<Workspace>,
    reference "workspaces" listWorkspaces,
    query? {
        /// Sets the sort key. The default is the creation time.
        sort_by: WorkspaceSort = "sortBy",
        /// Sets the direction. The default is descending.
        sort_order: SortOrder = "sortOrder",
    },
    paged 100,
}

endpoint! {
    /// Reads one workspace of the caller.
    GetWorkspace: GET "/api/v2/workspaces/{workspace}" => {data: Workspace},
    reference "workspaces" getWorkspace,
    path { workspace: WorkspaceId },
}

endpoint! {
    /// Lists the members of a workspace.
    ListWorkspaceMembers: GET "/api/v2/workspaces/{workspace}/members" => Page<WorkspaceMember>,
    reference "workspaces" listWorkspaceMembers,
    path { workspace: WorkspaceId },
    paged 100,
}

open_enum! {
    /// The sort key of a list of workspaces.
    WorkspaceSort {
        /// Sorts by name, case-sensitively.
        Name = "name",
        /// Sorts by creation time.
        CreatedAt = "createdAt",
        /// Sorts by the last change.
        UpdatedAt = "updatedAt",
    }
}

open_enum! {
    /// What a member may do in a workspace.
    WorkspaceRole {
        /// The member may do everything, also deploy.
        Admin = "admin",
        /// The member may read and change.
        Write = "write",
        /// The member may read and run workflows.
        Read = "read",
    }
}

/// A workspace of the caller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Workspace {
    /// The id of the workspace.
    pub id: WorkspaceId,
    /// The name of the workspace.
    #[serde(default, deserialize_with = "field::string")]
    pub name: String,
    /// The colour of its sign, such as `#33C482`.
    #[serde(default, deserialize_with = "field::text")]
    pub color: Option<String>,
    /// The address of its logo, if it has one.
    #[serde(default, deserialize_with = "field::text")]
    pub logo_url: Option<String>,
    /// The number of its members.
    #[serde(default, deserialize_with = "field::count")]
    pub member_count: Option<u64>,
    /// When the workspace was created.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub created_at: Option<Timestamp>,
    /// When the workspace last changed.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub updated_at: Option<Timestamp>,
}

/// A member of a workspace. The e-mail address identifies a member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WorkspaceMember {
    /// The e-mail address of the member.
    pub email: String,
    /// The name of the member.
    #[serde(default, deserialize_with = "field::text")]
    pub name: Option<String>,
    /// The address of a picture, if there is one.
    #[serde(default, deserialize_with = "field::text")]
    pub image: Option<String>,
    /// What the member may do.
    #[serde(default = "field::unnamed", deserialize_with = "field::known")]
    pub role: WorkspaceRole,
    /// Whether the member is from outside the organization.
    #[serde(default, deserialize_with = "field::flag")]
    pub is_external: bool,
    /// When the member joined.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub joined_at: Option<Timestamp>,
}
