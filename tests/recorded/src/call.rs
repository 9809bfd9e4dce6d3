//! Makes the call that sends a recorded request.

use bytes::Bytes;
use sim_core::logs::{GetLog, ListLogs, ListRuns};
use sim_core::transport::{Exchange, RunEvents};
use sim_core::v1::{GetJobStatus, GetPauseContext, GetPaused, ListPaused};
use sim_core::{
    Api, CancelRun, Error, ExecuteWorkflow, GetRun, Result, ResumeRun, Resumed, RunEvent,
};

use crate::drive::drive;
use crate::{Asked, End, Operation, Record, Seen, Server};

/// Makes the call of a record over `server`. A start claims the id that the recorded one claimed, or one of the core's
/// own.
#[must_use]
pub fn call(api: &Api, record: &Record, asked: &Asked, server: &Server<'_>) -> Seen {
    let Asked { operation, workflow, run, .. } = asked;
    match operation {
        Operation::Execute => {
            let call = api.call(selected(started(workflow, run), record));
            plain(call, server, |result| End::Run(Box::new(result)))
        }
        Operation::Queue => plain(api.call(started(workflow, run).queue()), server, |receipt| {
            End::Receipt(Box::new(receipt))
        }),
        Operation::Stream => {
            let body = record.sent();
            let is_set = |key: &str| body[key] == true;
            let call = selected(started(workflow, run), record).stream();
            let call = call.include_thinking(is_set("includeThinking"));
            streamed(api.stream(call.include_tool_calls(is_set("includeToolCalls"))), server)
        }
        Operation::Read => {
            plain(api.call(read(record, workflow, run)), server, |run| End::Read(Box::new(run)))
        }
        Operation::Job => {
            plain(api.call(GetJobStatus::new(run.as_str())), server, |job| End::Job(Box::new(job)))
        }
        Operation::Cancel => {
            plain(api.call(CancelRun::new(workflow.as_str(), run.as_str())), server, End::Cancelled)
        }
        Operation::Resume => {
            plain(api.call(resumed(record, asked)), server, |resumed| match resumed {
                Resumed::Ended(result) => End::Run(result),
                Resumed::Queued(receipt) => End::GoesOn(receipt),
                other => unreachable!("the core knows no such end: {other:?}"),
            })
        }
        Operation::Answer => {
            plain(api.resume(resumed(record, asked)), server, |result| End::Run(Box::new(result)))
        }
        Operation::ResumeStream => streamed(api.stream(resumed(record, asked).stream()), server),
        Operation::PausedList => {
            plain(api.call(ListPaused::new(workflow.as_str())), server, |runs| {
                End::List(runs.iter().map(|run| run.run_id.to_string()).collect())
            })
        }
        Operation::PausedDetail => {
            plain(api.call(GetPaused::new(workflow.as_str(), run.as_str())), server, |run| {
                End::Paused(Box::new(run))
            })
        }
        Operation::PauseContext => {
            let path = record.path();
            let context = path.last().map(String::as_str).unwrap_or_default();
            let call = GetPauseContext::new(workflow.as_str(), run.as_str(), context);
            plain(api.call(call), server, |point| End::Point(Box::new(point)))
        }
        Operation::Log => {
            plain(api.call(GetLog::new(run.as_str())), server, |log| End::Log(Box::new(log)))
        }
        Operation::Logs => {
            let workspace = record.parameter("workspaceId").unwrap_or_default();
            plain(api.call(ListLogs::new(workspace)), server, |page| {
                End::List(page.items.iter().map(|log| log.run_id.to_string()).collect())
            })
        }
        Operation::Runs => plain(api.call(ListRuns::new(workflow.as_str())), server, |page| {
            End::List(page.items.iter().map(|run| run.run_id.to_string()).collect())
        }),
    }
}

fn started(workflow: &str, run: &str) -> ExecuteWorkflow {
    let execute = ExecuteWorkflow::new(workflow);
    if run.is_empty() { execute } else { execute.run_id(run) }
}

fn selected(execute: ExecuteWorkflow, record: &Record) -> ExecuteWorkflow {
    let body = record.sent();
    let selected = body["selectedOutputs"].as_array().into_iter().flatten();
    execute.select(selected.filter_map(|name| name.as_str()).filter(|name| !name.is_empty()))
}

fn read(record: &Record, workflow: &str, run: &str) -> GetRun {
    let read = GetRun::new(workflow, run);
    let read = match record.parameter("includeOutput") {
        Some(value) => read.include_output(value == "true" || value == "1"),
        None => read,
    };
    match record.parameter("selectedOutputs") {
        Some(names) => read.select(names.split(',').filter(|name| !name.is_empty())),
        None => read,
    }
}

fn resumed(record: &Record, asked: &Asked) -> ResumeRun {
    let (path, body) = (record.path(), record.sent());
    let last = path.last().map(String::as_str).unwrap_or_default();
    let context = body["contextId"].as_str().unwrap_or(last);
    let resume = ResumeRun::new(asked.workflow.as_str(), asked.run.as_str(), context);
    resume.input(body.get("input").cloned().unwrap_or_default())
}

fn plain<X: Exchange>(
    call: Result<X>,
    server: &Server<'_>,
    end: impl FnOnce(X::Output) -> End,
) -> Seen {
    let call = match call {
        Ok(call) => call,
        Err(error) => return ended(End::Error(Box::new(error))),
    };
    let (result, _, sent) = drive(call, server);
    let end = match result {
        Some(Ok(output)) => end(output),
        Some(Err(error)) => End::Error(Box::new(error)),
        None => End::Endless,
    };
    Seen { end, texts: Vec::new(), sent }
}

fn ended(end: End) -> Seen {
    Seen { end, texts: Vec::new(), sent: Vec::new() }
}

/// Makes a call over `server` whose answer is the stream of a run, and reads it to its end.
#[must_use]
pub fn streamed(call: Result<impl Exchange<Output = RunEvents>>, server: &Server<'_>) -> Seen {
    let call = match call {
        Ok(call) => call,
        Err(error) => return ended(End::Error(Box::new(error))),
    };
    let (result, body, sent) = drive(call, server);
    match result {
        Some(Ok(mut events)) => {
            let (end, texts) = outcome(&mut events, &body);
            Seen { end, texts, sent }
        }
        Some(Err(error)) => Seen { end: End::Error(Box::new(error)), texts: Vec::new(), sent },
        None => Seen { end: End::Endless, texts: Vec::new(), sent },
    }
}

/// Reads a stream to its end. Its bytes come in two pieces.
fn outcome(events: &mut RunEvents, body: &Bytes) -> (End, Vec<(String, String)>) {
    let (first, second) = body.split_at(body.len() / 2);
    let mut texts = Vec::new();
    for mut piece in [first, second] {
        while let Some(event) = events.next(&mut piece) {
            if let Some(end) = taken(event, &mut texts) {
                return (end, texts);
            }
        }
    }
    while let Some(event) = events.end() {
        if let Some(end) = taken(event, &mut texts) {
            return (end, texts);
        }
    }
    (End::Endless, texts)
}

/// Keeps the text of an event. Returns the end of the stream if the event is it.
fn taken(event: Result<RunEvent<'_>, Error>, texts: &mut Vec<(String, String)>) -> Option<End> {
    match event {
        Ok(RunEvent::Text { block, chunk }) => texts.push((block.into_owned(), chunk.into_owned())),
        Ok(RunEvent::Final(result) | RunEvent::Failure(result)) => return Some(End::Run(result)),
        Ok(_) => {}
        Err(error) => return Some(End::Error(Box::new(error))),
    }
    None
}
