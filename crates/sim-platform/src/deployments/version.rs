//! The deployed versions of a workflow.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::deployments::DeploymentStatus;
use sim_core::Page;
use sim_core::lenient as field;
use sim_core::operation::Param;
use sim_core::{DeploymentVersionId, WorkflowId, object};

use crate::macros::endpoint;

endpoint! {
    /// Lists all versions of a workflow that were ever deployed, the newest first.
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

/// The number of a workflow's version, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VersionNumber(pub u32);

/// Reads the number of a version; any other JSON is `None`.
pub(super) fn version_or_none<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<VersionNumber>, D::Error> {
    let number = field::count(deserializer)?.and_then(|number| u32::try_from(number).ok());
    Ok(number.map(VersionNumber))
}

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

object! {
    /// A version of a workflow that was deployed.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct WorkflowVersion {
        /// The id of the version.
        pub id: DeploymentVersionId = "id",
        /// The number of the version.
        pub version: VersionNumber = "version",
        /// The name of the version, or `None` if it has none.
        pub name: Option<String> = "name" as field::text,
        /// The description of the version, or `None` if it has none.
        pub description: Option<String> = "description" as field::text,
        /// Whether this version is the one that runs.
        pub is_active: bool = "isActive" as field::flag,
        /// When the version was first deployed, or `None` if the server did not say.
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
        /// The name of the person who deployed it. `None` except from [`ListWorkflowVersions`].
        pub deployed_by: Option<String> = "deployedBy" as field::text,
        /// The status of its latest deployment. `None` except from [`ListWorkflowVersions`].
        pub latest_operation_status: Option<DeploymentStatus> = "latestOperationStatus" as field::word,
        /// The blocks and edges, as the server describes them. `None` except from [`GetWorkflowVersion`].
        pub state: Option<Value> = "state",
    }
}
