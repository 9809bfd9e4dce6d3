//! What the errors of a stream tell beside their cause: the operation, the run, and the head of the answer.

use crate::error::{Error, code};
use crate::model::RunHandle;
use crate::operation::Meta;
use crate::primitives::WorkflowId;

/// What errors of a stream tell beside their cause.
pub(super) struct About<'a> {
    operation: Option<&'static str>,
    workflow: Option<&'a WorkflowId>,
    /// What is needed to find the run.
    handle: Option<&'a RunHandle>,
    pub(super) head: Option<&'a Meta<()>>,
    /// The words of somebody else.
    foreign: Option<&'a str>,
}

impl<'a> About<'a> {
    pub(super) fn new(
        (operation, workflow): (Option<&'static str>, Option<&'a WorkflowId>),
        handle: Option<&'a RunHandle>,
        head: Option<&'a Meta<()>>,
        foreign: Option<&'a str>,
    ) -> Self {
        Self { operation, workflow, handle, head, foreign }
    }

    pub(super) fn tell(&self, error: Error) -> Error {
        let is_cut = error.code() == code::TRUNCATED;
        let error = headed(error, self.head);
        let error = if is_cut { error.quoting(self.foreign) } else { error };
        self.name(error.with_handle(self.handle))
    }

    pub(super) fn name(&self, error: Error) -> Error {
        match self.operation {
            Some(operation) => error.of(operation, self.workflow),
            None => error,
        }
    }
}

/// Adds to an error what the head of the answer told.
pub(super) fn headed(error: Error, head: Option<&Meta<()>>) -> Error {
    let Some(head) = head else { return error };
    error.with(|inner| {
        inner.head_status = Some(head.status);
        inner.request_id.clone_from(&head.request_id);
        inner.rate_limit = head.rate_limit;
        inner.retry_after = head.rate_limit.and_then(|limit| limit.retry_after);
    })
}
