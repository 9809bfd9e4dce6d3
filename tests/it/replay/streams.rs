//! The recorded streams of a real server, chunk by chunk as they came.

use std::path::Path;

use sim_conformance::{Reply, Script};
use simstudio::{
    ExecuteWorkflow, Generation, Result, RunEvent, StreamWorkflow, Texts, WorkflowExecutionResult,
};

use super::record::Record;

/// How the output of a stream's outcome is recognised.
#[derive(Debug)]
enum Outcome {
    /// It is `{}`.
    Nothing,
    /// At this path is this text.
    At(&'static str, &'static str),
    /// There is none, for this reason.
    Because(&'static str),
}
use Outcome::{At, Because, Nothing};

/// A name, the events by kind, the block that told text and what, the status, the output.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, Outcome);

const HI: &str = "Hello from the mock model. You said: hi. Unicode: héllo 世界 🚀. Done.";
const Q: &str = "Hello from the mock model. You said: q. Unicode: héllo 世界 🚀. Done.";

#[test]
fn every_recorded_stream_tells_what_is_expected_of_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/recordings");
    if !folder.is_dir() {
        eprintln!("skipped: the recordings are not here");
        return;
    }
    let records = Record::all(&folder, |name| name.contains("-stream"));
    let streams: Vec<_> = records.iter().filter(|record| record.is_stream()).collect();
    let names: Vec<_> = streams.iter().map(|record| &*record.name).collect();
    let wanted: Vec<_> = WANTED.iter().map(|row| row.0).collect();
    assert_eq!(names, wanted, "each stream has a row");
    for (record, row) in streams.into_iter().zip(&WANTED) {
        let chunks =
            record.chunks().into_iter().map(|chunk| format!("{:x}\r\n{chunk}\r\n", chunk.len()));
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        let script =
            Script::new([Reply::close(format!("{head}{}0\r\n\r\n", chunks.collect::<String>()))]);
        check("ureq", row, &blocking(script.url()).expect("a stream"));
        check("reqwest", row, &asynchronous(script.url()).expect("a stream"));
        assert_eq!(script.seen().len(), 2);
    }
}

fn stream() -> StreamWorkflow {
    ExecuteWorkflow::new("wf-1").stream()
}

fn blocking(url: &str) -> Result<Vec<RunEvent<'static>>> {
    let client = simstudio::ureq::Client::builder()
        .generation(Generation::V1)
        .base_url(url)
        .api_key("sk-sim-test")
        .build()?;
    Iterator::collect(client.stream(stream())?)
}

fn asynchronous(url: &str) -> Result<Vec<RunEvent<'static>>> {
    let client = simstudio::reqwest::Client::builder()
        .generation(Generation::V1)
        .base_url(url)
        .api_key("sk-sim-test")
        .build()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let mut events = client.stream(stream()).await?;
        let mut seen = Vec::new();
        while let Some(event) = events.next().await {
            seen.push(event?);
        }
        Ok(seen)
    })
}

