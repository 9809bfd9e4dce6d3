//! The recorded streams of a real server, chunk by chunk as they arrived.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value};
use sim_conformance::{Reply, Script, Seen};
use simstudio::{ExecuteWorkflow, Result, ResumeRun, RunEvent, Texts, WorkflowExecutionResult};

use super::ask::{decoded, stream_options};
use super::dropped::compare;
use super::expected_stream::Outcome::{At, Because, Nothing};
use super::expected_stream::Row;
use super::on_both::Speaks;
use super::record::Record;
use super::to_json::ToJson;
use super::wanted::streams::WANTED;
use crate::clients::Client;

#[test]
fn every_recorded_stream_tells_what_is_expected_of_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/recordings");
    if !folder.is_dir() {
        eprintln!("skipped: the recordings are not here");
        return;
    }
    let mut records = Record::all(&folder, |_| true);
    let later = folder.with_file_name("recordings-2");
    records.extend(Record::all(&later, |name| name.starts_with("big-")));
    let streams: Vec<_> = records.iter().filter(|record| record.is_stream()).collect();
    let names: Vec<_> = streams.iter().map(|record| &*record.name).collect();
    let wanted: Vec<_> = WANTED.iter().map(|row| row.0).collect();
    assert_eq!(names, wanted, "each stream has a row");
    for (record, row) in streams.into_iter().zip(&WANTED) {
        let script = Script::new([Reply::close(as_sent(record))]);
        for client in Client::both(script.url(), &Speaks(record.generation())) {
            let what = format!("{} on {}", record.name, client.name());
            let events = events(&client, record).expect("a stream");
            check(&what, row, &events);
            assert_eq!(dropped(record, &events), BTreeSet::new(), "{what}");
        }
        let seen = script.seen();
        assert_eq!(seen.len(), 2, "{}", record.name);
        for seen in &seen {
            check_request(record, seen);
        }
    }
}

/// Returns the whole answer, in the chunks in which it arrived.
pub(super) fn as_sent(record: &Record) -> Vec<u8> {
    let headers = record.headers().into_iter().map(|(name, value)| format!("{name}: {value}\r\n"));
    let headers: String = headers.collect();
    let mut sent =
        format!("HTTP/1.1 200 OK\r\n{headers}transfer-encoding: chunked\r\n\r\n").into_bytes();
    for chunk in record.chunks() {
        sent.extend(format!("{:x}\r\n", chunk.len()).bytes());
        sent.extend(chunk);
        sent.extend(b"\r\n");
    }
    sent.extend(b"0\r\n\r\n");
    sent
}

/// Makes the call of the record.
fn events(client: &Client, record: &Record) -> Result<Vec<RunEvent<'static>>> {
    let path = decoded(record.path_and_query().0);
    let parts: Vec<_> = path.trim_start_matches('/').split('/').collect();
    let mut sent = body_of(record);
    match parts.as_slice() {
        ["api", "resume", workflow, run, context] => {
            let resume = ResumeRun::new(*workflow, *run, *context);
            client.events(resume.input(sent.remove("input")).stream())
        }
        ["api", "v2", "workflows", workflow, "execute"] => {
            let options = stream_options(&mut sent);
            let execute = ExecuteWorkflow::new(*workflow).input(sent.remove("input"));
            client.events(options(named(record, execute).stream()))
        }
        ["api", "workflows", workflow, "execute"] => {
            let options = stream_options(&mut sent);
            let execute = ExecuteWorkflow::new(*workflow).input(sent);
            client.events(options(named(record, execute).stream()))
        }
        other => panic!("{}: nothing streams from {other:?}", record.name),
    }
}

fn named(record: &Record, execute: ExecuteWorkflow) -> ExecuteWorkflow {
    match record.sent_id() {
        Some(id) => execute.run_id(id),
        None => execute,
    }
}

