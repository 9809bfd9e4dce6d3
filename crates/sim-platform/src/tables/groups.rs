//! Workflow groups: columns that a workflow or an enrichment fills, row by row.

use serde::Serialize;
use sim_core::lenient as field;
use sim_core::operation::List;
use sim_core::{Page, WorkflowId, WorkspaceId, object, open_enum};

use super::columns::{Column, NewColumn};
use super::ids::{GroupId, TableId};
use crate::macros::{endpoint, json_params, setters};

endpoint! {
    /// Lists the workflow groups of a table, all in one answer.
    ListTableGroups: GET "/api/v2/tables/{table}/groups" => Page<TableGroup>,
    reference "tables" listTableWorkflowGroups,
    path { table: TableId },
    query { workspace: WorkspaceId = "workspaceId" },
}

endpoint! {
    /// Creates a workflow group with the columns that it fills. It does not run by itself.
    AddTableGroup: POST "/api/v2/tables/{table}/groups" => {data: ChangedGroup},
    reference "tables" addTableWorkflowGroup,
    path { table: TableId },
    body {
        workspace: WorkspaceId = "workspaceId",
        group: NewGroup = "group",
        columns: List<NewColumn> = "outputColumns",
    },
    body? {
        /// Runs the group for all rows at once.
        auto_run: bool = "autoRun",
    },
    idempotency NonIdempotent,
}

endpoint! {
    /// Changes a workflow group. Whatever is not set stays as it is.
    UpdateTableGroup: PATCH "/api/v2/tables/{table}/groups" => {data: ChangedGroup},
    reference "tables" updateTableWorkflowGroup,
    path { table: TableId },
    body { workspace: WorkspaceId = "workspaceId", group: GroupId = "groupId" },
    body? {
        /// Lets another workflow fill the columns.
        workflow: WorkflowId = "workflowId",
        /// Renames the group to this.
        name: String = "name",
        /// Sets the columns that must have a value before a row runs.
        dependencies: GroupDependencies = "dependencies",
        /// Replaces the outputs and the columns that they fill.
        outputs: List<NewGroupOutput> = "outputs",
        /// Adds columns for outputs that are new.
        new_columns: List<NewColumn> = "newOutputColumns",
        /// Fills columns from other outputs than before.
        mapping_updates: List<OutputMapping> = "mappingUpdates",
        /// Replaces the columns that the inputs come from.
        input_mappings: List<InputMapping> = "inputMappings",
        /// Sets which state of the workflow runs.
        deployment_mode: DeploymentMode = "deploymentMode",
        /// Repeats the kind of the group, which cannot change.
        kind: GroupKind = "type",
        /// Sets whether new rows run by themselves.
        auto_run: bool = "autoRun",
    },
    idempotency NonIdempotent,
}

endpoint! {
    /// Deletes a workflow group with the columns that it fills.
    DeleteTableGroup: DELETE "/api/v2/tables/{table}/groups" => {data: DeletedGroup},
    reference "tables" deleteTableWorkflowGroup,
    path { table: TableId },
    body { workspace: WorkspaceId = "workspaceId", group: GroupId = "groupId" },
}

open_enum! {
    /// What fills the columns of a group.
    GroupKind {
        /// A workflow fills the columns.
        Manual = "manual",
        /// An enrichment of Sim fills the columns.
        Enrichment = "enrichment",
    }
}

open_enum! {
    /// Which state of a workflow a group runs.
    DeploymentMode {
        /// The workflow runs as it is in the editor.
        Live = "live",
        /// The deployed version of the workflow runs.
        Deployed = "deployed",
    }
}

object! {
    /// The columns that must have a value before a row runs.
    #[derive(Debug, Clone, Default, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct GroupDependencies {
        /// The names of the columns; `None` if no column must have a value.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub columns: Option<Vec<String>> = "columns" as field::list_or_none,
    }
}

impl GroupDependencies {
    /// Requires a value in each of these columns.
    pub fn columns(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { columns: Some(names.into_iter().map(Into::into).collect()) }
    }
}

object! {
    /// An input of a workflow and the column that it comes from.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct InputMapping {
        /// The name of the input.
        pub input_name: String = "inputName",
        /// The name of the column.
        pub column_name: String = "columnName",
    }
}

impl InputMapping {
    /// Fills an input from a column.
    pub fn new(input: impl Into<String>, column: impl Into<String>) -> Self {
        Self { input_name: input.into(), column_name: column.into() }
    }
}

object! {
    /// An output of a block and the column that it fills from now on.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct OutputMapping {
        /// The name of the column.
        pub column_name: String = "columnName",
        /// The id of the block in the workflow.
        pub block_id: String = "blockId",
        /// The path inside the output of the block.
        pub path: String = "path",
    }
}

impl OutputMapping {
    /// Fills a column from an output of a block.
    pub fn new(
        column: impl Into<String>,
        block: impl Into<String>,
        path: impl Into<String>,
    ) -> Self {
        Self { column_name: column.into(), block_id: block.into(), path: path.into() }
    }
}

