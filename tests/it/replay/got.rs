//! What a call gave.

use serde_json::{Value, json};
use simstudio::v1::{
    JobStatus, PauseContext, PausedRun, PausedRunDetail, UsageLimits, WorkflowStatus,
};
use simstudio::{AsyncExecutionResult, Cancellation, Page, Resumed, Run, WorkflowExecutionResult};

use super::shown::Show;

/// What a call gave.
#[derive(Debug)]
pub(crate) enum Got {
    Run(Box<WorkflowExecutionResult>),
    Receipt(AsyncExecutionResult),
    Job(JobStatus),
    Status(WorkflowStatus),
    Usage(UsageLimits),
    Read(Box<Run>),
    Cancelled(Cancellation),
    Resumed(Resumed),
    PausedRuns(Vec<PausedRun>),
    Paused(Box<PausedRunDetail>),
    Place(Box<PauseContext>),
    /// Another resource: the name of its type, and the whole value.
    Held(&'static str, Value),
    Json(Value),
}

impl Got {
    /// Creates the result of a call that returns one value.
    #[allow(clippy::needless_pass_by_value)] // It is what `map` gives.
    pub(crate) fn data<T: Show>(thing: T) -> Self {
        Self::Held(name_of::<T>(), json!({ "data": thing.show() }))
    }

    /// Creates the result of a call that returns a page.
    #[allow(clippy::needless_pass_by_value)] // It is what `map` gives.
    pub(crate) fn page<T: Show>(page: Page<T>) -> Self {
        let shown = json!({ "data": page.items.show(), "nextCursor": page.next_cursor.show() });
        Self::Held(name_of::<T>(), shown)
    }

    /// Returns the name of the type and all of its fields, under the names of v2, or `None` for types that only
    /// v1 has.
    pub(crate) fn shown(&self) -> Option<(&'static str, Value)> {
        let (name, data) = match self {
            Self::Run(run) => ("WorkflowExecutionResult", run.show()),
            Self::Receipt(receipt) => ("AsyncExecutionResult", receipt.show()),
            Self::Read(run) => ("Run", run.show()),
            Self::Cancelled(cancellation) => ("Cancellation", cancellation.show()),
            Self::Resumed(resumed) => ("Resumed", resumed.show()),
            Self::Held(name, answer) => return Some((name, answer.clone())),
            _ => return None,
        };
        Some((name, json!({ "data": data })))
    }
}

/// Returns the name of a type without its module.
fn name_of<T>() -> &'static str {
    let path = std::any::type_name::<T>();
    path.rsplit("::").next().unwrap_or(path)
}
