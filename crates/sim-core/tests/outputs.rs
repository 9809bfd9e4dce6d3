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

mod fetched {
    //! Files that an output does not hold, fetched from where it says; the answers are those that were recorded.

    use std::time::Duration;

    use bytes::Bytes;
    use http::Response;
    use serde_json::{Value, json};
    use sim_core::transport::{
        Exchange as _, Outcome, Phase, Step, TransportError, TransportErrorKind,
    };
    use sim_core::{Api, Error, OutputFile};

    fn api() -> Api {
        Api::builder([1; 32])
            .base_url("https://sim.example")
            .api_key("sk-k")
            .build()
            .expect("a core")
    }

    fn file(url: &str) -> OutputFile {
        let mut file = super::file("a.txt", &Value::Null);
        file["url"] = json!(url);
        OutputFile::find_in(&file).pop().expect("a file")
    }

    fn answer(status: u16, body: &'static str) -> Response<Bytes> {
        Response::builder().status(status).body(body.into()).expect("an answer")
    }

    fn fetch(outcomes: Vec<Outcome>) -> (Result<Vec<u8>, Error>, usize) {
        let mut fetch =
            file("https://store.example/a.txt?signed=1").fetch(&api()).expect("it has one");
        let (mut now, mut sent) = (Duration::ZERO, 0);
        for outcome in outcomes {
            let request = fetch.request();
            assert_eq!(request.uri(), "https://store.example/a.txt?signed=1");
            assert!(request.headers().is_empty(), "no key goes to another machine");
            sent += 1;
            match fetch.receive(outcome, now) {
                Step::Done(result) => return (result.map(|bytes| bytes.to_vec()), sent),
                Step::Again(delay) => now += delay,
            }
        }
        panic!("it goes on");
    }

    #[test]
    fn the_content_comes_from_where_the_output_says_and_the_key_goes_nowhere() {
        assert_eq!(fetch(vec![Ok(answer(200, "hello"))]).0.expect("content"), b"hello");
        let lost = || Err(TransportError::new(TransportErrorKind::Closed, Phase::Sent));
        let (content, sent) = fetch(vec![lost(), Ok(answer(503, "")), Ok(answer(200, "hello"))]);
        assert_eq!((content.expect("content"), sent), (b"hello".to_vec(), 3));
        let (content, sent) = fetch(vec![lost(), lost(), lost(), lost()]);
        assert!(content.is_err() && sent == 3, "it ends");
        assert_eq!(fetch(vec![Ok(answer(404, "gone"))]).1, 1);
    }

    #[test]
    fn a_server_that_gives_files_to_browsers_alone_is_explained() {
        let (content, sent) = fetch(vec![Ok(answer(401, r#"{"error":"Unauthorized"}"#))]);
        let error = content.expect_err("it is closed");
        assert_eq!((error.status().map(|status| status.as_u16()), sent), (Some(401), 1));
        assert!(error.message().contains("base64"), "{error}");
        assert!(!format!("{error:?}").contains("signed"), "the address may be signed");
    }

    #[test]
    fn what_is_no_address_of_the_web_is_refused_before_anything_is_sent() {
        for url in ["", "/api/files/serve/a.txt", "file:///etc/passwd", "ftp://a/b", "https://"] {
            let error = file(url).fetch(&api()).expect_err("no address");
            assert_eq!(error.code(), "INVALID_REQUEST", "{url:?}");
        }
    }
}
