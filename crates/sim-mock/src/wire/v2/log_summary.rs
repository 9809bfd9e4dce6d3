//! The fields that lists of logs and the log of one run share.

use serde::Serialize;

use crate::ids;
use crate::run::Status;
use crate::runs::Record;

/// The fields of every entry.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    run_id: String,
    workflow_id: String,
    deployment_version_id: Option<String>,
    status: &'static str,
    level: &'static str,
    trigger: &'static str,
    started_at: String,
    ended_at: Option<String>,
    total_duration_ms: Option<u64>,
}

impl Summary {
    pub(crate) fn of(record: &Record) -> Self {
        Self {
            run_id: record.id.clone(),
            workflow_id: record.workflow.clone(),
            deployment_version_id: record.version.clone(),
            status: status(record),
            level: level(record),
            trigger: record.trigger(),
            started_at: ids::time_text(record.started_at),
            ended_at: record.ended_at.map(ids::time_text),
            total_duration_ms: record.whole_millis(),
        }
    }
}

/// Returns the status as logs spell it: a run that waits for a human is `pending`.
fn status(record: &Record) -> &'static str {
    match record.status() {
        Status::Paused if record.failure.is_some() => "failed",
        Status::Paused => "pending",
        status => status.execution_word(),
    }
}

pub(crate) fn level(record: &Record) -> &'static str {
    if record.logged_error().is_some() { "error" } else { "info" }
}
