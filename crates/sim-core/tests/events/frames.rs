//! What each kind of frame is to the caller, and what of it is text of the run.

use serde_json::json;
use sim_core::transport::RunEvents;
use sim_core::{ErrorKind, RunEvent, RunId, RunStatus, Texts, ToolStatus};

use super::told;

/// The first event of a stream that is this frame.
fn only(frame: &str) -> RunEvent<'static> {
    let mut seen = told([format!("data: {frame}\n\n").as_bytes()]);
    seen.swap_remove(0).expect(frame)
}

fn text(block: &'static str, chunk: &'static str) -> RunEvent<'static> {
    RunEvent::Text { block: block.into(), chunk: chunk.into() }
}

fn tool_end(status: Option<ToolStatus>) -> RunEvent<'static> {
    RunEvent::ToolEnd { block: "b".into(), id: "c1".into(), name: "look_up".into(), status }
}

#[test]
fn every_frame_that_tells_of_the_way_is_the_event_that_it_names() {
    let b = || "b".into();
    let error = || "no more".into();
    for (frame, event) in [
        (r#"{"blockId":"b","chunk":"Hello"}"#, text("b", "Hello")),
        (r#"{"blockId":"b","chunk":""}"#, text("b", "")),
        // Not as the server writes it: the parser reads these.
        (r#"{"chunk":"Hello","blockId":"b"}"#, text("b", "Hello")),
        (r#"{ "blockId": "b", "chunk": "" }"#, text("b", "")),
        (r#"{"blockId":"b","chunk":"Hi","later":1}"#, text("b", "Hi")),
        (r#"{"event":"","blockId":"b","chunk":"Hi","phase":"start"}"#, text("b", "Hi")),
        (r#"{"chunk":"of no block"}"#, text("", "of no block")),
        (r#"{"blockId":"b","event":"chunk_reset"}"#, RunEvent::TextReset { block: b() }),
        (
            r#"{"blockId":"b","event":"thinking","data":"Hm, \"so\""}"#,
            RunEvent::Thinking { block: b(), text: "Hm, \"so\"".into() },
        ),
        (
            r#"{"blockId":"b","event":"thinking","data":""}"#,
            RunEvent::Thinking { block: b(), text: "".into() },
        ),
        (
            r#"{"blockId":"b","event":"tool","phase":"start","id":"c1","name":"look_up"}"#,
            RunEvent::ToolStart { block: b(), id: "c1".into(), name: "look_up".into() },
        ),
        (
            r#"{"blockId":"b","event":"tool","phase":"end","id":"c1","name":"look_up"}"#,
            tool_end(None),
        ),
        (
            r#"{"blockId":"b","event":"tool","phase":"end","id":"c1","name":"look_up","status":"success"}"#,
            tool_end(Some(ToolStatus::Success)),
        ),
        (
            r#"{"blockId":"b","event":"tool","phase":"end","id":"c1","name":"look_up","status":"paid"}"#,
            tool_end(Some(ToolStatus::Other("paid".to_owned()))),
        ),
        (
            r#"{"blockId":"b","event":"stream_error","error":"no more"}"#,
            RunEvent::BlockError { block: b(), error: error() },
        ),
        (
            r#"{"blockId":"b","event":"error","error":"no more"}"#,
            RunEvent::OutputError { block: b(), error: error() },
        ),
    ] {
        assert_eq!(only(frame), event, "{frame}");
    }
}

#[test]
fn a_known_name_with_an_unknown_body_is_kept_as_it_is() {
    for frame in [
        json!({"blockId": "b", "event": "later", "chunk": "x"}),
        json!({"blockId": "b", "event": "thinking", "data": 7}),
        json!({"blockId": "b", "event": "thinking"}),
        json!({"blockId": "b", "event": "tool", "id": "c1", "name": "look_up"}),
        json!({"blockId": "b"}),
    ] {
        assert_eq!(only(&frame.to_string()), RunEvent::Other(frame));
    }
}

#[test]
fn what_a_frame_is_not_about_may_be_null_or_anything() {
    for odd in [json!(null), json!(7), json!(0.5), json!(true), json!([1]), json!({"a": "b"})] {
        let with = |frame: serde_json::Value, keys: &[&str]| {
            let mut frame = frame;
            for key in keys {
                frame[*key] = odd.clone();
            }
            only(&frame.to_string())
        };
        let hints = ["phase", "id", "name", "status", "error", "data"];
        let chunk = json!({"blockId": "b", "chunk": "Hello"});
        assert_eq!(with(chunk.clone(), &hints), text("b", "Hello"));
        assert_eq!(with(chunk, &["blockId"]), text("", "Hello"));
        let reset = with(json!({"blockId": "b", "event": "chunk_reset"}), &hints);
        assert_eq!(reset, RunEvent::TextReset { block: "b".into() });
        let tool =
            json!({"blockId": "b", "event": "tool", "phase": "end", "id": "c1", "name": "look_up"});
        assert_eq!(with(tool, &["status", "error", "chunk", "data"]), tool_end(None));
        let hints = ["blockId", "chunk", "phase", "id", "name", "status", "error"];
        let result = json!({"success": true, "output": {"n": 1}, "executionId": odd});
        for end in [
            json!({"event": "final", "data": result}),
            json!({"event": "done", "success": true, "output": {"n": 1}}),
        ] {
            let event = with(end, &hints);
            let result = event.result().expect("the end");
            assert_eq!((result.success, &result.output), (true, &json!({"n": 1})), "{odd}");
        }
        let event = with(json!({"event": "error", "error": "Boom"}), &hints[..6]);
        let RunEvent::Failure(result) = event else { panic!("{event:?}") };
        assert_eq!(result.error.map(|error| error.message).as_deref(), Some("Boom"));
    }
    let null = r#"{"event":null,"blockId":"b","chunk":"Hello"}"#;
    assert_eq!(only(null), text("b", "Hello"));
    for unknown in [json!({"event": 7, "chunk": "x"}), json!({"blockId": "b", "chunk": 7})] {
        assert_eq!(only(&unknown.to_string()), RunEvent::Other(unknown));
    }
}

#[test]
fn an_error_may_be_an_object() {
    let event = only(r#"{"event":"error","error":{"message":"too slow","code":"TIMEOUT"}}"#);
    let RunEvent::Failure(result) = event else { panic!("{event:?}") };
    assert_eq!(result.status, RunStatus::TimedOut);
    assert_eq!(result.error.map(|error| error.message).as_deref(), Some("too slow"));
    let told = only(r#"{"blockId":"b","event":"stream_error","error":{"message":"no more"}}"#);
    assert_eq!(told, RunEvent::BlockError { block: "b".into(), error: "no more".into() });
    let told = only(r#"{"blockId":"b","event":"error","error":null}"#);
    assert_eq!(told, RunEvent::OutputError { block: "b".into(), error: "".into() });
}

#[test]
fn every_frame_that_is_the_end_is_the_result_that_it_tells() {
    let late = "Execution timed out after 3 seconds";
    for (frame, fails, status, output, error) in [
        (
            json!({"event": "final", "data": {"success": true, "output": {"n": 1}}}),
            false,
            RunStatus::Completed,
            json!({"n": 1}),
            None,
        ),
        (
            json!({"event": "final", "data": {"success": false, "output": 2, "error": "Boom"}}),
            false,
            RunStatus::Failed,
            json!(2),
            Some("Boom"),
        ),
        (
            json!({"event": "done", "success": true, "output": [3]}),
            false,
            RunStatus::Completed,
            json!([3]),
            None,
        ),
        (
            json!({"event": "error", "error": "Boom"}),
            true,
            RunStatus::Failed,
            json!(null),
            Some("Boom"),
        ),
        (
            json!({"event": "error", "error": late}),
            true,
            RunStatus::TimedOut,
            json!(null),
            Some(late),
        ),
    ] {
        let event = only(&frame.to_string());
        assert_eq!(matches!(event, RunEvent::Failure(_)), fails, "{frame}");
        let result = event.result().expect("the end");
        assert_eq!((&result.status, &result.output), (&status, &output), "{frame}");
        assert_eq!(result.success, status == RunStatus::Completed, "{frame}");
        assert_eq!(result.error.as_ref().map(|error| &*error.message), error, "{frame}");
        assert_eq!(result.run_id, Some(RunId::from("run-1")), "the id that it was sent with");
    }
}

#[test]
fn a_last_frame_that_pauses_for_a_time_says_when_the_run_goes_on() {
    let frame = r#"{"event":"final","data":{"success":true,"output":{"waitDuration":60000,"resumeAt":"2026-11-29T07:09:56.503Z"},"status":"paused"}}"#;
    let event = only(frame);
    let result = event.result().expect("the end");
    let pause = result.pause.as_ref().expect("a pause");
    assert_eq!(result.status, RunStatus::Paused);
    assert_eq!((pause.points.len(), pause.resume_at), (0, "2026-11-29T07:09:56.503Z".parse().ok()));
}

#[test]
fn a_mark_ends_a_stream_whose_output_was_refused_and_breaks_off_any_other() {
    let refused = "data: {\"blockId\":\"b\",\"event\":\"error\",\"error\":\"too large\"}\n\n";
    for mark in ["data: [DONE]\n\n", "data: \"[DONE]\"\n\n", "data: [DONE]"] {
        let seen = told([format!("{refused}{mark}").as_bytes()]);
        let [Ok(RunEvent::OutputError { .. }), Ok(RunEvent::Final(result))] = &seen[..] else {
            panic!("{mark:?}: {seen:?}");
        };
        assert_eq!(result.status, RunStatus::Unknown);
        assert!(!result.success && result.output.is_null());
        assert_eq!(result.error.as_ref().map(|error| &*error.message), Some("too large"));
        assert_eq!(result.run_id, Some(RunId::from("run-1")));
        let seen = told([mark.as_bytes()]);
        let [Err(error)] = &seen[..] else { panic!("{mark:?}: {seen:?}") };
        let run_id = Some(RunId::from("run-1"));
        assert_eq!(error.kind(), &ErrorKind::Truncated { run_id, cause: None });
    }
}

#[test]
fn a_last_frame_without_its_blank_line_counts_if_it_is_whole() {
    let seen = told([&b"data: {\"event\":\"final\",\"data\":{\"success\":true,\"output\":4}}"[..]]);
    let [Ok(RunEvent::Final(result))] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!((&result.status, &result.output), (&RunStatus::Completed, &json!(4)));

    let mut events = RunEvents::new(None);
    let mut rest = &b"data: {\"blockId\":\"b\",\"chunk\":\"Hello\"}\n"[..];
    assert!(events.next(&mut rest).is_none());
    assert_eq!(events.end().and_then(sim_core::Result::ok), Some(text("b", "Hello")));
    assert!(!events.is_over(), "the error of the stream that broke off is still to come");
    assert!(events.end().is_some_and(|last| last.is_err_and(|error| error.is_truncated())));
    assert!(events.is_over() && events.end().is_none());

    let seen = told([&b"data: {\"event\":\"final\",\"data\":{\"success\":true"[..]]);
    assert!(matches!(&seen[..], [Err(error)] if error.is_truncated()), "{seen:?}");
}

#[test]
fn chunks_are_text_of_the_run_and_so_is_the_error_of_one_that_did_not_complete() {
    for (frame, chunk) in [
        (r#"{"blockId":"b","chunk":"Hello"}"#, Some("Hello")),
        (r#"{"blockId":"b","event":"chunk_reset"}"#, None),
        (r#"{"blockId":"b","event":"thinking","data":"Hm"}"#, None),
        (r#"{"blockId":"b","event":"tool","phase":"start","id":"c1","name":"n"}"#, None),
        (r#"{"blockId":"b","event":"tool","phase":"end","id":"c1","name":"n"}"#, None),
        (r#"{"blockId":"b","event":"stream_error","error":"e"}"#, None),
        (r#"{"blockId":"b","event":"error","error":"e"}"#, None),
        (r#"{"later":1}"#, None),
        (r#"{"event":"final","data":{"success":true,"output":"o"}}"#, None),
    ] {
        let text = only(frame).into_text().transpose().expect(frame);
        assert_eq!(text.as_deref(), chunk, "{frame}");
    }
    for (frame, code) in [
        (r#"{"event":"final","data":{"success":false,"error":"Boom"}}"#, "EXECUTION_ERROR"),
        (r#"{"event":"error","error":"Boom"}"#, "EXECUTION_ERROR"),
        (r#"{"event":"error","error":"Client cancelled request"}"#, "CANCELLED"),
    ] {
        let error = only(frame).into_text().expect(frame).expect_err(frame);
        assert_eq!(error.code(), code, "{frame}");
        let ErrorKind::Run(result) = error.kind() else { panic!("{error:?}") };
        assert_eq!(result.error.as_ref().map(|error| &*error.message), Some(error.message()));
        assert_eq!(error.run_id(), Some(&RunId::from("run-1")));
    }
}

#[test]
fn text_is_empty_where_no_block_said_anything() {
    let said = |text: &str| [("agent", text)].into_iter().collect::<Texts>();
    assert!(Texts::default().is_empty() && said("").is_empty());
    assert!(!said("x").is_empty());
}

/// A deployed chat sends no id, and its stream has none either.
#[test]
fn a_pause_tells_the_run_where_nothing_else_does() {
    let resume = r#"{"contextId":"c","executionId":"run-9","workflowId":"wf"}"#;
    for (known, run) in [(None, "run-9"), (Some("run-1"), "run-1")] {
        let frame = format!(
            r#"data: {{"event":"final","data":{{"success":true,"output":{{"data":{{"operation":"human","_resume":{resume}}}}},"status":"paused"}}}}"#
        );
        let frame = format!("{frame}\n\n");
        let mut events = RunEvents::new(known.map(RunId::from));
        let event = events.next(&mut frame.as_bytes()).expect("an event").expect("it is read");
        assert_eq!(event.result().expect("the end").run_id, Some(RunId::from(run)));
    }
}
