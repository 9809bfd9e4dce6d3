//! The declaration of every operation of this crate, as data, for checks against the API's documents.

use sim_core::operation::Declaration;

use crate::{billing, deployments, folders, workflows};

/// The declarations of all operations of this crate.
pub const ALL: &[Declaration] = &[
    billing::GetBillingStatus::DECLARATION,
    billing::ListBillingLogs::DECLARATION,
    deployments::DeployWorkflow::DECLARATION,
    deployments::GetDeployment::DECLARATION,
    deployments::GetWorkflowVersion::DECLARATION,
    deployments::ListWorkflowVersions::DECLARATION,
    deployments::RollbackWorkflow::DECLARATION,
    deployments::UndeployWorkflow::DECLARATION,
    folders::CreateWorkflowFolder::DECLARATION,
    folders::DeleteWorkflowFolder::DECLARATION,
    folders::ListWorkflowFolders::DECLARATION,
    folders::RelocateWorkflowFolder::DECLARATION,
    workflows::CreateWorkflow::DECLARATION,
    workflows::DeleteWorkflow::DECLARATION,
    workflows::ExportWorkflow::DECLARATION,
    workflows::GetWorkflow::DECLARATION,
    workflows::ImportWorkflow::DECLARATION,
    workflows::ListWorkflows::DECLARATION,
    workflows::UpdateWorkflow::DECLARATION,
];
