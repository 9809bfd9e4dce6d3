//! Workflows: list, read, create, change, delete.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use sim_core::Page;
use sim_core::lenient as field;
use sim_core::logs::SortOrder;
use sim_core::{FolderPath, WorkflowId, WorkspaceId};
use sim_core::{endpoint, open_enum};

endpoint! {
    /// Lists the workflows of a workspace.
    ListWorkflows: GET "/api/v2/workflows" => Page<Workflow>,
    reference "workflows" listWorkflows,
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Keeps only those right inside this folder. One that does not exist holds none.
        folder: FolderPath = "folderPath",
        /// Keeps only those that can be run.
        deployed_only: bool = "deployedOnly",
        /// Keeps only those with this in their name, in capitals or not.
        search: String = "search",
        /// Sets what the list is sorted by; the position by default.
        sort_by: WorkflowSort = "sortBy",
        /// Sets the direction; ascending by default.
        sort_order: SortOrder = "sortOrder",
    },
    paged 100,
}

endpoint! {
    /// Creates an empty workflow. A name that its folder has already is refused with 409.
    CreateWorkflow: POST "/api/v2/workflows" => {data: Workflow},
    reference "workflows" createWorkflowV2,
    body { workspace: WorkspaceId = "workspaceId", name: String = "name" },
    body? {
        /// What it is for.
        description: String = "description",
        /// Sets the folder that it goes to; by default the root.
        folder: FolderPath = "folderPath",
    },
    idempotency NonIdempotent,
}

endpoint! {
    /// Reads a workflow, with its variables and inputs.
    GetWorkflow: GET "/api/v2/workflows/{workflow}" => {data: Workflow},
    reference "workflows" getWorkflow,
    path { workflow: WorkflowId },
}

endpoint! {
    /// Renames, describes or moves a workflow. What is not set stays as it is; setting nothing is refused.
    UpdateWorkflow: PATCH "/api/v2/workflows/{workflow}" => {data: Workflow},
    reference "workflows" updateWorkflowV2,
    path { workflow: WorkflowId },
    body? {
        /// Renames it.
        name: String = "name",
        /// Moves it.
        folder: FolderPath = "folderPath",
    },
    null? {
        /// Describes it.
        description | clear_description: String = "description",
    },
}

endpoint! {
    /// Deletes a workflow.
    DeleteWorkflow: DELETE "/api/v2/workflows/{workflow}" => {data: DeletedWorkflow},
    reference "workflows" deleteWorkflowV2,
    path { workflow: WorkflowId },
}

/// A workflow.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Workflow {
    /// Its id.
    pub id: WorkflowId,
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default, deserialize_with = "field::text")]
    pub description: Option<String>,
    /// Where it is.
    #[serde(default, rename = "folderPath", deserialize_with = "field::word")]
    pub folder: Option<FolderPath>,
    /// Whose it is.
    #[serde(default, rename = "workspaceId", deserialize_with = "field::word")]
    pub workspace: Option<WorkspaceId>,
    /// Whether it can be run.
    pub is_deployed: bool,
    /// Since when.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub deployed_at: Option<Timestamp>,
    /// How often it ran.
    #[serde(default, deserialize_with = "field::count")]
    pub run_count: Option<u64>,
    /// When it ran last.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub last_run_at: Option<Timestamp>,
    /// When it was made.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub created_at: Option<Timestamp>,
    /// When it was changed.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub updated_at: Option<Timestamp>,
    /// Its variables by their id; from [`GetWorkflow`] alone.
    #[serde(default)]
    pub variables: Option<Map<String, Value>>,
    /// What its deployed start block asks for; from [`GetWorkflow`] alone.
    #[serde(default)]
    pub inputs: Option<Vec<InputField>>,
}

/// A field of the input of a workflow.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct InputField {
    /// Its name in the input.
    pub name: String,
    /// Its type in the words of the builder: `string`, `number`, `file[]`, ... Runs do not enforce it.
    #[serde(default, rename = "type", deserialize_with = "field::text")]
    pub kind: Option<String>,
    /// What it is for.
    #[serde(default, deserialize_with = "field::text")]
    pub description: Option<String>,
}

/// A workflow that is no more.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct DeletedWorkflow {
    /// Its id.
    pub id: WorkflowId,
    /// Always true.
    pub deleted: bool,
}

open_enum! {
    /// What workflows are sorted by.
    WorkflowSort {
        /// Where they stand in the sidebar.
        Position = "position",
        /// Their name, case-sensitively.
        Name = "name",
        /// When they were made.
        CreatedAt = "createdAt",
        /// When they were changed.
        UpdatedAt = "updatedAt",
        /// How often they ran.
        RunCount = "runCount",
    }
}
