//! Workflows as documents: out of one server and into another.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use sim_core::endpoint;
use sim_core::lenient as field;
use sim_core::{FolderPath, WorkflowId, WorkspaceId};

endpoint! {
    /// Reads a workflow as a document that [`ImportWorkflow`] takes.
    ExportWorkflow: GET "/api/v2/workflows/{workflow}/export" => {data: WorkflowExport},
    reference "workflows" exportWorkflow,
    path { workflow: WorkflowId },
}

endpoint! {
    /// Makes a workflow out of a document: a [`WorkflowExport`], or its JSON as a value or as text. Blocks get new
    /// ids, and a name that is taken gets a number.
    ImportWorkflow: POST "/api/v2/workflows/import" => {data: ImportedWorkflow},
    reference "workflows" importWorkflow,
    body { workspace: WorkspaceId = "workspaceId", workflow: Value = "workflow" },
    body? {
        /// Sets the folder that it goes to; by default the root.
        folder: FolderPath = "folderPath",
        /// Names it; by default as the document does.
        name: String = "name",
        /// Describes it; by default as the document does.
        description: String = "description",
    },
    idempotency NonIdempotent,
}

/// A workflow as a document, kept as it came: whatever is in it reaches the server that it is given to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkflowExport(Value);

impl WorkflowExport {
    /// The version of the document's form.
    pub fn version(&self) -> Option<&str> {
        self.0.get("version")?.as_str()
    }

    /// When it was written.
    pub fn exported_at(&self) -> Option<Timestamp> {
        field::timestamp(self.0.get("exportedAt")?).ok().flatten()
    }

    /// What the workflow was called, and where it was.
    pub fn workflow(&self) -> Option<ExportedWorkflow> {
        ExportedWorkflow::deserialize(self.0.get("workflow")?).ok()
    }

    /// Its blocks and edges, free in form.
    pub fn state(&self) -> Option<&Value> {
        self.0.get("state")
    }

    /// The whole document.
    pub fn as_value(&self) -> &Value {
        &self.0
    }
}

impl From<Value> for WorkflowExport {
    /// A document that was kept.
    fn from(document: Value) -> Self {
        Self(document)
    }
}

impl From<WorkflowExport> for Value {
    fn from(export: WorkflowExport) -> Self {
        export.0
    }
}

/// What a document says of its workflow.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExportedWorkflow {
    /// The id that it had.
    pub id: WorkflowId,
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default, deserialize_with = "field::text")]
    pub description: Option<String>,
    /// The workspace that it was in.
    #[serde(default, rename = "workspaceId", deserialize_with = "field::word")]
    pub workspace: Option<WorkspaceId>,
    /// The folder that it was in.
    #[serde(default, rename = "folderPath", deserialize_with = "field::word")]
    pub folder: Option<FolderPath>,
}

/// A workflow that was made out of a document.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ImportedWorkflow {
    /// Its id.
    pub id: WorkflowId,
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default, deserialize_with = "field::text")]
    pub description: Option<String>,
    /// The workspace that it is in.
    #[serde(default, rename = "workspaceId", deserialize_with = "field::word")]
    pub workspace: Option<WorkspaceId>,
    /// The folder that it is in.
    #[serde(default, rename = "folderPath", deserialize_with = "field::word")]
    pub folder: Option<FolderPath>,
    /// When it was made.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub created_at: Option<Timestamp>,
    /// When it was changed.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub updated_at: Option<Timestamp>,
}
