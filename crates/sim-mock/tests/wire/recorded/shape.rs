//! The shape of an answer: what a client can tell apart, without what a workflow wrote and what a clock says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::step::Step;
use crate::client::Answer;

/// The headers whose presence tells something.
const TELLING: [&str; 4] = ["x-execution-id", "x-run-id", "retry-after", "x-request-id"];

/// The keys whose words are Sim's own.
const WORDS: [&str; 14] = [
    "status",
    "resumeStatus",
    "pauseKind",
    "code",
    "level",
    "error",
    "message",
    "reason",
    "success",
    "event",
    "trigger",
    "totalPauseCount",
    "resumedCount",
    "pausePointCount",
];

/// The keys whose values belong to the workflow, to the account or to the set-up.
const OPAQUE: [&str; 8] = [
    "output",
    "response",
    "finalOutput",
    "blockOutputs",
    "executionSnapshot",
    "metadata",
    "resumeInput",
    "triggerIds",
];

/// The keys whose values depend on the moment.
const OF_THE_MOMENT: [&str; 7] = [
    "endedAt",
    "totalDurationMs",
    "durationMs",
    "cost",
    "claimedAt",
    "completedAt",
    "queuePosition",
];

/// The texts of an error that name a line of the workflow's own code.
const OF_THE_WORKFLOW: &str = "Boom";

#[derive(Debug, PartialEq)]
pub(super) struct Shape {
    status: u16,
    kind: String,
    headers: Vec<&'static str>,
    body: BTreeMap<String, String>,
}

impl Shape {
    /// Returns the shape of a recorded answer. Its lists keep only the runs of this conversation.
    pub(super) fn recorded(step: &Step, runs: &BTreeSet<String>) -> Self {
        let Ok(mut answer) = serde_json::from_str::<Value>(&step.answer) else {
            return Self::new(step.status, &step.answer_headers, &step.answer);
        };
        if let Some(Value::Array(list)) = answer.get_mut("pausedExecutions") {
            list.retain(|entry| runs.contains(entry["executionId"].as_str().unwrap_or_default()));
        }
        Self::new(step.status, &step.answer_headers, &answer.to_string())
    }

    pub(super) fn of(answer: &Answer) -> Self {
        Self::new(answer.status, &answer.headers, &answer.body)
    }

    fn new(status: u16, headers: &[(String, String)], body: &str) -> Self {
        let find = |wanted: &str| headers.iter().find(|(name, _)| name == wanted);
        let kind = find("content-type").map(|(_, kind)| kind.split(';').next().unwrap_or_default());
        let kind = kind.unwrap_or_default().to_owned();
        let mut shape = BTreeMap::new();
        if kind == "text/event-stream" {
            frames(body, &mut shape);
        } else if let Ok(value) = serde_json::from_str(body) {
            walk("", &value, &mut shape);
        }
        let headers = TELLING.into_iter().filter(|name| find(name).is_some()).collect();
        Self { status, kind, headers, body: shape }
    }

    /// Says what a client could tell apart: each difference, as it was recorded and as it is here.
    pub(super) fn differences(&self, here: &Self) -> Vec<String> {
        let head = |shape: &Self| format!("{} {} {:?}", shape.status, shape.kind, shape.headers);
        let mut found = Vec::new();
        if head(self) != head(here) {
            found.push(format!("{} | {}", head(self), head(here)));
        }
        let paths: BTreeSet<&String> = self.body.keys().chain(here.body.keys()).collect();
        for path in paths {
            let (recorded, here) = (self.body.get(path), here.body.get(path));
            if recorded != here {
                found.push(format!("{path}: {recorded:?} | {here:?}"));
            }
        }
        found
    }
}

/// Reads the frames of a stream: its last event, and whether the marker follows.
fn frames(body: &str, shape: &mut BTreeMap<String, String>) {
    let frames = body.lines().filter_map(|line| line.strip_prefix("data: "));
    let frames: Vec<Value> = frames.filter_map(|frame| serde_json::from_str(frame).ok()).collect();
    let is_marker = |frame: &&Value| **frame == "[DONE]";
    shape.insert("[DONE]".to_owned(), frames.last().as_ref().is_some_and(is_marker).to_string());
    if let Some(last) = frames.iter().rfind(|frame| !is_marker(frame)) {
        walk("", last, shape);
    }
}

fn walk(path: &str, value: &Value, shape: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let path = format!("{path}.{key}");
                if OF_THE_MOMENT.contains(&key.as_str()) {
                    shape.insert(path, "there".to_owned());
                } else if OPAQUE.contains(&key.as_str()) {
                    shape.insert(path, if value.is_null() { "null" } else { "value" }.to_owned());
                } else if WORDS.contains(&key.as_str()) && !value.is_object() {
                    shape.insert(path, word(value));
                } else {
                    walk(&path, value, shape);
                }
            }
        }
        Value::Array(items) => {
            shape.insert(format!("{path}[]"), items.len().to_string());
            for (number, item) in items.iter().enumerate() {
                walk(&format!("{path}[{number}]"), item, shape);
            }
        }
        Value::Null => drop(shape.insert(path.to_owned(), "null".to_owned())),
        Value::Bool(_) => drop(shape.insert(path.to_owned(), "bool".to_owned())),
        Value::Number(_) => drop(shape.insert(path.to_owned(), "number".to_owned())),
        Value::String(_) => drop(shape.insert(path.to_owned(), "text".to_owned())),
    }
}

/// Returns one of Sim's words, without the times in it.
fn word(value: &Value) -> String {
    let Some(text) = value.as_str() else { return value.to_string() };
    if text.starts_with(OF_THE_WORKFLOW) {
        return OF_THE_WORKFLOW.to_owned();
    }
    text.split(" Resets at").next().unwrap_or_default().to_owned()
}

/// Returns every id in a JSON body, or in the last frame of a stream, that a server may have made, by its path.
pub(super) fn ids(body: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let is_marker = |frame: &&str| frame.contains("[DONE]");
    let mut frames = body.lines().filter_map(|line| line.strip_prefix("data: "));
    let last = frames.rfind(|frame| !is_marker(frame));
    if let Ok(value) = serde_json::from_str(last.unwrap_or(body)) {
        collect("", &value, &mut found);
    }
    found
}

fn collect(path: &str, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let path = format!("{path}.{key}");
                let is_id = ["executionId", "jobId", "taskId", "runId"].contains(&key.as_str());
                match value.as_str().filter(|_| is_id) {
                    Some(id) => found.push((path, id.to_owned())),
                    None => collect(&path, value, found),
                }
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                collect(&format!("{path}[{number}]"), item, found);
            }
        }
        _ => {}
    }
}
