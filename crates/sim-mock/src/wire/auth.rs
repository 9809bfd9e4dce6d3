//! Who is asking.

use std::sync::Arc;

use http::{HeaderMap, StatusCode};

use super::refusal::Refusal;
use crate::hosted::Hosted;
use crate::state::State;

/// What the key of a request says about its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// The position of a key that the server knows.
    Key(usize),
    /// A key that it does not know.
    Wrong,
    /// No key.
    Anonymous,
}

impl Caller {
    pub(crate) fn of(state: &State, headers: &HeaderMap) -> Self {
        let Some(key) = headers.get("x-api-key") else { return Self::Anonymous };
        let known = state.keys.iter().position(|known| known.as_bytes() == key.as_bytes());
        known.map_or(Self::Wrong, Self::Key)
    }

    /// The key, or the refusal of the routes below `/api/workflows`.
    pub(crate) fn key(self) -> Result<usize, Refusal> {
        match self {
            Self::Key(key) => Ok(key),
            Self::Wrong => Err(Refusal::text(StatusCode::UNAUTHORIZED, "Invalid API key")),
            Self::Anonymous => Err(Refusal::text(StatusCode::UNAUTHORIZED, "Unauthorized")),
        }
    }

    /// The key for executing a workflow: one that is public acts as its owner.
    pub(crate) fn key_to_execute(self, state: &State, workflow: &str) -> Result<usize, Refusal> {
        if self == Self::Anonymous && self.may_execute(state, workflow) {
            Ok(0)
        } else {
            self.key()
        }
    }

    /// Whether a workflow may be executed with this key, or without any.
    pub(crate) fn may_execute(self, state: &State, workflow: &str) -> bool {
        let public = |hosted: Arc<Hosted>| hosted.workflow.public && hosted.is_deployed();
        match self {
            Self::Key(_) => true,
            Self::Wrong => false,
            Self::Anonymous => state.own_workflow(workflow).is_some_and(public),
        }
    }
}
