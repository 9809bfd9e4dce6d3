//! What a replay is expected to give: written by hand, in the words of the public types.

use serde_json::{Value, json};
use simstudio::{
    AsyncExecutionResult, Error, ErrorKind, JobStatus, Result, UsageLimits,
    WorkflowExecutionResult, WorkflowStatus,
};

/// What a call is expected to give.
#[derive(Debug)]
pub(crate) enum Want {
    /// A run that ended: its status, its id (`own` for the one that was sent), and parts of its output.
    Run(&'static str, &'static str, &'static [(&'static str, &'static str)]),
    /// A run that did not complete: its status and the text of its error.
    Unfinished(&'static str, &'static str),
    /// A run that somebody cancelled: its id.
    Cancelled(&'static str),
    /// A receipt: the job and the run.
    Receipt(&'static str, &'static str),
    /// A job: its state, its run, its output (`null` for none) and its error.
    Job(&'static str, &'static str, &'static str, Option<&'static str>),
    /// A deployment: whether, and since when.
    Deployed(bool, Option<&'static str>),
    /// Usage: executions left in the synchronous bucket, the limit in dollars, the plan.
    Usage(u64, f64, &'static str),
    /// Any JSON: a path and what is there.
    Json(&'static str, &'static str),
    /// A refusal by the API: status, stable code, and how its text begins.
    Refused(u16, &'static str, &'static str),
}

/// What a call gave.
pub(crate) enum Got {
    Run(Box<WorkflowExecutionResult>),
    Receipt(AsyncExecutionResult),
    Job(JobStatus),
    Status(WorkflowStatus),
    Usage(UsageLimits),
    Json(Value),
}

impl Want {
    /// Says in words how `got` differs, if it does.
    pub(crate) fn check(&self, got: Result<Got>, own: &str) -> std::result::Result<(), String> {
        let (want, got) = match (self, got) {
            (Self::Run(status, id, parts), Ok(Got::Run(run))) => {
                let id = if *id == "own" { own } else { id };
                let found = parts.iter().map(|(at, _)| (*at, at_path(&run.output, at)));
                let success = run.success == matches!(*status, "completed" | "paused");
                (
                    json!([status, id, parts, true]),
                    json!([run.status, run.run_id, found.collect::<Vec<_>>(), success]),
                )
            }
            (Self::Unfinished(status, error), Ok(Got::Run(run))) => (
                json!([status, error, false]),
                json!([run.status, run.error.map(|error| error.message), run.success]),
            ),
            (Self::Cancelled(id), Ok(Got::Run(run))) => (
                json!(["cancelled", id, Value::Null]),
                json!([run.status, run.run_id, run.error.map(|error| error.message)]),
            ),
            (Self::Receipt(job, run), Ok(Got::Receipt(receipt))) => {
                let link = receipt.links.status.is_some();
                (
                    json!([job, run, "queued", true, true]),
                    json!([receipt.task_id, receipt.run_id, receipt.status, receipt.success, link]),
                )
            }
            (Self::Job(state, run, output, error), Ok(Got::Job(job))) => {
                let output: Value =
                    serde_json::from_str(output).map_err(|error| error.to_string())?;
                (
                    json!([state, run, output, error]),
                    json!([job.status, job.run_id, job.output.unwrap_or_default(), job.error]),
                )
            }
            (Self::Deployed(deployed, since), Ok(Got::Status(status))) => {
                let at = status.deployed_at.map(|at| at.to_string());
                (
                    json!([deployed, since, false]),
                    json!([status.is_deployed, at, status.needs_redeployment]),
                )
            }
            (Self::Usage(left, limit, plan), Ok(Got::Usage(usage))) => {
                let sync = usage.rate_limit.map(|limits| limits.sync.remaining);
                (
                    json!([left, limit, plan, true]),
                    json!([sync, usage.usage.limit, usage.usage.plan, usage.success]),
                )
            }
            (Self::Json(at, value), Ok(Got::Json(json))) => (json!(value), at_path(&json, at)),
            (Self::Refused(status, code, text), Err(error)) => {
                let refused = error.kind() == &ErrorKind::Api && error.message().starts_with(text);
                (
                    json!([status, code, true]),
                    json!([error.status().map(|s| s.as_u16()), error.code(), refused]),
                )
            }
            (want, got) => return Err(format!("wanted {want:?}, got {}", shown(&got))),
        };
        if want == got { Ok(()) } else { Err(format!("wanted {want}, got {got}")) }
    }
}

/// The text at a path; other JSON as its text.
fn at_path(value: &Value, path: &str) -> Value {
    match value.pointer(path) {
        Some(Value::String(text)) => json!(text),
        Some(other) => json!(other.to_string()),
        None => Value::Null,
    }
}

fn shown(got: &Result<Got, Error>) -> String {
    match got {
        Ok(Got::Run(run)) => format!("{run:?}"),
        Ok(Got::Receipt(receipt)) => format!("{receipt:?}"),
        Ok(Got::Job(job)) => format!("{job:?}"),
        Ok(Got::Status(status)) => format!("{status:?}"),
        Ok(Got::Usage(usage)) => format!("{usage:?}"),
        Ok(Got::Json(json)) => json.to_string(),
        Err(error) => format!("{error:?}"),
    }
}
