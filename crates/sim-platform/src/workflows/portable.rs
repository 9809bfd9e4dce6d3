//! The export of a workflow as a document, and its import.

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use sim_core::lenient as field;
use sim_core::{Blocks, FolderPath, WorkflowId, WorkspaceId, object};

use crate::macros::{endpoint, json_params};
use crate::sorted;

endpoint! {
    /// Exports a workflow as a document that [`ImportWorkflow`] accepts.
    ExportWorkflow: GET "/api/v2/workflows/{workflow}/export" => {data: WorkflowExport},
    reference "workflows" exportWorkflow,
    path { workflow: WorkflowId },
}

endpoint! {
    /// Creates a workflow from a document: a [`WorkflowExport`], or its JSON as a value or as text. The blocks get
    /// new ids. If the name is taken, the server adds a number to it.
    ImportWorkflow: POST "/api/v2/workflows/import" => {data: ImportedWorkflow},
    reference "workflows" importWorkflow,
    body { workspace: WorkspaceId = "workspaceId", workflow: WorkflowExport = "workflow" },
    body? {
        /// Sets the folder of the new workflow; by default the root.
        folder: FolderPath = "folderPath",
        /// Sets the name of the new workflow; by default that of the document.
        name: String = "name",
        /// Sets the description of the new workflow; by default that of the document.
        description: String = "description",
    },
    idempotency NonIdempotent,
}

/// A workflow as a document. The SDK keeps it unchanged, so every field reaches the server that imports it. The fields
/// of each object are sent in the order of their names.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct WorkflowExport(Value);

impl Serialize for WorkflowExport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        sorted::value(&self.0, serializer)
    }
}

impl WorkflowExport {
    /// Returns the version of the document's format, or `None` if the document does not say.
    pub fn version(&self) -> Option<&str> {
        self.0.get("version")?.as_str()
    }

    /// Returns when the document was written, or `None` if the document does not say.
    pub fn exported_at(&self) -> Option<Timestamp> {
        field::timestamp(self.0.get("exportedAt")?).ok().flatten()
    }

    /// Returns the name and the place of the workflow, or `None` if the document does not say.
    pub fn workflow(&self) -> Option<ExportedWorkflow> {
        ExportedWorkflow::deserialize(self.0.get("workflow")?).ok()
    }

    /// Returns the blocks and edges as the server describes them, or `None` if the document has none.
    pub fn state(&self) -> Option<&Value> {
        self.0.get("state")
    }

    /// Returns the ids and the names of the blocks, for events of a stream, which name blocks by id.
    pub fn blocks(&self) -> Blocks {
        self.state().and_then(Value::as_object).map(Blocks::of_state).unwrap_or_default()
    }

    /// Returns the whole document as JSON.
    pub fn as_value(&self) -> &Value {
        &self.0
    }
}

impl From<Value> for WorkflowExport {
    /// Wraps a document that the program stored.
    fn from(document: Value) -> Self {
        Self(document)
    }
}

json_params!(WorkflowExport);

impl From<&str> for WorkflowExport {
    /// Wraps a document that the program has as text.
    fn from(document: &str) -> Self {
        Self(document.into())
    }
}

impl From<String> for WorkflowExport {
    /// Wraps a document that the program has as text.
    fn from(document: String) -> Self {
        Self(document.into())
    }
}

impl From<WorkflowExport> for Value {
    fn from(export: WorkflowExport) -> Self {
        export.0
    }
}

object! {
    /// The data of a workflow in an exported document.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct ExportedWorkflow {
        /// The id of the workflow on the server that exported it.
        pub id: WorkflowId = "id",
        /// The name of the workflow.
        pub name: String = "name" as field::string,
        /// The description of the workflow, or `None` if it has none.
        pub description: Option<String> = "description" as field::text,
        /// The workspace of the workflow, or `None` if the document does not say.
        pub workspace: Option<WorkspaceId> = "workspaceId" as field::word,
        /// The folder of the workflow, or `None` if the document does not say.
        pub folder: Option<FolderPath> = "folderPath" as field::word,
    }
}

object! {
    /// A workflow that was created from a document.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct ImportedWorkflow {
        /// The id of the new workflow.
        pub id: WorkflowId = "id",
        /// The name of the new workflow.
        pub name: String = "name" as field::string,
        /// The description of the workflow, or `None` if it has none.
        pub description: Option<String> = "description" as field::text,
        /// The workspace of the workflow, or `None` if the server did not say.
        pub workspace: Option<WorkspaceId> = "workspaceId" as field::word,
        /// The folder of the workflow, or `None` if the server did not say.
        pub folder: Option<FolderPath> = "folderPath" as field::word,
        /// When the workflow was created, or `None` if the server did not say.
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
        /// When the workflow was last changed, or `None` if the server did not say.
        pub updated_at: Option<Timestamp> = "updatedAt" as field::timestamp,
    }
}
