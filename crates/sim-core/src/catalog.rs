//! The declaration of every operation, as data, for checks against the API's documents. Tests use it. No other room
//! may depend on it.

use crate::operation::Declaration;
use crate::{run, v1};

/// Returns the declarations of all operations. An operation that both generations have appears twice.
pub fn all() -> impl Iterator<Item = &'static Declaration> {
    SINGLE.iter().chain(run::DECLARATIONS)
}

/// The declarations of the operations with one form.
const SINGLE: &[Declaration] = &[
    v1::GetJobStatus::DECLARATION,
    v1::GetPauseContext::DECLARATION,
    v1::GetPaused::DECLARATION,
    v1::GetUsageLimits::DECLARATION,
    v1::GetWorkflowStatus::DECLARATION,
    v1::ListPaused::DECLARATION,
    run::GetLog::DECLARATION,
    run::ListLogs::DECLARATION,
    run::ListRuns::DECLARATION,
];
