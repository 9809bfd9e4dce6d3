//! Workflows: lists, changes, and export and import as documents.

mod generate;
mod misfit;
mod portable;
mod workflow;

pub use misfit::Misfit;
pub use portable::{
    ExportWorkflow, ExportedWorkflow, ImportWorkflow, ImportedWorkflow, WorkflowExport,
};
pub use workflow::{
    CreateWorkflow, DeleteWorkflow, DeletedWorkflow, GetWorkflow, InputField, ListWorkflows,
    UpdateWorkflow, Workflow, WorkflowSort,
};
