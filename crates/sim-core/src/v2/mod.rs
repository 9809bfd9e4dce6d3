//! The second generation of the API, `/api/v2/...`: what there is around running workflows. Each file has one
//! resource, its types beside its endpoints.

mod billing;
mod deployment;
mod folder;
mod log;
mod portable;
mod run;
mod sort;
mod span;
mod version;
mod workflow;

pub use billing::{
    BillingLog, BillingPeriod, BillingSource, BillingStanding, BillingStatus, BillingWindow,
    Credits, GetBillingStatus, ListBillingLogs, NamedWorkflow,
};
pub use deployment::{
    ActiveDeployment, DeployWorkflow, Deployment, DeploymentAction, DeploymentAttempt,
    DeploymentError, DeploymentReadiness, DeploymentStatus, GetDeployment, Readiness,
    RollbackWorkflow, UndeployWorkflow,
};
pub use folder::{
    CreateWorkflowFolder, DeleteWorkflowFolder, DeletedFolder, DeletedItems, Folder,
    ListWorkflowFolders, RelocateWorkflowFolder,
};
pub use log::{GetLog, ListLogs, Log, LogDetails, LogLevel, LogWorkflow};
pub use portable::{
    ExportWorkflow, ExportedWorkflow, ImportWorkflow, ImportedWorkflow, WorkflowExport,
};
pub use run::{ListRuns, RunFilter, RunListItem};
pub use sort::{FolderSort, SortOrder, WorkflowSort};
pub use span::{SpanCost, Tokens, ToolCall, TraceSpan};
pub use version::{GetWorkflowVersion, ListWorkflowVersions, VersionNumber, WorkflowVersion};
pub use workflow::{
    CreateWorkflow, DeleteWorkflow, DeletedWorkflow, GetWorkflow, InputField, ListWorkflows,
    UpdateWorkflow, Workflow,
};
