//! The operation that reads whether a workflow is deployed.

use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;

use crate::endpoint;
use crate::error::Result;
use crate::object;
use crate::operation::{Endpoint, Wrapper};
use crate::primitives::WorkflowId;
use crate::primitives::json::field;
use crate::response::Answer;

endpoint! {
    /// `GET /api/workflows/{workflow}/status`: reads the deployment status of a workflow.
    GetWorkflowStatus: GET "/api/workflows/{workflow}/status" => WorkflowStatus,
    path { workflow: WorkflowId },
}

object! {
    /// The deployment status of a workflow.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct WorkflowStatus {
        /// Whether the workflow is deployed and can run.
        pub is_deployed: bool = "isDeployed",
        /// When the workflow was deployed, or `None` if it is not deployed.
        pub deployed_at: Option<Timestamp> = "deployedAt" as field::timestamp,
        /// Whether the workflow changed after it was deployed.
        pub needs_redeployment: bool = "needsRedeployment" as field::flag,
    }
}

/// `GET /api/workflows/{workflow}/status`: checks whether a workflow can run.
///
/// The output is false only if the workflow is not deployed or does not exist. Any error that prevents an answer,
/// including an invalid key, is an error of the call.
#[derive(Debug, Clone)]
#[must_use]
pub struct ValidateWorkflow(GetWorkflowStatus);

impl ValidateWorkflow {
    /// Creates a request to check a workflow.
    pub fn new(workflow: impl Into<WorkflowId>) -> Self {
        Self(GetWorkflowStatus::new(workflow))
    }
}

impl Wrapper for ValidateWorkflow {
    type Inner = GetWorkflowStatus;

    fn inner(&self) -> &GetWorkflowStatus {
        &self.0
    }

    fn inner_mut(&mut self) -> &mut GetWorkflowStatus {
        &mut self.0
    }
}

impl Endpoint for ValidateWorkflow {
    type Output = bool;

    fn decode(&self, answer: &Answer) -> Result<bool> {
        match self.0.decode(answer) {
            Ok(status) => Ok(status.is_deployed),
            // A web page with the status 404 means that there is no Sim, not that there is no workflow.
            Err(_) if answer.status == StatusCode::NOT_FOUND && answer.is_the_apis_refusal() => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}
