//! The expected results of replays, written by hand in terms of the public types.

use serde_json::{Value, json};
use simstudio::{ErrorKind, Result, Resumed, WorkflowExecutionResult};

use super::got::Got;
use super::to_json::ToJson;

/// Paths into JSON, each with the text at that path.
pub(crate) type Parts = &'static [(&'static str, &'static str)];

/// The expected result of a call.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Want {
    /// A run that ended: its status, its id (`own` for the one that was sent), and parts of its output.
    Run(&'static str, &'static str, Parts),
    /// A run that did not complete: its status and the text of its error.
    Unfinished(&'static str, &'static str),
    /// A run in which a block failed: the text of its error, its code, and the name and type of the block.
    Broke(&'static str, &'static str, &'static str, &'static str),
    /// A run that somebody cancelled: its id.
    Cancelled(&'static str),
    /// A run that waits for a human: its id, where it waits, and the fields that are asked for.
    Waits(&'static str, &'static str, &'static [&'static str]),
    /// A receipt of v1: the job and the run.
    Receipt(&'static str, &'static str),
    /// A receipt of v2: the run.
    Queued(&'static str),
    /// A receipt of a resumed run: the attempt.
    GoesOn(&'static str),
    /// A job: its state, its run, its output (`null` for none) and its error.
    Job(&'static str, &'static str, &'static str, Option<&'static str>),
    /// A run that was read: its status, its id, and parts of the value.
    Stands(&'static str, &'static str, Parts),
    /// A cancellation: the run, the result, and whether the run was waiting.
    Noted(&'static str, &'static str, bool),
    /// A paused run: its status, its id, and the points that nobody has answered.
    Paused(&'static str, &'static str, &'static [&'static str]),
    /// The runs that are paused.
    Waiting(&'static [&'static str]),
    /// One pause point: its id, its status, and the run.
    Place(&'static str, &'static str, &'static str),
    /// Another resource: the name of its type, and parts of the value.
    Holds(&'static str, Parts),
    /// A list: the name of the item type, the key that identifies an item with its values, and whether there
    /// are more pages.
    Lists(&'static str, &'static str, &'static [&'static str], bool),
    /// A deployment: whether there is one, and since when.
    Deployed(bool, Option<&'static str>),
    /// The usage: executions left in the synchronous bucket, the limit in dollars, the plan.
    Usage(u64, f64, &'static str),
    /// Any JSON: a path and the value at it.
    Json(&'static str, &'static str),
    /// A refusal by the API: status, stable code, and the start of its text.
    Refused(u16, &'static str, &'static str),
    /// An answer that is not the API's: status and stable code.
    Foreign(u16, &'static str),
}

impl Want {
    /// Compares the result. Returns the difference in words.
    pub(crate) fn check(&self, got: Result<Got>, own: &str) -> std::result::Result<(), String> {
        let shown = format!("{got:?}");
        let differs = || format!("wanted {self:?}, got {shown}");
        let (want, got) = match got {
            Ok(Got::Run(run) | Got::Resumed(Resumed::Ended(run))) => self.of_result(&run, own),
            Ok(got) => self.of(&got),
            Err(error) => self.of_error(&error),
        }
        .ok_or_else(differs)?;
        if want == got { Ok(()) } else { Err(format!("wanted {want}, got {got}")) }
    }

    /// Returns the expected and the actual values of a result, or `None` if no result is expected.
    fn of_result(&self, run: &WorkflowExecutionResult, own: &str) -> Option<(Value, Value)> {
        let message = run.error.as_ref().map(|error| &error.message);
        Some(match self {
            Self::Run(status, id, parts) => {
                let id = match *id {
                    "own" => Some(own),
                    "none" => None,
                    id => Some(id),
                };
                let success = run.success == matches!(*status, "completed" | "paused");
                (
                    json!([status, id, parts, true, null]),
                    json!([run.status, run.run_id, found(&run.output, parts), success, message]),
                )
            }
            Self::Unfinished(status, error) => {
                (json!([status, error, false]), json!([run.status, message, run.success]))
            }
            Self::Broke(text, code, name, kind) => {
                let error = run.error.as_ref()?;
                let block = [&error.block_name, &error.block_type];
                (
                    json!(["failed", text, code, [name, kind], true]),
                    json!([run.status, message, error.code, block, error.block_id.is_some()]),
                )
            }
            Self::Cancelled(id) => {
                (json!(["cancelled", id, null]), json!([run.status, run.run_id, message]))
            }
            Self::Waits(id, context, fields) => {
                let points = run.pause.as_ref()?.points.iter();
                let points = points.map(|point| {
                    let names: Vec<_> = point.form.iter().map(|field| &field.name).collect();
                    json!([point.context_id, names, point.kind, point.run_id, point.workflow_id])
                });
                (
                    json!(["paused", id, [[context, fields, "human", id, run.workflow_id]]]),
                    json!([run.status, run.run_id, points.collect::<Vec<_>>()]),
                )
            }
            _ => return None,
        })
    }

    /// Returns the expected and the actual values of anything but a result.
    fn of(&self, got: &Got) -> Option<(Value, Value)> {
        Some(match (self, got) {
            (Self::Receipt(job, run), Got::Receipt(receipt)) => {
                let link = receipt.links.status.is_some();
                (
                    json!([job, run, "queued", true, true]),
                    json!([receipt.task_id, receipt.run_id, receipt.status, receipt.success, link]),
                )
            }
            (Self::Queued(run), Got::Receipt(receipt)) => {
                let link = receipt.links.status.as_ref().is_some_and(|link| link.ends_with(run));
                (
                    json!([run, null, "queued", true]),
                    json!([receipt.run_id, receipt.task_id, receipt.status, link]),
                )
            }
            (Self::GoesOn(attempt), Got::Resumed(Resumed::Queued(receipt))) => {
                (json!(attempt), json!(receipt.attempt))
            }
            (Self::Job(state, run, output, error), Got::Job(job)) => {
                let output: Value = serde_json::from_str(output).ok()?;
                let held = job.output.clone().unwrap_or_default();
                (
                    json!([state, run, output, error]),
                    json!([job.status, job.run_id, held, job.error]),
                )
            }
            (Self::Stands(status, id, parts), Got::Read(run)) => (
                json!([status, id, parts]),
                json!([run.status, run.run_id, found(&run.to_json(), parts)]),
            ),
            (Self::Noted(run, reason, paused), Got::Cancelled(noted)) => (
                json!([run, reason, paused, true]),
                json!([noted.run_id, noted.reason, noted.paused_cancelled, noted.success]),
            ),
            (Self::Paused(state, id, places), Got::Paused(paused)) => {
                let open: Vec<_> = paused.run.open_points().map(|point| point.context_id).collect();
                (json!([state, id, places]), json!([paused.run.status, paused.run.run_id, open]))
            }
            (Self::Waiting(runs), Got::PausedRuns(paused)) => {
                let ids: Vec<_> = paused.iter().map(|paused| &paused.run_id).collect();
                (json!(runs), json!(ids))
            }
            (Self::Place(context, state, run), Got::Place(place)) => {
                let point = &place.pause_point;
                (
                    json!([context, state, run]),
                    json!([point.context_id, point.resume_status, place.execution.run_id]),
                )
            }
            (Self::Deployed(deployed, since), Got::Status(status)) => {
                let at = status.deployed_at.map(|at| at.to_string());
                (
                    json!([deployed, since, false]),
                    json!([status.is_deployed, at, status.needs_redeployment]),
                )
            }
            (Self::Usage(left, limit, plan), Got::Usage(usage)) => {
                let sync = usage.rate_limit.as_ref().map(|limits| limits.sync.remaining);
                (
                    json!([left, limit, plan, true]),
                    json!([sync, usage.usage.limit, usage.usage.plan, usage.success]),
                )
            }
            (Self::Holds(name, parts), Got::Held(held, answer)) => {
                (json!([name, parts]), json!([held, found(answer, parts)]))
            }
            (Self::Lists(name, key, words, more), Got::Held(held, answer)) => {
                let items = answer["data"].as_array()?.iter();
                let items: Vec<_> = items.map(|item| item[key].clone()).collect();
                let follows = answer["nextCursor"].is_string();
                (json!([name, words, more]), json!([held, items, follows]))
            }
            (Self::Json(at, value), Got::Json(json)) => (json!(value), at_path(json, at)),
            _ => return None,
        })
    }

    /// Returns the expected and the actual values of an error.
    fn of_error(&self, error: &simstudio::Error) -> Option<(Value, Value)> {
        let status = error.status().map(|status| status.as_u16());
        Some(match self {
            Self::Refused(wanted, code, text) => {
                let refused = error.kind() == &ErrorKind::Api && error.message().starts_with(text);
                (json!([wanted, code, true]), json!([status, error.code(), refused]))
            }
            Self::Foreign(wanted, code) => {
                let foreign = matches!(error.kind(), ErrorKind::Redirect | ErrorKind::Decode);
                (json!([wanted, code, true]), json!([status, error.code(), foreign]))
            }
            _ => return None,
        })
    }
}

/// Returns the values at the paths of `parts`.
fn found(value: &Value, parts: Parts) -> Value {
    parts.iter().map(|(at, _)| json!([at, at_path(value, at)])).collect()
}

/// Returns the text at a path, and other JSON as its text.
fn at_path(value: &Value, path: &str) -> Value {
    match value.pointer(path) {
        Some(Value::String(text)) => json!(text),
        Some(other) => json!(other.to_string()),
        None => Value::Null,
    }
}
