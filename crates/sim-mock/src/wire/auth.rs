//! The caller of a request, by its API key.

use std::sync::Arc;

use http::{HeaderMap, StatusCode};

use super::refusal::Refusal;
use crate::hosted::Hosted;
use crate::state::State;

/// The caller of a request, as far as its key tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// The caller has a known key, at this position.
    Key(usize),
    /// The caller has a key that the server does not know.
    Wrong,
    /// The caller sent no key.
    Anonymous,
}

impl Caller {
    pub(crate) fn of(state: &State, headers: &HeaderMap) -> Self {
        let Some(key) = headers.get("x-api-key") else { return Self::Anonymous };
        let known = state.keys.iter().position(|known| known.as_bytes() == key.as_bytes());
        known.map_or(Self::Wrong, Self::Key)
    }

    /// Returns the position of the key, or the refusal of the routes below `/api/workflows`.
    pub(crate) fn key(self) -> Result<usize, Refusal> {
        match self {
            Self::Key(key) => Ok(key),
            Self::Wrong => Err(Refusal::text(StatusCode::UNAUTHORIZED, "Invalid API key")),
            Self::Anonymous => Err(Refusal::text(StatusCode::UNAUTHORIZED, "Unauthorized")),
        }
    }

    /// Returns the position of the key for executing a workflow. A public workflow runs as its owner.
    pub(crate) fn key_to_execute(self, state: &State, workflow: &str) -> Result<usize, Refusal> {
        if self == Self::Anonymous && self.may_execute(state, workflow) {
            Ok(0)
        } else {
            self.key()
        }
    }

    /// Returns whether this caller may execute a workflow.
    pub(crate) fn may_execute(self, state: &State, workflow: &str) -> bool {
        let public = |hosted: Arc<Hosted>| hosted.workflow.public && hosted.is_deployed();
        match self {
            Self::Key(_) => true,
            Self::Wrong => false,
            Self::Anonymous => state.own_workflow(workflow).is_some_and(public),
        }
    }
}
