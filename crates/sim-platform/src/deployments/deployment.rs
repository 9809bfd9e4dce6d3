//! The deployment of a workflow: reading it, deploying, undeploying and rolling back.

use jiff::Timestamp;
use serde::Serialize;

use super::version::version_or_none;
use crate::deployments::{DeploymentStatus, VersionNumber};
use sim_core::lenient as field;
use sim_core::open_enum;
use sim_core::{DeploymentVersionId, WorkflowId, object};

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

object! {
    /// The deployment of a workflow.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct Deployment {
        /// The id of the workflow.
        pub id: WorkflowId = "id" as field::known,
        /// Whether the workflow is deployed and can run.
        pub is_deployed: bool = "isDeployed",
        /// When the workflow was deployed, or `None` if it is not deployed.
        pub deployed_at: Option<Timestamp> = "deployedAt" as field::timestamp,
        /// Messages from the server about the deployment. Some are good news.
        pub warnings: Vec<String> = "warnings" as field::list,
        /// The version that runs, or `None` if none does.
        pub active_deployment: Option<ActiveDeployment> = "activeDeployment" as field::object,
        /// The latest attempt to change the version, or `None` if there was none.
        pub latest_deployment_attempt: Option<DeploymentAttempt> = "latestDeploymentAttempt" as field::object,
        /// Whether the workflow changed after it was deployed. `None` except from [`GetDeployment`].
        pub needs_redeployment: Option<bool> = "needsRedeployment" as field::yes_or_no,
        /// The requested version. `None` except from [`DeployWorkflow`] and [`RollbackWorkflow`].
        pub version: Option<VersionNumber> = "version" as version_or_none,
    }
}

object! {
    /// The version of a workflow that runs.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct ActiveDeployment {
        /// The id of the version, or `None` if the server did not name it.
        pub version_id: Option<DeploymentVersionId> = "deploymentVersionId" as field::word,
        /// The number of the version, or `None` if the server did not say.
        pub version: Option<VersionNumber> = "version" as version_or_none,
        /// When the version was deployed, or `None` if the server did not say.
        pub deployed_at: Option<Timestamp> = "deployedAt" as field::timestamp,
    }
}

object! {
    /// An attempt to make a version the active one.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct DeploymentAttempt {
        /// The id of the attempt, or `None` if the server did not name it.
        pub id: Option<String> = "id" as field::text,
        /// The id of the version, or `None` if the server did not name it.
        pub version_id: Option<DeploymentVersionId> = "deploymentVersionId" as field::word,
        /// The number of the version, or `None` if the server did not say.
        pub version: Option<VersionNumber> = "version" as version_or_none,
        /// The action of the attempt.
        pub action: DeploymentAction = "action" as field::known,
        /// The status of the attempt.
        pub status: DeploymentStatus = "status",
        /// Whether this is the latest attempt, or `None` if the server did not say.
        pub is_current: Option<bool> = "isCurrent" as field::yes_or_no,
        /// The other parts that must be ready, with their state. `None` if the server did not say.
        pub readiness: Option<DeploymentReadiness> = "readiness" as field::object,
        /// When the attempt was requested, or `None` if the server did not say.
        pub requested_at: Option<Timestamp> = "requestedAt" as field::timestamp,
        /// When the version became active, or `None` if it has not.
        pub activated_at: Option<Timestamp> = "activatedAt" as field::timestamp,
        /// Why the attempt failed, or `None` if it did not fail.
        pub error: Option<DeploymentError> = "error" as field::object,
    }
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

object! {
    /// The parts of a deployment besides its version.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct DeploymentReadiness {
        /// The webhooks that start the workflow, or `None` if the server did not say.
        pub webhooks: Option<Readiness> = "webhooks" as field::word,
        /// The schedules that start the workflow, or `None` if the server did not say.
        pub schedules: Option<Readiness> = "schedules" as field::word,
        /// The MCP servers that offer the workflow, or `None` if the server did not say.
        pub mcp: Option<Readiness> = "mcp" as field::word,
    }
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

object! {
    /// The reason why a deployment failed.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct DeploymentError {
        /// The code of the error.
        pub code: String = "code" as field::string,
        /// The message, in the server's words.
        pub message: String = "message" as field::string,
        /// Whether another attempt may succeed, or `None` if the server did not say.
        pub retryable: Option<bool> = "retryable" as field::yes_or_no,
    }
}