object! {
    /// A workflow group of a table.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct TableGroup {
        /// The id of the group.
        pub id: GroupId = "id",
        /// The workflow that runs; empty for an enrichment.
        pub workflow_id: WorkflowId = "workflowId" as field::known,
        /// The id of the enrichment; `None` for a workflow.
        pub enrichment_id: Option<String> = "enrichmentId" as field::text,
        /// The name of the group, if it has one.
        pub name: Option<String> = "name" as field::text,
        /// What fills the columns; `None` is a workflow.
        pub kind: Option<GroupKind> = "type" as field::word,
        /// The columns that must have a value before a row runs, if any.
        pub dependencies: Option<GroupDependencies> = "dependencies" as field::object,
        /// The outputs and the columns that they fill.
        pub outputs: Vec<GroupOutput> = "outputs" as field::list,
        /// The inputs and the columns that they come from.
        pub input_mappings: Vec<InputMapping> = "inputMappings" as field::list,
        /// Which state of the workflow runs.
        pub deployment_mode: Option<DeploymentMode> = "deploymentMode" as field::word,
        /// Whether new rows run by themselves.
        pub auto_run: Option<bool> = "autoRun" as field::yes_or_no,
    }
}

object! {
    /// An output of a group and the column that it fills.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct GroupOutput {
        /// The id of the block; empty for an enrichment.
        pub block_id: String = "blockId" as field::string,
        /// The path inside the output of the block; empty for an enrichment.
        pub path: String = "path" as field::string,
        /// The id of the output of an enrichment; `None` for a workflow.
        pub output_id: Option<String> = "outputId" as field::text,
        /// The name of the column.
        pub column_name: String = "columnName",
    }
}

object! {
    /// An output of a group that is to be made, and the column that it fills.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct NewGroupOutput {
        /// The id of the block of a workflow.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub block_id: Option<String> = "blockId",
        /// The path inside the output of the block.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub path: Option<String> = "path",
        /// The id of the output of an enrichment.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub output_id: Option<String> = "outputId",
        /// The name of the column.
        pub column_name: String = "columnName",
    }
}

impl NewGroupOutput {
    /// Fills a column from an output of a block of the workflow.
    pub fn of_block(
        column: impl Into<String>,
        block: impl Into<String>,
        path: impl Into<String>,
    ) -> Self {
        let (block_id, path) = (Some(block.into()), Some(path.into()));
        Self { block_id, path, output_id: None, column_name: column.into() }
    }

    /// Fills a column from an output of the enrichment.
    pub fn of_enrichment(column: impl Into<String>, output: impl Into<String>) -> Self {
        let output_id = Some(output.into());
        Self { block_id: None, path: None, output_id, column_name: column.into() }
    }
}

object! {
    /// A workflow group that is to be made.
    #[derive(Debug, Clone, Default, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct NewGroup {
        /// The id of the group, or `None` for one that the server makes.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub id: Option<GroupId> = "id",
        /// The workflow that runs; required unless an enrichment does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub workflow_id: Option<WorkflowId> = "workflowId",
        /// The enrichment that runs; required unless a workflow does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub enrichment_id: Option<String> = "enrichmentId",
        /// The name of the group.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub name: Option<String> = "name",
        /// What fills the columns; `None` is a workflow.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub kind: Option<GroupKind> = "type",
        /// The columns that must have a value before a row runs.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub dependencies: Option<GroupDependencies> = "dependencies",
        /// The outputs and the columns that they fill, at least one.
        pub outputs: Vec<NewGroupOutput> = "outputs",
        /// The inputs and the columns that they come from.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub input_mappings: Option<Vec<InputMapping>> = "inputMappings",
        /// Which state of the workflow runs.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub deployment_mode: Option<DeploymentMode> = "deploymentMode",
        /// Whether new rows run by themselves.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub auto_run: Option<bool> = "autoRun",
    }
}

impl NewGroup {
    /// Creates a group that a workflow fills.
    pub fn workflow(
        workflow: impl Into<WorkflowId>,
        outputs: impl IntoIterator<Item = NewGroupOutput>,
    ) -> Self {
        let outputs = outputs.into_iter().collect();
        Self { workflow_id: Some(workflow.into()), outputs, ..Self::default() }
    }

    /// Creates a group that an enrichment of Sim fills.
    pub fn enrichment(
        enrichment: impl Into<String>,
        outputs: impl IntoIterator<Item = NewGroupOutput>,
    ) -> Self {
        let outputs = outputs.into_iter().collect();
        let kind = Some(GroupKind::Enrichment);
        Self { enrichment_id: Some(enrichment.into()), kind, outputs, ..Self::default() }
    }
}

setters! {
    NewGroup {
        /// Sets the id of the group.
        id: GroupId,
        /// Sets the name of the group.
        name: String,
        /// Sets the columns that must have a value before a row runs.
        dependencies: GroupDependencies,
        /// Sets the columns that the inputs come from.
        input_mappings: List<InputMapping>,
        /// Sets which state of the workflow runs.
        deployment_mode: DeploymentMode,
        /// Sets whether new rows run by themselves.
        auto_run: bool,
    }
}

json_params!(NewGroup, NewGroupOutput, GroupDependencies, InputMapping, OutputMapping);

object! {
    /// A workflow group after a change, with all columns of its table.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct ChangedGroup {
        /// The group as it is now.
        pub group: TableGroup = "group",
        /// The columns of the table.
        pub columns: Vec<Column> = "columns" as field::list,
    }
}

object! {
    /// A workflow group that no longer exists.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct DeletedGroup {
        /// The id that the group had; empty if the server did not say.
        pub id: GroupId = "id" as field::known,
        /// Always true in an answer of the server.
        pub deleted: bool = "deleted",
        /// The columns that the table has left.
        pub columns: Vec<Column> = "columns" as field::list,
    }
}
