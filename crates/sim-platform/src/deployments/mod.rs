//! The deployments of workflows, and the versions that they deploy.

mod deployment;
mod status;
mod version;

pub use deployment::{
    ActiveDeployment, DeployWorkflow, Deployment, DeploymentAction, DeploymentAttempt,
    DeploymentError, DeploymentReadiness, GetDeployment, Readiness, RollbackWorkflow,
    UndeployWorkflow,
};
pub use status::DeploymentStatus;
pub use version::{GetWorkflowVersion, ListWorkflowVersions, VersionNumber, WorkflowVersion};
