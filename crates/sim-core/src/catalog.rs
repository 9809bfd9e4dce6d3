//! Every declared operation as data, for checks against the documents of the API.

use crate::operation::Declaration;
use crate::{run, v1};

/// Every operation that is declared; one that both generations have is there twice.
pub fn all() -> impl Iterator<Item = &'static Declaration> {
    SINGLE.iter().chain(run::DECLARATIONS)
}

/// The operations of one form.
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
