//! Asks whether a workflow is deployed.

use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;

use crate::endpoint;
use crate::error::Result;
use crate::operation::{Endpoint, Wrapper};
use crate::primitives::WorkflowId;
use crate::primitives::json::field;
use crate::response::Answer;

endpoint! {
    /// `GET /api/workflows/{workflow}/status`: reads how the deployment of a workflow stands.
    GetWorkflowStatus: GET "/api/workflows/{workflow}/status" => WorkflowStatus,
    path { workflow: WorkflowId },
}

/// How the deployment of a workflow stands.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WorkflowStatus {
    /// Whether it can be run.
    pub is_deployed: bool,
    /// Since when.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub deployed_at: Option<Timestamp>,
    /// Whether it was changed since.
    #[serde(default, deserialize_with = "field::flag")]
    pub needs_redeployment: bool,
}

/// `GET /api/workflows/{workflow}/status`: asks whether a workflow can be run.
///
/// The answer is no only for a workflow that is not deployed or does not exist. Whatever prevents an
/// answer, a wrong key among it, is an error.
#[derive(Debug, Clone)]
#[must_use]
pub struct ValidateWorkflow(GetWorkflowStatus);

impl ValidateWorkflow {
    /// Asks about that workflow.
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
            // A web page at 404 says that there is no Sim, not that there is no workflow.
            Err(_) if answer.status == StatusCode::NOT_FOUND && answer.is_the_apis_refusal() => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}