/// Returns the body that was sent, without fields that have their default value.
fn body_of(record: &Record) -> Map<String, Value> {
    let mut sent = record.sent().and_then(|sent| sent.as_object().cloned()).unwrap_or_default();
    let says_something = |value: &Value| *value != false && *value != Value::Array(Vec::new());
    sent.retain(|_, value| says_something(value));
    sent
}

/// Checks that the recorded request reached the wire.
fn check_request(record: &Record, seen: &Seen) {
    let Record { name, .. } = record;
    assert_eq!(decoded(seen.target()), decoded(record.target()), "{name}");
    let body: Value = serde_json::from_slice(&seen.body).expect("JSON");
    let mut recorded = body_of(record);
    if record.is_streamed_run() {
        // In v1 a header says the same.
        recorded.insert("stream".to_owned(), true.into());
    }
    assert_eq!(body, Value::Object(recorded), "{name}");
}

/// Returns the fields of frames that the events lack.
pub(super) fn dropped(record: &Record, events: &[RunEvent<'static>]) -> BTreeSet<String> {
    let frames = record.answer().split("\n\n").filter_map(|frame| frame.strip_prefix("data: "));
    let frames: Vec<Value> =
        frames.map(|frame| serde_json::from_str(frame).expect("JSON")).collect();
    let frames: Vec<_> = frames.into_iter().filter(|frame| *frame != "[DONE]").collect();
    assert_eq!(frames.len(), events.len(), "{}: each frame is an event", record.name);
    let mut dropped = BTreeSet::new();
    for (frame, event) in frames.iter().zip(events) {
        compare("RunEvent", frame, &event.to_json(), &mut dropped);
    }
    dropped
}

fn check(what: &str, row: &Row, events: &[RunEvent<'static>]) {
    let (_, kinds, block, text, status, output) = row;
    assert_eq!(by_kind(events), *kinds, "{what}");
    let mut texts = Texts::default();
    for event in events {
        texts.push(event);
    }
    assert_eq!((texts.of(block), &*texts.to_string()), (*text, *text), "{what}");
    let result = events.last().and_then(RunEvent::result).expect("the outcome is the last event");
    assert_eq!(result.status.as_str(), *status, "{what}");
    match output {
        Nothing => assert_eq!(result.output, serde_json::json!({}), "{what}"),
        Because(error) => {
            let told = result.error.as_ref().map(|error| &*error.message);
            assert_eq!(told, Some(*error), "{what}");
        }
        At(path, text) => assert_eq!(at(result, path), *text, "{what}"),
    }
}

fn at(result: &WorkflowExecutionResult, path: &str) -> String {
    match result.output.pointer(path) {
        Some(serde_json::Value::String(text)) => text.clone(),
        other => other.map(ToString::to_string).unwrap_or_default(),
    }
}

/// Returns the kinds of events with the number of each in a row, as in `text*13 final`.
pub(super) fn by_kind(events: &[RunEvent<'_>]) -> String {
    let mut runs: Vec<(&str, usize)> = Vec::new();
    for event in events {
        let kind = match event {
            RunEvent::Text { .. } => "text",
            RunEvent::TextReset { .. } => "reset",
            RunEvent::Thinking { .. } => "thinking",
            RunEvent::ToolStart { .. } => "tool_start",
            RunEvent::ToolEnd { .. } => "tool_end",
            RunEvent::BlockError { .. } => "block_error",
            RunEvent::OutputError { .. } => "output_error",
            RunEvent::Final(_) => "final",
            RunEvent::Failure(_) => "failure",
            _ => "other",
        };
        match runs.last_mut() {
            Some((last, count)) if *last == kind => *count += 1,
            _ => runs.push((kind, 1)),
        }
    }
    let shown = runs
        .into_iter()
        .map(|(kind, n)| if n == 1 { kind.to_owned() } else { format!("{kind}*{n}") });
    shown.collect::<Vec<_>>().join(" ")
}
