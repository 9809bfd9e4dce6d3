//! What came of a deployment.

use sim_core::Error;

use crate::deployments::{Deployment, DeploymentError, VersionNumber};

/// What came of a deployment that was waited for. One that failed is a result, too: check [`end`](Self::end).
#[derive(Debug)]
#[non_exhaustive]
pub struct Deployed {
    /// The deployment as it was read last.
    pub deployment: Deployment,
    /// The version that was deployed, or `None` if the server did not say.
    pub version: Option<VersionNumber>,
    /// How the deployment ended.
    pub end: DeployEnd,
    /// What came of rolling back, or `None` if nothing was to be rolled back.
    pub rollback: Option<Rollback>,
}

impl Deployed {
    /// Returns whether the new version is active and all its parts are ready.
    pub fn is_ready(&self) -> bool {
        matches!(self.end, DeployEnd::Ready)
    }
}

/// How a deployment ended.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum DeployEnd {
    /// The version is active, and its webhooks, schedules and MCP servers are ready.
    Ready,
    /// The version did not become active, for this reason if the server told one.
    Failed(Option<DeploymentError>),
    /// The version was not ready when the bound of the wait was reached. It may still become so.
    NotReady,
    /// A later deployment, of somebody else, replaced this one.
    Superseded,
}

/// What came of rolling back to the version that was active before.
#[derive(Debug)]
#[non_exhaustive]
pub enum Rollback {
    /// The version that was active before is active again.
    Done(VersionNumber),
    /// The version that was active before never stopped being active.
    NotNeeded(VersionNumber),
    /// No version was active before.
    NothingBefore,
    /// The rollback failed; [`Deployed::deployment`] says what is active.
    Failed(Error),
    /// The rollback was not over when the bound of the wait was reached.
    NotReady,
}
