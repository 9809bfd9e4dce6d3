//! Workspaces and their members.

use jiff::Timestamp;
use serde::Serialize;
use sim_core::lenient as field;
use sim_core::logs::SortOrder;
use sim_core::{Page, WorkspaceId, object, open_enum};

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

object! {
    /// A workspace of the caller.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct Workspace {
        /// The id of the workspace.
        pub id: WorkspaceId = "id",
        /// The name of the workspace.
        pub name: String = "name" as field::string,
        /// The colour of its sign, such as `#33C482`.
        pub color: Option<String> = "color" as field::text,
        /// The address of its logo, if it has one.
        pub logo_url: Option<String> = "logoUrl" as field::text,
        /// The number of its members.
        pub member_count: Option<u64> = "memberCount" as field::count,
        /// When the workspace was created.
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
        /// When the workspace last changed.
        pub updated_at: Option<Timestamp> = "updatedAt" as field::timestamp,
    }
}

object! {
    /// A member of a workspace. The e-mail address identifies a member.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct WorkspaceMember {
        /// The e-mail address of the member.
        pub email: String = "email",
        /// The name of the member.
        pub name: Option<String> = "name" as field::text,
        /// The address of a picture, if there is one.
        pub image: Option<String> = "image" as field::text,
        /// What the member may do.
        pub role: WorkspaceRole = "role" as field::known,
        /// Whether the member is from outside the organization.
        pub is_external: bool = "isExternal" as field::flag,
        /// When the member joined.
        pub joined_at: Option<Timestamp> = "joinedAt" as field::timestamp,
    }
}
