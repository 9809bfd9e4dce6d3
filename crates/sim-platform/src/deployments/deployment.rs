//! The deployment of a workflow: read it, deploy, undeploy, go back.

use jiff::Timestamp;
use serde::Deserialize;

use crate::deployments::{DeploymentStatus, VersionNumber};
use sim_core::lenient as field;
use sim_core::{DeploymentVersionId, WorkflowId};
use sim_core::{endpoint, open_enum};

endpoint! {
    /// Reads how the deployment of a workflow stands.
    GetDeployment: GET "/api/v2/workflows/{workflow}/deployment" => {data: Deployment},
    reference "workflows" getWorkflowDeployment,
    path { workflow: WorkflowId },
}

endpoint! {
    /// Deploys a workflow as it is now, as a new version. It may take a while after the answer:
    /// [`GetDeployment`] tells when the attempt is active or failed. Workspace keys may not.
    DeployWorkflow: POST "/api/v2/workflows/{workflow}/deploy" => {data: Deployment},
    reference "workflows" deployWorkflow,
    path { workflow: WorkflowId },
    body? {
        /// Names the version.
        name: String = "name",
        /// Says what is new in it.
        description: String = "description",
    },
    idempotency NonIdempotent,
}

endpoint! {
    /// Takes a workflow out of use. One that is not deployed is refused with 400. Workspace keys may not.
    UndeployWorkflow: DELETE "/api/v2/workflows/{workflow}/deploy" => {data: Deployment},
    reference "workflows" undeployWorkflow,
    path { workflow: WorkflowId },
}

endpoint! {
    /// Makes an earlier version the active one. Workspace keys may not.
    RollbackWorkflow: POST "/api/v2/workflows/{workflow}/rollback" => {data: Deployment},
    reference "workflows" rollbackWorkflow,
    path { workflow: WorkflowId },
    body? {
        /// Chooses the version; by default the one that was active before.
        version: VersionNumber = "version",
    },
    idempotency NonIdempotent,
}

/// How the deployment of a workflow stands.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Deployment {
    /// The workflow.
    pub id: WorkflowId,
    /// Whether it can be run.
    pub is_deployed: bool,
    /// Since when.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub deployed_at: Option<Timestamp>,
    /// What the server has to say about it. It may also be good news.
    #[serde(default, deserialize_with = "field::list")]
    pub warnings: Vec<String>,
    /// The version that runs.
    #[serde(default)]
    pub active_deployment: Option<ActiveDeployment>,
    /// The latest try to change that.
    #[serde(default)]
    pub latest_deployment_attempt: Option<DeploymentAttempt>,
    /// Whether the workflow was changed since; from [`GetDeployment`] alone.
    #[serde(default)]
    pub needs_redeployment: Option<bool>,
    /// The version that was asked for; from [`DeployWorkflow`] and [`RollbackWorkflow`].
    #[serde(default)]
    pub version: Option<VersionNumber>,
}

/// The version that runs.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ActiveDeployment {
    /// Its id.
    #[serde(rename = "deploymentVersionId")]
    pub version_id: DeploymentVersionId,
    /// Its number.
    pub version: VersionNumber,
    /// Since when.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub deployed_at: Option<Timestamp>,
}

/// A try to make a version the active one.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeploymentAttempt {
    /// Its id.
    pub id: String,
    /// The id of the version.
    #[serde(rename = "deploymentVersionId")]
    pub version_id: DeploymentVersionId,
    /// The number of the version.
    pub version: VersionNumber,
    /// What it does.
    pub action: DeploymentAction,
    /// How it stands.
    pub status: DeploymentStatus,
    /// Whether no later try has taken its place.
    #[serde(default)]
    pub is_current: Option<bool>,
    /// What else must be ready, and whether it is.
    #[serde(default)]
    pub readiness: Option<DeploymentReadiness>,
    /// When it was asked for.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub requested_at: Option<Timestamp>,
    /// When it took effect.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub activated_at: Option<Timestamp>,
    /// Why it failed.
    #[serde(default)]
    pub error: Option<DeploymentError>,
}

open_enum! {
    /// What a deployment does.
    DeploymentAction {
        /// It makes a new version.
        Deploy = "deploy",
        /// It takes one that is there.
        Activate = "activate",
    }
}

impl DeploymentStatus {
    /// Whether nothing more will come. A word that is not known counts as not the end.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Active | Self::Failed | Self::Superseded)
    }
}

/// What a deployment needs besides its version.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct DeploymentReadiness {
    /// Webhooks that start the workflow.
    #[serde(default, deserialize_with = "field::word")]
    pub webhooks: Option<Readiness>,
    /// Schedules that start it.
    #[serde(default, deserialize_with = "field::word")]
    pub schedules: Option<Readiness>,
    /// MCP servers that offer it.
    #[serde(default, deserialize_with = "field::word")]
    pub mcp: Option<Readiness>,
}

open_enum! {
    /// Whether a part of a deployment is ready.
    Readiness {
        /// Not yet.
        Pending = "pending",
        /// It is.
        Ready = "ready",
        /// There is nothing to do.
        NotApplicable = "not_applicable",
    }
}

/// Why a deployment failed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct DeploymentError {
    /// In a word.
    pub code: String,
    /// In the server's words.
    pub message: String,
    /// Whether trying again may help.
    #[serde(default)]
    pub retryable: Option<bool>,
}