fn check(transport: &str, row: &Row, events: &[RunEvent<'static>]) {
    let (name, kinds, block, text, status, output) = row;
    let what = format!("{name} on {transport}");
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

/// `text*13 final`: the kinds of events, with how many of each in a row.
fn by_kind(events: &[RunEvent<'_>]) -> String {
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

#[rustfmt::skip]
const WANTED: [Row; 42] = [
    ("bill-v1-stream", "final", "", "", "completed", At("/result/greeting", "Hello a")),
    ("sdk-py012-execute-stream-agent", "text*13 final", "a1ca7e30-3e04-45a9-b1f8-4c59c312e69f", Q, "completed", Nothing),
    ("sdk-py021-execute-stream-agent", "text*13 final", "a1ca7e30-3e04-45a9-b1f8-4c59c312e69f", Q, "completed", Nothing),
    ("tmo-v1-stream", "failure", "", "", "timed_out", Because("Execution timed out after 3 seconds")),
    ("tmo-v2-stream", "failure", "", "", "timed_out", Because("Execution timed out after 3 seconds")),
    ("tmo-v2-stream-agent", "text*4 failure", "d3fb1528-5669-4ac4-8a6a-c0ce79362864", "Hello from the mock", "timed_out", Because("Execution timed out after 3 seconds")),
    ("v1-hitl-resume-of-streamed", "final", "", "", "completed", At("/result/approved", "true")),
    ("v1-stream-agent-protocol", "text*13 final", "a1ca7e30-3e04-45a9-b1f8-4c59c312e69f", HI, "completed", Nothing),
    ("v1-stream-agent-then-fail", "text*13 failure", "cecaf7d6-88d1-49a1-92d5-1929da22efad", HI, "failed", Because("Boom: Line 1: `throw new Error('after stream')` - after stream")),
    ("v1-stream-body-input", "text*13 final", "a1ca7e30-3e04-45a9-b1f8-4c59c312e69f", HI, "completed", Nothing),
    ("v1-stream-errframe", "text*5 block_error failure", "cd4ec19b-01a8-462b-ab39-2f507d9ff6ea", "Hello from the mock model.", "failed", Because("Framer: mock stream error")),
    ("v1-stream-execid", "text*13 final", "a1ca7e30-3e04-45a9-b1f8-4c59c312e69f", HI, "completed", Nothing),
    ("v1-stream-fail", "failure", "", "", "failed", Because(r#"Boom: Line 1: `throw new Error('kaboom: ' + "s")` - kaboom: s"#)),
    ("v1-stream-fn-header", "final", "", "", "completed", At("/result/greeting", "Hello Z")),
    ("v1-stream-fn-selected", "final", "", "", "completed", At("/a57dfc26-af85-4a7a-8114-c8754eb1f8ab/result/greeting", "Hello Z")),
    ("v1-stream-fn-selected-path", "final", "", "", "completed", At("/a57dfc26-af85-4a7a-8114-c8754eb1f8ab/result.greeting", "Hello Z")),
    ("v1-stream-fn-selected-unknown", "final", "", "", "completed", Nothing),
    ("v1-stream-response-block", "final", "", "", "completed", At("/data/made/id", "42")),
    ("v1-stream-think-protocol", "thinking*3 text*13 final", "c4fdeab0-bd17-467f-b13b-c4c5a8a5ad48", HI, "completed", Nothing),
    ("v1-stream-tools-plain", "text final", "a07fd9c7-cd8e-4656-a3e1-b80dbb4980f4", HI, "completed", Nothing),
    ("v1-stream-tools-protocol-notools", "text*2 reset text*13 final", "a07fd9c7-cd8e-4656-a3e1-b80dbb4980f4", HI, "completed", Nothing),
    ("v2-cancel-stream-caller-response", "text*7 final", "d3fb1528-5669-4ac4-8a6a-c0ce79362864", "Hello from the mock model. You said:", "cancelled", Nothing),
    ("v2-stream-agent-noselect", "final", "", "", "completed", At("/tokens/total", "33")),
    ("v2-stream-agent-selected-block", "final", "", "", "completed", Nothing),
    ("v2-stream-agent-selected-displayname", "text*13 final", "a1ca7e30-3e04-45a9-b1f8-4c59c312e69f", HI, "completed", Nothing),
    ("v2-stream-agent-then-fail", "text*13 failure", "cecaf7d6-88d1-49a1-92d5-1929da22efad", HI, "failed", Because("Boom: Line 1: `throw new Error('after stream')` - after stream")),
    ("v2-stream-errframe", "text*5 block_error failure", "cd4ec19b-01a8-462b-ab39-2f507d9ff6ea", "Hello from the mock model.", "failed", Because("Framer: mock stream error")),
    ("v2-stream-fn-selected", "final", "", "", "completed", At("/a57dfc26-af85-4a7a-8114-c8754eb1f8ab/stdout", "hello from fn")),
    ("v2-stream-fn-selected-unknown", "final", "", "", "completed", Nothing),
    ("v2-stream-hitl", "final", "", "", "paused", At("/data/operation", "human")),
    ("v2-stream-http500", "failure", "", "", "failed", Because("Fiver: mock upstream exploded")),
    ("v2-stream-loop", "final", "", "", "completed", At("/e1e30c1c-f294-4b27-b768-b2caa463a0f6/result", "0")),
    ("v2-stream-midfail-protocol", "text*5 block_error failure", "fa3f4f1b-f97f-4a51-b250-bc49173f0d61", "Hello from the mock model.", "failed", Because("Cutter: terminated")),
    ("v2-stream-public-nokey", "final", "", "", "completed", At("/result/hi", "p")),
    ("v2-stream-response-block", "final", "", "", "completed", At("/status", "201")),
    ("v2-stream-runid", "text*13 final", "a1ca7e30-3e04-45a9-b1f8-4c59c312e69f", HI, "completed", Nothing),
    ("v2-stream-selected-empty", "final", "", "", "completed", At("/model", "vllm/mock")),
    ("v2-stream-think-plain", "text*13 final", "c4fdeab0-bd17-467f-b13b-c4c5a8a5ad48", HI, "completed", Nothing),
    ("v2-stream-think-protocol", "thinking*3 text*13 final", "c4fdeab0-bd17-467f-b13b-c4c5a8a5ad48", HI, "completed", Nothing),
    ("v2-stream-tools-plain", "text final", "a07fd9c7-cd8e-4656-a3e1-b80dbb4980f4", HI, "completed", Nothing),
    ("v2-stream-tools-protocol", "thinking*3 text*2 tool_start reset tool_end thinking*3 text*13 final", "a07fd9c7-cd8e-4656-a3e1-b80dbb4980f4", HI, "completed", Nothing),
    ("v2-stream-tools-protocol-notools", "text*2 reset text*13 final", "a07fd9c7-cd8e-4656-a3e1-b80dbb4980f4", HI, "completed", Nothing),
];
