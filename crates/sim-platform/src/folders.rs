//! The folders of workflows, addressed by their path.

use jiff::Timestamp;
use serde::Deserialize;

use sim_core::Page;
use sim_core::lenient as field;
use sim_core::logs::SortOrder;
use sim_core::{FolderPath, WorkspaceId};
use sim_core::{endpoint, open_enum};

endpoint! {
    /// Lists the workflow folders of a workspace on one page.
    ListWorkflowFolders: GET "/api/v2/workflows/folders" => Page<Folder>,
    reference "workflows" listWorkflowsFolders,
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Keeps only folders directly inside this one.
        parent: FolderPath = "parentPath",
        /// Keeps only folders with this text in their name, in either case.
        search: String = "search",
        /// Sets the sort key of the list; the name by default.
        sort_by: FolderSort = "sortBy",
        /// Sets the sort order; ascending by default.
        sort_order: SortOrder = "sortOrder",
    },
}

endpoint! {
    /// Creates a folder. Its parent must exist. The server refuses a folder that already exists with 409.
    CreateWorkflowFolder: POST "/api/v2/workflows/folders" => {data: Folder},
    reference "workflows" createWorkflowsFolder,
    body { workspace: WorkspaceId = "workspaceId", path: FolderPath = "path" },
    idempotency NonIdempotent,
}

endpoint! {
    /// Moves or renames a folder, with everything in it.
    RelocateWorkflowFolder: PATCH "/api/v2/workflows/folders" => {data: Folder},
    reference "workflows" relocateWorkflowsFolder,
    body {
        workspace: WorkspaceId = "workspaceId",
        path: FolderPath = "path",
        destination: FolderPath = "destinationPath",
    },
    idempotency NonIdempotent,
}

endpoint! {
    /// Deletes a folder. The server refuses one that is not empty with 409, unless you set
    /// [`recursive`](Self::recursive).
    DeleteWorkflowFolder: DELETE "/api/v2/workflows/folders" => {data: DeletedFolder},
    reference "workflows" deleteWorkflowsFolder,
    query { workspace: WorkspaceId = "workspaceId", path: FolderPath = "path" },
    query? {
        /// Sets whether to delete everything inside the folder too.
        recursive: bool = "recursive",
    },
}

/// A folder of workflows.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Folder {
    /// The name of the folder, as a person reads it.
    pub name: String,
    /// The path of the folder.
    pub path: FolderPath,
    /// The path of the parent folder, or `None` if there is none.
    #[serde(default, rename = "parentPath", deserialize_with = "field::word")]
    pub parent: Option<FolderPath>,
    /// When the folder was created, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub created_at: Option<Timestamp>,
    /// When the folder was last changed, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub updated_at: Option<Timestamp>,
    /// Whether the folder is locked, or `None` if the server did not say. The server refuses changes to a locked
    /// folder with 423.
    #[serde(default)]
    pub locked: Option<bool>,
}

/// The receipt of a deleted folder.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeletedFolder {
    /// The path of the deleted folder.
    pub path: FolderPath,
    /// Whether the folder was deleted; always true.
    pub deleted: bool,
    /// The items that were deleted with the folder, or `None` if the server did not say.
    #[serde(default)]
    pub deleted_items: Option<DeletedItems>,
}

/// The number of items that were deleted with a folder.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct DeletedItems {
    /// The number of folders, including the folder itself. `None` if the server did not say.
    #[serde(default, deserialize_with = "field::count")]
    pub folders: Option<u64>,
    /// The number of workflows, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::count")]
    pub workflows: Option<u64>,
}

open_enum! {
    /// The sort key of a list of folders.
    FolderSort {
        /// The name of the folder, case-sensitively.
        Name = "name",
        /// The time when the folder was created.
        CreatedAt = "createdAt",
        /// The time when the folder was last changed.
        UpdatedAt = "updatedAt",
    }
}
