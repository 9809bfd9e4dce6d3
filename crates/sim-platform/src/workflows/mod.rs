//! Workflows: lists, changes, and export and import as documents.

mod portable;
mod workflow;

pub use portable::{
    ExportWorkflow, ExportedWorkflow, ImportWorkflow, ImportedWorkflow, WorkflowExport,
};
pub use workflow::{
    CreateWorkflow, DeleteWorkflow, DeletedWorkflow, GetWorkflow, InputField, ListWorkflows,
    UpdateWorkflow, Workflow, WorkflowSort,
};
