//! Makes the call that started a recorded run.

use std::time::Duration;

use serde_json::{Map, Value};
use simstudio::{ExecuteWorkflow, Result, StreamWorkflow};

use super::raw;
use crate::clients::Client;
use crate::replay::got::Got;
use crate::replay::record::Record;

/// Starts the run through v1, where a header says that a run is queued. If the body is one that our clients
/// cannot send, the call goes out without input: the test checks the answer.
pub(super) fn first(client: &Client, record: &Record, workflow: &str, own: &str) -> Result<Got> {
    let mut sent = match record.sent() {
        Some(Value::Object(sent)) => sent,
        _ => Map::new(),
    };
    let streams = is_set(&sent, "stream").then(|| stream_options(&mut sent));
    let execute = named(workflow, own).input(sent);
    if let Some(options) = streams {
        return streamed(client, options(execute.stream()));
    }
    if record.sent_header("x-execution-mode").is_none() {
        return client.call(execute).map(|run| Got::Run(Box::new(run)));
    }
    let mut queue = execute.queue();
    if let Some(seconds) = record.sent_header("x-execution-timeout-seconds") {
        queue = queue.execution_timeout(Duration::from_secs(seconds.parse().expect("seconds")));
    }
    client.call(queue).map(Got::Receipt)
}

/// Starts the run through v2, where the body holds all options. A body that our clients cannot send goes out
/// unchanged.
pub(super) fn second(client: &Client, record: &Record, workflow: &str, own: &str) -> Result<Got> {
    let mut sent = match record.sent() {
        Some(Value::Object(sent)) if is_ours(&sent) => sent,
        Some(_) => return raw(client, record),
        None => Map::new(),
    };
    let mut execute = named(workflow, own);
    if let Some(input) = sent.remove("input") {
        execute = execute.input(input);
    }
    if let Some(include) = sent.get("includeFileBase64").and_then(Value::as_bool) {
        execute = execute.include_file_base64(include);
    }
    if let Some(bytes) = sent.get("base64MaxBytes").and_then(Value::as_u64) {
        execute = execute.base64_max_bytes(bytes);
    }
    if is_set(&sent, "stream") {
        let options = stream_options(&mut sent);
        return streamed(client, options(execute.stream()));
    }
    if !is_set(&sent, "async") {
        return client.call(execute).map(|run| Got::Run(Box::new(run)));
    }
    let mut queue = execute.queue();
    if let Some(seconds) = seconds(&sent) {
        queue = queue.execution_timeout(Duration::from_secs(seconds));
    }
    client.call(queue).map(Got::Receipt)
}

/// Sets the run id, unless the SDK rejects it: the server's refusal of it is still checked.
fn named(workflow: &str, own: &str) -> ExecuteWorkflow {
    let execute = ExecuteWorkflow::new(workflow);
    if own.contains(' ') { execute } else { execute.run_id(own) }
}

fn streamed(client: &Client, stream: StreamWorkflow) -> Result<Got> {
    client.stream(stream).map(|run| Got::Run(Box::new(run)))
}

/// Takes the stream options out of a body.
pub(crate) fn stream_options(
    sent: &mut Map<String, Value>,
) -> impl FnOnce(StreamWorkflow) -> StreamWorkflow + use<> {
    sent.remove("stream");
    let selected = sent.remove("selectedOutputs").and_then(|list| list.as_array().cloned());
    let selected: Vec<_> = selected.unwrap_or_default();
    let mut flag = |key| sent.remove(key).is_some_and(|on| on == true);
    let (thinking, tools) = (flag("includeThinking"), flag("includeToolCalls"));
    move |stream| {
        stream
            .select(selected.iter().filter_map(Value::as_str))
            .include_thinking(thinking)
            .include_tool_calls(tools)
    }
}

/// Returns whether our clients can send this body.
fn is_ours(sent: &Map<String, Value>) -> bool {
    let known = |key: &String| {
        matches!(
            key.as_str(),
            "input" | "async" | "stream" | "executionTimeoutSeconds" | "includeFileBase64"
        ) || matches!(
            key.as_str(),
            "base64MaxBytes" | "selectedOutputs" | "includeThinking" | "includeToolCalls"
        )
    };
    let (queued, streamed) = (is_set(sent, "async"), is_set(sent, "stream"));
    let of_streams = ["selectedOutputs", "includeThinking", "includeToolCalls"];
    sent.keys().all(known)
        && sent.get("input").is_none_or(Value::is_object)
        && !(queued && streamed)
        && (streamed || of_streams.iter().all(|key| !sent.contains_key(*key)))
        && match seconds(sent) {
            Some(seconds) => queued && (1..=604_800).contains(&seconds),
            None => true,
        }
}

fn is_set(sent: &Map<String, Value>, key: &str) -> bool {
    sent.get(key).is_some_and(|on| on == true)
}

fn seconds(sent: &Map<String, Value>) -> Option<u64> {
    sent.get("executionTimeoutSeconds")?.as_u64()
}
