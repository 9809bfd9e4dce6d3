//! What hooks are told of a request, whichever attempt it is.

use crate::operation::Operation;
use crate::primitives::WorkflowId;

/// The name of an operation, and its workflow.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) operation: &'static str,
    pub(super) workflow: Option<WorkflowId>,
}

impl Named {
    pub(super) fn of(operation: &dyn Operation) -> Self {
        Self { operation: operation.name(), workflow: operation.workflow().cloned() }
    }
}
