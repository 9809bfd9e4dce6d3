//! Answers that are damaged in one place, or odd: what is not damaged is never lost.

use serde_json::{Value, json};
use sim_core::v1::GetUsageLimits;
use sim_core::{Api, ExecuteWorkflow, Generation, Raw, Result, RunEvent, WorkflowExecutionResult};

use crate::script::{Reply, Script};
use crate::subject::Subject;
use crate::tools::{Proven as _, TIMES, api};

fn core(url: &str, generation: Generation) -> Api {
    api(url).generation(generation).proven()
}

fn execute() -> ExecuteWorkflow {
    ExecuteWorkflow::new("wf-1").run_id("run-own")
}

/// A stream of these frames.
fn stream(frames: &[&str]) -> Reply {
    let frames: Vec<_> = frames.iter().map(|frame| format!("data: {frame}\n\n")).collect();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    Reply::close(format!("{head}{}", frames.concat()))
}

/// Reads one output in each form that an answer to a start has: both generations, lines, and the end of a stream.
fn outputs<S: Subject>(
    subject: &impl Fn(Api) -> S,
    output: &str,
    hints: &str,
) -> Vec<Result<WorkflowExecutionResult>> {
    // The times of a run make its answer whole.
    let others = hints.replace("\"metadata\"", "\"others\"");
    let first = format!(
        r#"{{"success":true,"executionId":"run-own",{others}"output":{output},"metadata":{TIMES}}}"#
    );
    let data = format!(
        r#"{{"runId":"run-own",{hints}"status":"completed","workflowId":"wf-1","output":{output}}}"#
    );
    let last = format!(r#"{{"event":"final","data":{{"success":true,{hints}"output":{output}}}}}"#);
    let lines = format!("{{\"type\":\"heartbeat\"}}\n{{\"type\":\"final\",\"data\":{data}}}\n");
    let lines = Reply::close(format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ncontent-length: {}\r\n\r\n{lines}",
        lines.len()
    ));
    let mut read = Vec::new();
    for (generation, reply) in [
        (Generation::V1, Reply::json(200, &first)),
        (Generation::V1, Reply::json(200, &format!("\u{feff}{first}"))),
        (Generation::V2, Reply::json(200, &format!(r#"{{"data":{data}}}"#))),
        (Generation::V2, lines),
    ] {
        let script = Script::new([reply]);
        let api = core(script.url(), generation);
        read.push(api.call(execute()).and_then(|call| subject(api.clone()).drive(call)));
        assert_eq!(script.seen().len(), 1);
    }
    let script = Script::new([stream(&[&last])]);
    let api = core(script.url(), Generation::V2);
    let events = subject(api).stream(execute().stream(), 9).expect("a stream");
    let last = events.into_iter().next_back().expect("an event");
    read.push(last.map(|event| event.result().expect("the end").clone()));
    read
}

fn assert_output<S: Subject>(subject: &impl Fn(Api) -> S, output: &str, expected: &Value) {
    for (form, read) in outputs(subject, output, "").into_iter().enumerate() {
        let read = read.unwrap_or_else(|error| panic!("form {form}: {error:?}"));
        assert_eq!(&read.output, expected, "form {form}");
    }
}

pub fn half_a_character_costs_nothing_else<S: Subject>(subject: &impl Fn(Api) -> S) {
    assert_output(
        subject,
        r#"{"cut":"Hi \ud83d","n":7,"whole":"\ud83d\ude00"}"#,
        &json!({"cut": "Hi \u{fffd}", "n": 7, "whole": "😀"}),
    );
    // Two halves in two chunks, between other text.
    let frames = [
        r#"{"blockId":"b","chunk":"a\ud83d"}"#,
        r#"{"blockId":"b","chunk":"\ude00z"}"#,
        r#"{"event":"final","data":{"success":true,"output":{}}}"#,
    ];
    let script = Script::new([stream(&frames)]);
    let events = subject(core(script.url(), Generation::V2)).stream(execute().stream(), 9);
    let texts: Vec<_> = events
        .expect("a stream")
        .into_iter()
        .filter_map(|event| match event.expect("an event") {
            RunEvent::Text { chunk, .. } => Some(chunk.into_owned()),
            _ => None,
        })
        .collect();
    assert_eq!(texts, ["a\u{fffd}", "\u{fffd}z"]);
    // A refusal keeps its words and its code.
    let body = r#"{"error":"No \ud83d","code":"INVALID_API_KEY"}"#;
    let script = Script::new([Reply::json(401, body)]);
    let api = core(script.url(), Generation::V1);
    let call = api.call(GetUsageLimits::new()).expect("a call");
    let error = subject(api).drive(call).map(drop).expect_err("a refusal");
    assert_eq!((error.message(), error.server_code()), ("No \u{fffd}", Some("INVALID_API_KEY")));
}

pub fn a_number_is_exact_the_nearest_or_null<S: Subject>(subject: &impl Fn(Api) -> S) {
    let numbers = "[23.862114999908954,18446744073709551615,-9223372036854775808,\
                   18446744073709551616,1e400,-1e400,0.1]";
    let expected = json!([
        23.862_114_999_908_954,
        u64::MAX,
        i64::MIN,
        18_446_744_073_709_551_616_f64,
        null,
        null,
        0.1,
    ]);
    assert_output(subject, numbers, &expected);
    let script = Script::new([Reply::json(200, numbers)]);
    let api = core(script.url(), Generation::V2);
    let call = api.call(Raw::get("/api/x")).expect("a call");
    assert_eq!(subject(api).drive(call).expect("numbers"), expected);
}

pub fn an_output_may_be_deep_and_a_hint_may_be_deeper<S: Subject>(subject: &impl Fn(Api) -> S) {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    for depth in [130, 250] {
        for read in outputs(subject, &nested(depth), "") {
            let read = read.expect("an output").output.to_string();
            assert_eq!(read, nested(depth));
        }
    }
    let hints =
        format!(r#""traceSpans":[{0}],"blockOutputs":{{"b":{0}}},"later":{0},"#, nested(100_000));
    for read in outputs(subject, "7", &hints) {
        assert_eq!(read.expect("an output").output, 7);
    }
    for read in outputs(subject, &nested(100_000), "") {
        let error = read.expect_err("too deep");
        assert!(error.message().contains("256 levels"), "{error}");
        assert_eq!(error.run_id().map(sim_core::RunId::as_str), Some("run-own"));
        assert!(error.body().len() > 200_000, "it is kept");
    }
}

pub fn an_empty_success_is_one_for_who_expects_nothing<S: Subject>(subject: &impl Fn(Api) -> S) {
    for head in ["204 No Content\r\n", "205 Reset Content\r\ncontent-length: 0\r\n"] {
        let script = Script::new(
            [(), ()].map(|()| Reply::close(format!("HTTP/1.1 {head}connection: close\r\n\r\n"))),
        );
        let api = core(script.url(), Generation::V2);
        let subject = subject(api.clone());
        let value = api.call(Raw::delete("/api/x")).and_then(|call| subject.drive(call));
        assert_eq!(value.expect("nothing"), Value::Null, "{head}");
        let nothing =
            api.call(Raw::delete("/api/x").output::<()>()).and_then(|call| subject.drive(call));
        nothing.expect("nothing");
        assert_eq!(script.seen().len(), 2);
    }
}

pub fn a_header_line_in_an_old_form_is_read<S: Subject>(subject: &impl Fn(Api) -> S) {
    let body = r#"{"error":"m"}"#;
    let length = body.len();
    for lines in [
        "x-request-id : id-1\r\nRetry-After: 7\r\ncontent-length: LEN",
        "x-request-id:\r\n id-1\r\nretry-after:\r\n\t7\r\ncontent-length: LEN",
        "x-folded: a\r\n b\r\n  c\r\nx-request-id \t:id-1\r\nretry-after\t: 7\r\ncontent-length: LEN",
    ] {
        let lines = lines.replace("LEN", &length.to_string());
        let head = format!("HTTP/1.1 403 Forbidden\r\n{lines}\r\n\r\n");
        let script = Script::new([Reply::keep_open(format!("{head}{body}"))]);
        let api = core(script.url(), Generation::V1);
        let call = api.call(GetUsageLimits::new()).expect("a call");
        let error = subject(api).drive(call).map(drop).expect_err("a refusal");
        assert_eq!((error.message(), error.request_id()), ("m", Some("id-1")), "{lines}");
        assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(7), "{lines}");
    }
}
