//! Logs and their spans.

use std::time::Duration;

use serde_json::{Value, json};
use sim_core::RunStatus;
use sim_core::logs::{GetLog, ListLogs, Log, LogLevel, TraceSpan};

use super::read;

fn log(more: &Value) -> Log {
    let mut body = json!({
        "runId": "run-1", "workflowId": "wf-1", "deploymentVersionId": null, "status": "failed", "level": "error",
        "trigger": "api", "startedAt": "2026-11-23T18:23:37.142Z", "endedAt": "2026-11-23T18:23:39.819Z",
        "totalDurationMs": 2667, "files": null, "cost": {"total": 0.005},
    });
    for (name, value) in more.as_object().expect("an object") {
        body[name] = value.clone();
    }
    read(&GetLog::new("run-1"), 200, &json!({"data": body})).expect("a log")
}

fn span(span: &Value) -> TraceSpan {
    log(&json!({"traceSpans": [span]})).trace_spans.expect("spans").remove(0)
}

#[test]
fn the_basics_of_a_log() {
    let log = log(&json!({}));
    assert_eq!((log.run_id.as_str(), &log.status), ("run-1", &RunStatus::Failed));
    assert_eq!((log.level, log.trigger.as_deref()), (Some(LogLevel::Error), Some("api")));
    assert_eq!(log.duration, Some(Duration::from_millis(2667)));
    assert_eq!(log.cost.and_then(|cost| cost.total), Some(0.005));
    assert_eq!((log.workflow, log.trace_spans, log.final_output), (None, None, None));
    let body = json!({"data": [], "nextCursor": "c"});
    let page = read(&ListLogs::new("ws-1"), 200, &body).expect("a page");
    assert!(page.items.is_empty() && page.next_cursor.is_some(), "an empty page is not the end");
}

#[test]
fn the_details_of_a_log() {
    let log = log(&json!({
        "workflow": {
            "id": null, "name": "gone", "description": "d", "folderPath": null, "ownerEmail": "a@example.com",
            "workspaceId": "ws-1", "createdAt": null, "updatedAt": null, "deleted": true,
        },
        "workflowState": {"blocks": {}}, "traceSpans": [], "finalOutput": {"error": "e"},
        "createdAt": "2026-11-23T18:23:37.145Z", "files": [{"name": "a.txt"}],
    }));
    let workflow = log.workflow.expect("a workflow");
    assert_eq!((workflow.id, workflow.deleted), (None, Some(true)));
    assert_eq!(workflow.owner_email.as_deref(), Some("a@example.com"));
    assert_eq!((log.trace_spans, log.files.map(|files| files.len())), (Some(Vec::new()), Some(1)));
    assert_eq!(log.final_output, Some(json!({"error": "e"})));
    assert!(log.workflow_state.is_some() && log.created_at.is_some());
}

#[test]
fn a_span_and_what_is_inside_of_it() {
    let span = span(&json!({
        "id": "s-1", "name": "Agent", "type": "agent", "duration": 0.72, "startTime": "2026-11-23T18:23:37.151Z",
        "endTime": "2026-11-23T18:23:37.152Z", "status": "success", "blockId": "b-1", "input": {"a": 1},
        "output": {"b": 2}, "relativeStartMs": 3, "executionOrder": 1, "errorHandled": false,
        "tokens": {"input": 5, "output": 7, "total": 12}, "cost": {"total": 0.1, "toolCost": 0.05},
        "toolCalls": [{"name": "search", "arguments": {"q": "x"}, "result": [1], "duration": 4, "more": true}],
        "children": [{"id": "s-2", "tokens": 9, "children": []}],
    }));
    assert_eq!(
        (span.kind.as_deref(), span.duration),
        (Some("agent"), Some(Duration::from_micros(720)))
    );
    assert_eq!(
        (span.relative_start, span.error_handled),
        (Some(Duration::from_millis(3)), Some(false))
    );
    assert_eq!((span.input, span.output), (Some(json!({"a": 1})), Some(json!({"b": 2}))));
    let tokens = span.tokens.expect("tokens");
    assert_eq!((tokens.total, tokens.input, tokens.output), (Some(12), Some(5), Some(7)));
    assert_eq!(span.cost.map(|cost| (cost.total, cost.tools)), Some((Some(0.1), Some(0.05))));
    let call = &span.tool_calls[0];
    assert_eq!((call.name.as_deref(), &call.result), (Some("search"), &Some(json!([1]))));
    assert_eq!(
        (call.duration, &call.extra["more"]),
        (Some(Duration::from_millis(4)), &json!(true))
    );
    assert_eq!(span.children[0].tokens.and_then(|tokens| tokens.total), Some(9));
    assert_eq!(Value::Object(span.extra), json!({"executionOrder": 1}));
}

#[test]
fn nothing_of_an_odd_span_is_lost() {
    let odd = json!({
        "id": 7, "duration": "long", "startTime": {}, "tokens": {"total": "many"}, "cost": {"total": 1, "tax": 2},
        "toolCalls": ["search"], "children": {"0": {}}, "durationMs": 5, "input": null,
    });
    let span = span(&odd);
    assert_eq!((span.id, span.tokens, span.cost), (None, None, None));
    assert_eq!((span.tool_calls.len(), span.children.len()), (0, 0));
    assert_eq!(span.duration, Some(Duration::from_millis(5)));
    let mut left = odd;
    for taken in ["durationMs", "input"] {
        left.as_object_mut().expect("an object").remove(taken);
    }
    assert_eq!(Value::Object(span.extra), left);
}
