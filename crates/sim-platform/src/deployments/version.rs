//! The deployed versions of a workflow.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::deployments::DeploymentStatus;
use sim_core::Page;
use sim_core::endpoint;
use sim_core::lenient as field;
use sim_core::operation::Param;
use sim_core::{DeploymentVersionId, WorkflowId};

endpoint! {
    /// Lists the versions of a workflow that were ever deployed, the newest first.
    ListWorkflowVersions: GET "/api/v2/workflows/{workflow}/versions" => Page<WorkflowVersion>,
    reference "workflows" listWorkflowVersionsV2,
    path { workflow: WorkflowId },
    paged 100,
}

endpoint! {
    /// Reads a version of a workflow, with all its blocks.
    GetWorkflowVersion: GET "/api/v2/workflows/{workflow}/versions/{version}" => {data: WorkflowVersion},
    reference "workflows" getWorkflowVersionV2,
    path { workflow: WorkflowId, version: VersionNumber },
}

/// Numbers the versions of a workflow, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VersionNumber(pub u32);

impl From<u32> for VersionNumber {
    fn from(number: u32) -> Self {
        Self(number)
    }
}

impl fmt::Display for VersionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Param for VersionNumber {
    fn text(&self) -> Cow<'_, str> {
        Cow::Owned(self.0.to_string())
    }
}

/// A version of a workflow that was deployed once.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WorkflowVersion {
    /// Its id.
    pub id: DeploymentVersionId,
    /// Its number.
    pub version: VersionNumber,
    /// Its name, if it was given one.
    #[serde(default, deserialize_with = "field::text")]
    pub name: Option<String>,
    /// What is new in it.
    #[serde(default, deserialize_with = "field::text")]
    pub description: Option<String>,
    /// Whether it is the one that runs.
    pub is_active: bool,
    /// When it was deployed first.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub created_at: Option<Timestamp>,
    /// Who deployed it, by name; from [`ListWorkflowVersions`] alone.
    #[serde(default, deserialize_with = "field::text")]
    pub deployed_by: Option<String>,
    /// How its latest deployment stands; from [`ListWorkflowVersions`] alone.
    #[serde(default, deserialize_with = "field::word")]
    pub latest_operation_status: Option<DeploymentStatus>,
    /// Its blocks and edges, free in form; from [`GetWorkflowVersion`] alone.
    #[serde(default)]
    pub state: Option<Value>,
}
