//! The deployment of a workflow: reading it, deploying, undeploying and rolling back.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::version::version_or_none;
use crate::deployments::{DeploymentStatus, VersionNumber};
use sim_core::lenient as field;
use sim_core::open_enum;
use sim_core::{DeploymentVersionId, WorkflowId};

use crate::macros::endpoint;

endpoint! {
    /// Reads the deployment of a workflow.
    GetDeployment: GET "/api/v2/workflows/{workflow}/deployment" => {data: Deployment},
    reference "workflows" getWorkflowDeployment,
    path { workflow: WorkflowId },
}

endpoint! {
    /// Deploys a workflow in its current state, as a new version. The deployment may continue after the answer:
    /// [`GetDeployment`] says when the attempt is active or failed. Workspace keys may not do this.
    DeployWorkflow: POST "/api/v2/workflows/{workflow}/deploy" => {data: Deployment},
    reference "workflows" deployWorkflow,
    path { workflow: WorkflowId },
    body? {
        /// Sets the name of the version.
        name: String = "name",
        /// Sets the description of the changes in the version.
        description: String = "description",
    },
    idempotency NonIdempotent,
}

endpoint! {
    /// Undeploys a workflow. The server refuses one that is not deployed with 400. Workspace keys may not do this.
    UndeployWorkflow: DELETE "/api/v2/workflows/{workflow}/deploy" => {data: Deployment},
    reference "workflows" undeployWorkflow,
    path { workflow: WorkflowId },
}

endpoint! {
    /// Makes an earlier version the active one. Workspace keys may not do this.
    RollbackWorkflow: POST "/api/v2/workflows/{workflow}/rollback" => {data: Deployment},
    reference "workflows" rollbackWorkflow,
    path { workflow: WorkflowId },
    body? {
        /// Selects the version; by default the one that was active before.
        version: VersionNumber = "version",
    },
    idempotency NonIdempotent,
}

/// The deployment of a workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Deployment {
    /// The id of the workflow.
    #[serde(default = "field::unnamed", deserialize_with = "field::known")]
    pub id: WorkflowId,
    /// Whether the workflow is deployed and can run.
    pub is_deployed: bool,
    /// When the workflow was deployed, or `None` if it is not deployed.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub deployed_at: Option<Timestamp>,
    /// Messages from the server about the deployment. Some are good news.
    #[serde(default, deserialize_with = "field::list")]
    pub warnings: Vec<String>,
    /// The version that runs, or `None` if none does.
    #[serde(default, deserialize_with = "field::object")]
    pub active_deployment: Option<ActiveDeployment>,
    /// The latest attempt to change the version, or `None` if there was none.
    #[serde(default, deserialize_with = "field::object")]
    pub latest_deployment_attempt: Option<DeploymentAttempt>,
    /// Whether the workflow changed after it was deployed. `None` except from [`GetDeployment`].
    #[serde(default, deserialize_with = "field::yes_or_no")]
    pub needs_redeployment: Option<bool>,
    /// The requested version. `None` except from [`DeployWorkflow`] and [`RollbackWorkflow`].
    #[serde(default, deserialize_with = "version_or_none")]
    pub version: Option<VersionNumber>,
}

/// The version of a workflow that runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ActiveDeployment {
    /// The id of the version, or `None` if the server did not name it.
    #[serde(default, rename = "deploymentVersionId", deserialize_with = "field::word")]
    pub version_id: Option<DeploymentVersionId>,
    /// The number of the version, or `None` if the server did not say.
    #[serde(default, deserialize_with = "version_or_none")]
    pub version: Option<VersionNumber>,
    /// When the version was deployed, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub deployed_at: Option<Timestamp>,
}

/// An attempt to make a version the active one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeploymentAttempt {
    /// The id of the attempt, or `None` if the server did not name it.
    #[serde(default, deserialize_with = "field::text")]
    pub id: Option<String>,
    /// The id of the version, or `None` if the server did not name it.
    #[serde(default, rename = "deploymentVersionId", deserialize_with = "field::word")]
    pub version_id: Option<DeploymentVersionId>,
    /// The number of the version, or `None` if the server did not say.
    #[serde(default, deserialize_with = "version_or_none")]
    pub version: Option<VersionNumber>,
    /// The action of the attempt.
    #[serde(default = "field::unnamed", deserialize_with = "field::known")]
    pub action: DeploymentAction,
    /// The status of the attempt.
    pub status: DeploymentStatus,
    /// Whether this is the latest attempt, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::yes_or_no")]
    pub is_current: Option<bool>,
    /// The other parts that must be ready, with their state. `None` if the server did not say.
    #[serde(default, deserialize_with = "field::object")]
    pub readiness: Option<DeploymentReadiness>,
    /// When the attempt was requested, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub requested_at: Option<Timestamp>,
    /// When the version became active, or `None` if it has not.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub activated_at: Option<Timestamp>,
    /// Why the attempt failed, or `None` if it did not fail.
    #[serde(default, deserialize_with = "field::object")]
    pub error: Option<DeploymentError>,
}

open_enum! {
    /// The action of a deployment attempt.
    DeploymentAction {
        /// The attempt creates a new version.
        Deploy = "deploy",
        /// The attempt activates an existing version.
        Activate = "activate",
    }
}

impl DeploymentStatus {
    /// Returns whether the attempt is over. False for a status that this version does not know.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Active | Self::Failed | Self::Superseded)
    }
}

/// The parts of a deployment besides its version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeploymentReadiness {
    /// The webhooks that start the workflow, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::word")]
    pub webhooks: Option<Readiness>,
    /// The schedules that start the workflow, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::word")]
    pub schedules: Option<Readiness>,
    /// The MCP servers that offer the workflow, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::word")]
    pub mcp: Option<Readiness>,
}

open_enum! {
    /// The readiness of a part of a deployment.
    Readiness {
        /// The part is not ready yet.
        Pending = "pending",
        /// The part is ready to use.
        Ready = "ready",
        /// The workflow does not have this part.
        NotApplicable = "not_applicable",
    }
}

/// The reason why a deployment failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeploymentError {
    /// The code of the error.
    #[serde(default, deserialize_with = "field::string")]
    pub code: String,
    /// The message, in the server's words.
    #[serde(default, deserialize_with = "field::string")]
    pub message: String,
    /// Whether another attempt may succeed, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::yes_or_no")]
    pub retryable: Option<bool>,
}
