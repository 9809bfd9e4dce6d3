//! Workflows: listing, reading, creating, changing and deleting them.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use sim_core::Page;
use sim_core::lenient as field;
use sim_core::logs::SortOrder;
use sim_core::open_enum;
use sim_core::{FolderPath, WorkflowId, WorkspaceId, object};

use crate::macros::endpoint;

endpoint! {
    /// Lists the workflows of a workspace.
    ListWorkflows: GET "/api/v2/workflows" => Page<Workflow>,
    reference "workflows" listWorkflows,
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Keeps only workflows directly inside this folder. A folder that does not exist has none.
        folder: FolderPath = "folderPath",
        /// Keeps only workflows that are deployed.
        deployed_only: bool = "deployedOnly",
        /// Keeps only workflows with this text in their name, in either case.
        search: String = "search",
        /// Sets the sort key of the list; the position by default.
        sort_by: WorkflowSort = "sortBy",
        /// Sets the sort order; ascending by default.
        sort_order: SortOrder = "sortOrder",
    },
    paged 100,
}

endpoint! {
    /// Creates an empty workflow. The server refuses a name that its folder already has with 409.
    CreateWorkflow: POST "/api/v2/workflows" => {data: Workflow},
    reference "workflows" createWorkflowV2,
    body { workspace: WorkspaceId = "workspaceId", name: String = "name" },
    body? {
        /// Sets the description of the workflow.
        description: String = "description",
        /// Sets the folder of the workflow; by default the root.
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
    /// Renames, describes or moves a workflow. Settings that you leave out stay as they are. The server refuses a
    /// request without any.
    UpdateWorkflow: PATCH "/api/v2/workflows/{workflow}" => {data: Workflow},
    reference "workflows" updateWorkflowV2,
    path { workflow: WorkflowId },
    body? {
        /// Sets the new name of the workflow.
        name: String = "name",
        /// Sets the new folder of the workflow.
        folder: FolderPath = "folderPath",
    },
    null? {
        /// Sets the new description of the workflow.
        description | clear_description: String = "description",
    },
}

endpoint! {
    /// Deletes a workflow by its id.
    DeleteWorkflow: DELETE "/api/v2/workflows/{workflow}" => {data: DeletedWorkflow},
    reference "workflows" deleteWorkflowV2,
    path { workflow: WorkflowId },
}

object! {
    /// A workflow, as the API describes it.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct Workflow {
        /// The id of the workflow.
        pub id: WorkflowId = "id",
        /// The name of the workflow.
        pub name: String = "name" as field::string,
        /// The description of the workflow, or `None` if it has none.
        pub description: Option<String> = "description" as field::text,
        /// The folder of the workflow, or `None` if the server did not say.
        pub folder: Option<FolderPath> = "folderPath" as field::word,
        /// The workspace of the workflow, or `None` if the server did not say.
        pub workspace: Option<WorkspaceId> = "workspaceId" as field::word,
        /// Whether the workflow is deployed and can run.
        pub is_deployed: bool = "isDeployed" as field::flag,
        /// When the workflow was deployed, or `None` if it is not deployed.
        pub deployed_at: Option<Timestamp> = "deployedAt" as field::timestamp,
        /// The number of runs so far, or `None` if the server did not say.
        pub run_count: Option<u64> = "runCount" as field::count,
        /// When the latest run started, or `None` if the workflow never ran.
        pub last_run_at: Option<Timestamp> = "lastRunAt" as field::timestamp,
        /// When the workflow was created, or `None` if the server did not say.
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
        /// When the workflow was last changed, or `None` if the server did not say.
        pub updated_at: Option<Timestamp> = "updatedAt" as field::timestamp,
        /// The variables of the workflow by their id. `None` except from [`GetWorkflow`].
        pub variables: Option<Map<String, Value>> = "variables" as field::object,
        /// The input fields of the deployed start block. `None` except from [`GetWorkflow`].
        pub inputs: Option<Vec<InputField>> = "inputs" as field::list_or_none,
    }
}

object! {
    /// A field of a workflow's input.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct InputField {
        /// The key of the field in the input.
        pub name: String = "name",
        /// The type of the field in the words of the editor, such as `string`, `number` or `file[]`. Runs do not enforce
        /// it. `None` if it has none.
        pub kind: Option<String> = "type" as field::text,
        /// The description of the field, or `None` if it has none.
        pub description: Option<String> = "description" as field::text,
    }
}

object! {
    /// The receipt of a deleted workflow.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct DeletedWorkflow {
        /// The id of the deleted workflow; empty if the server did not say.
        pub id: WorkflowId = "id" as field::known,
        /// Whether the workflow was deleted; always true.
        pub deleted: bool = "deleted",
    }
}

open_enum! {
    /// The sort key of a list of workflows.
    WorkflowSort {
        /// The position in the sidebar.
        Position = "position",
        /// The name of the workflow, case-sensitively.
        Name = "name",
        /// The time when the workflow was created.
        CreatedAt = "createdAt",
        /// The time when the workflow was last changed.
        UpdatedAt = "updatedAt",
        /// The number of runs of the workflow.
        RunCount = "runCount",
    }
}
