//! A key that the server sends back: hidden where it says what went wrong, left where the run tells it.

use serde_json::{Value, json};
use sim_core::transport::{Phase, RunEvents, TransportError, TransportErrorKind};
use sim_core::{ErrorKind, Generation, RunEvent};

use super::Seen;
use super::opening::{KEY, answer, opening, settled};

const HIDDEN: &str = "the key *** is wrong";

/// What a server says went wrong.
fn words() -> String {
    format!("the key {KEY} is wrong")
}

/// The reader of a stream that a client with the key opened.
fn reader() -> RunEvents {
    let stream = answer(200, Some("text/event-stream"), "");
    settled(&mut opening(Generation::V1), stream).expect("a reader")
}

/// What the client is told in a stream of these frames, with and without the blank line after the last.
fn told(frames: &[Value]) -> [Vec<Seen>; 2] {
    let body = frames.iter().fold(String::new(), |body, frame| format!("{body}data: {frame}\n\n"));
    [&*body, body.trim_end()].map(|body| {
        let (mut events, mut rest, mut seen) = (reader(), body.as_bytes(), Vec::new());
        while let Some(event) = events.next(&mut rest) {
            seen.push(event.map(RunEvent::into_owned));
        }
        while let Some(event) = events.end() {
            seen.push(event);
        }
        seen
    })
}

#[test]
fn the_secret_is_hidden_in_what_went_wrong() {
    let final_frame =
        |error: Value| json!({"event": "final", "data": {"success": false, "error": error}});
    for frame in [
        json!({"blockId": "b", "event": "stream_error", "error": words()}),
        json!({"blockId": "b", "event": "error", "error": words()}),
        json!({"event": "error", "error": words()}),
        final_frame(json!(words())),
        final_frame(json!({"message": words(), "blockId": "b"})),
        json!({"event": "done", "success": false, "error": words()}),
    ] {
        for seen in told(std::slice::from_ref(&frame)) {
            let shown = match seen[0].as_ref().expect("an event") {
                RunEvent::BlockError { error, .. } | RunEvent::OutputError { error, .. } => {
                    &**error
                }
                event => {
                    let result = event.result().expect("the end");
                    &*result.error.as_ref().expect("an error").message
                }
            };
            assert_eq!(shown, HIDDEN, "{frame}");
            assert!(!format!("{seen:?}").contains(KEY), "{seen:?}");
        }
    }
}

#[test]
fn the_secret_is_hidden_in_the_result_that_an_output_error_becomes() {
    let frames = [json!({"blockId": "b", "event": "error", "error": words()}), json!("[DONE]")];
    for seen in told(&frames) {
        let Ok(RunEvent::Final(result)) = &seen[1] else { panic!("{seen:?}") };
        assert_eq!(result.error.as_ref().map(|error| &*error.message), Some(HIDDEN));
    }
}

#[test]
fn the_secret_is_hidden_in_the_errors_of_the_stream_itself() {
    for seen in told(&[json!({"event": "final", "data": KEY})]) {
        let [Err(error)] = &seen[..] else { panic!("{seen:?}") };
        assert_eq!(error.kind(), &ErrorKind::Decode);
        assert!(error.message().contains("***") && !error.message().contains(KEY), "{error}");
    }
    let lost = TransportError::new(TransportErrorKind::Other, Phase::Body).with_source(words());
    let error = reader().fail(lost);
    let forms = [format!("{error:#}"), format!("{error:?}"), format!("{error:#?}")];
    for form in forms {
        assert!(form.contains(HIDDEN) && !form.contains(KEY), "{form}");
    }
}

#[test]
fn the_secret_is_left_alone_in_what_the_run_tells() {
    let result = json!({"success": true, "output": {"text": words()}});
    let frames = [
        json!({"blockId": "b", "chunk": words()}),
        json!({"chunk": words(), "blockId": "b", "later": 1}),
        json!({"blockId": "b", "event": "thinking", "data": words()}),
        json!({"blockId": "b", "event": "tool", "phase": "start", "id": "c", "name": KEY}),
        json!({"later": words()}),
        json!({"event": "final", "data": result}),
    ];
    for seen in told(&frames) {
        let seen: Vec<_> = seen.into_iter().map(|event| event.expect("an event")).collect();
        let text = RunEvent::Text { block: "b".into(), chunk: words().into() };
        assert_eq!(seen[..2], [text.clone(), text]);
        assert_eq!(seen[2], RunEvent::Thinking { block: "b".into(), text: words().into() });
        let (id, name) = ("c".into(), KEY.into());
        assert_eq!(seen[3], RunEvent::ToolStart { block: "b".into(), id, name });
        assert_eq!(seen[4], RunEvent::Other(json!({"later": words()})));
        let result = seen[5].result().expect("the end");
        assert_eq!((seen.len(), &result.output), (6, &json!({"text": words()})));
    }
}
