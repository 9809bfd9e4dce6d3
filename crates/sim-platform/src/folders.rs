//! The folders of workflows, addressed by their path.

use jiff::Timestamp;
use serde::Deserialize;

use sim_core::Page;
use sim_core::lenient as field;
use sim_core::logs::SortOrder;
use sim_core::{FolderPath, WorkspaceId};
use sim_core::{endpoint, open_enum};

endpoint! {
    /// Lists the folders of workflows in a workspace, all at once.
    ListWorkflowFolders: GET "/api/v2/workflows/folders" => Page<Folder>,
    reference "workflows" listWorkflowsFolders,
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Keeps only those right inside this folder.
        parent: FolderPath = "parentPath",
        /// Keeps only those with this in their name, in capitals or not.
        search: String = "search",
        /// Sets what the list is sorted by; the name by default.
        sort_by: FolderSort = "sortBy",
        /// Sets the direction; ascending by default.
        sort_order: SortOrder = "sortOrder",
    },
}

endpoint! {
    /// Creates a folder. Its parent must exist; a folder that exists already is refused with 409.
    CreateWorkflowFolder: POST "/api/v2/workflows/folders" => {data: Folder},
    reference "workflows" createWorkflowsFolder,
    body { workspace: WorkspaceId = "workspaceId", path: FolderPath = "path" },
    idempotency NonIdempotent,
}

endpoint! {
    /// Moves or renames a folder with everything in it.
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
    /// Deletes a folder. One that is not empty is refused with 409 unless
    /// [`recursive`](Self::recursive) says otherwise.
    DeleteWorkflowFolder: DELETE "/api/v2/workflows/folders" => {data: DeletedFolder},
    reference "workflows" deleteWorkflowsFolder,
    query { workspace: WorkspaceId = "workspaceId", path: FolderPath = "path" },
    query? {
        /// Deletes everything in it too.
        recursive: bool = "recursive",
    },
}

/// A folder.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Folder {
    /// Its name as it is shown.
    pub name: String,
    /// Where it is.
    pub path: FolderPath,
    /// The folder that it is in.
    #[serde(default, rename = "parentPath", deserialize_with = "field::word")]
    pub parent: Option<FolderPath>,
    /// When it was made.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub created_at: Option<Timestamp>,
    /// When it was changed.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub updated_at: Option<Timestamp>,
    /// Whether it is locked: changes are refused with 423.
    #[serde(default)]
    pub locked: Option<bool>,
}

/// A folder that is no more.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeletedFolder {
    /// Where it was.
    pub path: FolderPath,
    /// Always true.
    pub deleted: bool,
    /// What went with it.
    #[serde(default)]
    pub deleted_items: Option<DeletedItems>,
}

/// What went with a folder.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct DeletedItems {
    /// How many folders, itself among them.
    #[serde(default, deserialize_with = "field::count")]
    pub folders: Option<u64>,
    /// How many workflows.
    #[serde(default, deserialize_with = "field::count")]
    pub workflows: Option<u64>,
}

open_enum! {
    /// What folders are sorted by.
    FolderSort {
        /// Their name, case-sensitively.
        Name = "name",
        /// When they were made.
        CreatedAt = "createdAt",
        /// When they were changed.
        UpdatedAt = "updatedAt",
    }
}
