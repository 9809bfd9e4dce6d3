//! Makes the calls that read, cancel and resume runs, in either generation.

use simstudio::v1::{GetPauseContext, GetPaused, ListPaused, PausedRunDetail};
use simstudio::{CancelRun, GetRun, Result, ResumeRun};

use super::{as_raw, pairs};
use crate::clients::Client;
use crate::replay::got::Got;
use crate::replay::record::Record;

/// Makes the call if it is one of these.
pub(super) fn ask(
    client: &Client,
    record: &Record,
    method: &str,
    parts: &[&str],
) -> Option<Result<Got>> {
    Some(match (method, parts) {
        (
            "GET",
            ["api", "v2", "workflows", workflow, "runs", run]
            | ["api", "workflows", workflow, "executions", run],
        ) => client.call(read(record, workflow, run)?).map(|run| Got::Read(Box::new(run))),
        (
            "POST",
            ["api", "v2", "workflows", workflow, "runs", run, "cancel"]
            | ["api", "workflows", workflow, "executions", run, "cancel"],
        ) => client.call(CancelRun::new(*workflow, *run)).map(Got::Cancelled),
        ("POST", ["api", "v2", "workflows", workflow, "runs", run, "resume"]) => {
            let sent = record.sent()?;
            resume(client, record, ResumeRun::new(*workflow, *run, sent["contextId"].as_str()?))?
        }
        ("POST", ["api", "resume", workflow, run, context]) => {
            resume(client, record, ResumeRun::new(*workflow, *run, *context))?
        }
        ("GET", ["api", "workflows", workflow, "paused"]) => {
            client.call(ListPaused::new(*workflow)).map(Got::PausedRuns)
        }
        ("GET", ["api", "workflows", workflow, "paused", run]) => {
            client.call(GetPaused::new(*workflow, *run)).map(paused)
        }
        // A second address returns the same answer.
        ("GET", ["api", "resume", _, _]) => {
            client.call(as_raw(record).output::<PausedRunDetail>()).map(paused)
        }
        ("GET", ["api", "resume", workflow, run, context]) => {
            let place = client.call(GetPauseContext::new(*workflow, *run, *context));
            place.map(|place| Got::Place(Box::new(place)))
        }
        _ => return None,
    })
}

fn paused(run: PausedRunDetail) -> Got {
    Got::Paused(Box::new(run))
}

/// Returns the request, or `None` if it has a parameter that our clients cannot send.
fn read(record: &Record, workflow: &str, run: &str) -> Option<GetRun> {
    let mut get = GetRun::new(workflow, run);
    for (name, value) in pairs(record.path_and_query().1) {
        get = match &*name {
            "includeOutput" => get.include_output(value == "true"),
            "selectedOutputs" => get.select(value.split(',')),
            _ => return None,
        };
    }
    Some(get)
}

/// Makes the call, unless its body has a key that our clients cannot send.
fn resume(client: &Client, record: &Record, mut resume: ResumeRun) -> Option<Result<Got>> {
    for (key, value) in
        record.sent().as_ref().and_then(|sent| sent.as_object()).into_iter().flatten()
    {
        match key.as_str() {
            "contextId" => {}
            "input" => resume = resume.input(value),
            _ => return None,
        }
    }
    Some(client.call(resume).map(Got::Resumed))
}
