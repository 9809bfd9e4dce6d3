//! What an output holds beside plain values: files, and what stands for values that are too large.

use serde_json::{Value, json};
use sim_core::operation::Answer;
use sim_core::{Endpoint as _, ExecuteWorkflow, LargeValueKind, WorkflowExecutionResult};

fn result(output: &Value) -> WorkflowExecutionResult {
    let body = json!({"data": {
        "runId": "run-1", "workflowId": "wf-1", "status": "completed", "output": output, "error": null,
    }});
    let answer = Answer::new(http::Response::new(body.to_string().into()), None);
    ExecuteWorkflow::new("wf-1").decode(&answer).expect("the run completed")
}

/// A file as a server of v0.8.9 describes it.
fn file(name: &str, base64: &Value) -> Value {
    json!({
        "id": "file_1795457904409_hr6e36z", "name": name, "size": 10, "type": "text/plain",
        "url": "http://127.0.0.1:3300/api/files/serve/execution%2Fa.txt", "key": "execution/a.txt",
        "context": "execution", "base64": base64,
    })
}

#[test]
fn files_are_found_anywhere_in_an_output() {
    let inner = file("inner.txt", &Value::Null);
    let result = result(&json!({
        "result": {"files": [file("a.txt", &json!("aGVsbG8gZmlsZQ==")), 7, {"b": inner}], "n": 1},
        "user": {"id": "u-1", "name": "Ann", "url": "https://example.com/ann"},
        "stdout": "",
    }));
    let files = result.files();
    let found: Vec<_> = files.iter().map(|file| (&*file.path, &*file.name)).collect();
    assert_eq!(found, [("/result/files/0", "a.txt"), ("/result/files/2/b", "inner.txt")]);
    assert_eq!(files[0].bytes().as_deref(), Some(&b"hello file"[..]));
    assert_eq!((files[0].size, &*files[0].content_type), (10, "text/plain"));
    assert_eq!(files[1].bytes(), None);
    assert!(!format!("{files:?}").contains("aGVsbG8"), "content is not shown");
}

#[test]
fn a_value_that_the_server_left_out_is_told() {
    let result = result(&json!({
        "text": {
            "__simLargeValueRef": true, "version": 1, "id": "lv_v4o-SmGNXYYG", "kind": "string",
            "size": 12_288_002, "key": "execution/x", "executionId": "run-1", "preview": "xxxx",
        },
        "rows": {
            "__simLargeArrayManifest": true, "version": 2, "kind": "array", "totalCount": 7, "chunkCount": 2,
            "byteSize": 9_000_000, "chunks": [], "preview": [1, 2, 3],
        },
        "own": {"__simLargeValueRef": "no mark"},
    }));
    let large = result.large_values();
    assert_eq!(large.len(), 2);
    let text = large.iter().find(|value| value.path == "/text").expect("the text");
    assert_eq!((&text.kind, text.size), (&LargeValueKind::String, Some(12_288_002)));
    assert_eq!(text.preview, Some(json!("xxxx")));
    let rows = large.iter().find(|value| value.path == "/rows").expect("the rows");
    assert_eq!(
        (&rows.kind, rows.size, rows.count),
        (&LargeValueKind::Array, Some(9_000_000), Some(7))
    );
    let error = result.output_as::<std::collections::HashMap<String, String>>();
    let error = error.expect_err("a reference is no text");
    assert!(
        error.message().contains("too large") && error.message().contains("a file or a table"),
        "{error}"
    );
    assert_eq!(error.run_id().map(sim_core::RunId::as_str), Some("run-1"));
}
