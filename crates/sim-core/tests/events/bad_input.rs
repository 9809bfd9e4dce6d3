//! Bytes that no server should send: each has a sensible outcome, and nothing that came before it is lost.

use serde_json::{Value, json};
use sim_core::sse::SseDecoder;
use sim_core::transport::RunEvents;
use sim_core::{ErrorKind, RunEvent, RunId, RunStatus};

use super::{Seen, assert_one_outcome, told};

const TEXT: &str = "data: {\"blockId\":\"b\",\"chunk\":\"Hello\"}\n\n";
const FINAL: &str =
    "data: {\"event\":\"final\",\"data\":{\"success\":true,\"output\":{\"n\":1}}}\n\n";
const DONE: &str = "data: \"[DONE]\"\n\n";

/// What follows a first text.
fn after_text(rest: &[u8]) -> Vec<Seen> {
    let stream = [TEXT.as_bytes(), rest].concat();
    let mut seen = told([&stream[..]]);
    assert_one_outcome(&seen);
    assert!(
        matches!(seen.remove(0), Ok(RunEvent::Text { chunk, .. }) if chunk == "Hello"),
        "it is not lost"
    );
    seen
}

fn kind(seen: &[Seen]) -> &ErrorKind {
    seen.last().and_then(|event| event.as_ref().err()).expect("an error").kind()
}

fn truncated() -> ErrorKind {
    ErrorKind::Truncated { run_id: Some(RunId::from("run-1")), cause: None }
}

fn completed(seen: &[Seen]) -> bool {
    let last = seen.last().and_then(|event| event.as_ref().ok());
    last.and_then(RunEvent::result).is_some_and(|result| result.status == RunStatus::Completed)
}

#[test]
fn a_line_of_100_mb_is_too_large() {
    let line = [b"data: ", &b"x".repeat(100 << 20)[..]].concat();
    let seen = after_text(&line);
    assert_eq!((seen.len(), kind(&seen)), (1, &ErrorKind::TooLarge));
}

#[test]
fn an_event_over_the_cap_of_many_lines_is_too_large() {
    let line = [b"data: ", &b"x".repeat(1 << 20)[..], b"\n"].concat();
    let seen = after_text(&[&line.repeat(66)[..], b"\n", FINAL.as_bytes()].concat());
    assert_eq!((seen.len(), kind(&seen)), (1, &ErrorKind::TooLarge));
    let fits = [&line.repeat(60)[..], b"\n", FINAL.as_bytes()].concat();
    assert!(completed(&after_text(&fits)), "below the cap it is a frame like any other");
    assert_eq!(SseDecoder::DEFAULT_LIMIT, 64 << 20);
}

#[test]
fn nul_bytes_are_text_like_any_other() {
    let seen = after_text(format!("data: a\0b\n\n\0\0\n\n{FINAL}").as_bytes());
    assert_eq!(seen[0].as_ref().ok(), Some(&RunEvent::Other(json!("a\0b"))));
    assert!(completed(&seen));
}

#[test]
fn half_a_character_at_the_end_is_truncated() {
    let half = "data: {\"blockId\":\"b\",\"chunk\":\"é".as_bytes();
    let seen = after_text(&half[..half.len() - 1]);
    assert_eq!((seen.len(), kind(&seen)), (1, &truncated()));
}

#[test]
fn bytes_that_are_not_utf_8_are_replaced() {
    let seen = after_text(
        &[b"data: {\"blockId\":\"b\",\"chunk\":\"a\xffb\"}\n\n", FINAL.as_bytes()].concat(),
    );
    let replaced = RunEvent::Text { block: "b".into(), chunk: "a\u{fffd}b".into() };
    assert_eq!(seen[0].as_ref().ok(), Some(&replaced));
}

#[test]
fn a_frame_that_is_not_json_is_kept_as_text() {
    for text in ["not JSON", "{\"blockId\":", "[1,", "\"half", "[DONE", "DONE"] {
        let seen = after_text(format!("data: {text}\n\n{FINAL}").as_bytes());
        assert_eq!(seen[0].as_ref().ok(), Some(&RunEvent::Other(json!(text))));
        assert!(completed(&seen), "{text}");
    }
}

#[test]
fn json_of_an_unknown_shape_is_kept_as_it_is() {
    for text in [
        "null",
        "[]",
        "{\"chunk\":null}",
        "{\"event\":1}",
        "{\"event\":\"tool\",\"phase\":\"mid\"}",
    ] {
        let seen = after_text(format!("data: {text}\n\n{FINAL}").as_bytes());
        let value = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
        assert_eq!(seen[0].as_ref().ok(), Some(&RunEvent::Other(value)));
        assert!(completed(&seen), "{text}");
    }
}

#[test]
fn json_10000_deep_is_no_crash() {
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    let seen = after_text(format!("data: {deep}\n\n{FINAL}").as_bytes());
    assert!(matches!(&seen[0], Ok(RunEvent::Other(Value::String(text))) if *text == deep));
    assert!(completed(&seen));
    let last = format!(
        "data: {{\"event\":\"final\",\"data\":{{\"success\":true,\"output\":{deep}}}}}\n\n"
    );
    let seen = after_text(last.as_bytes());
    assert_eq!(kind(&seen), &ErrorKind::Decode, "a result that cannot be read is no silence");
    let error = seen[0].as_ref().expect_err("an error");
    assert!(error.body().len() > 20_000 && error.run_id().is_some(), "it is kept");
}

#[test]
fn what_follows_the_outcome_is_not_read() {
    for rest in [
        format!("{FINAL}{DONE}{TEXT}{FINAL}"),
        format!("{FINAL}{FINAL}{DONE}"),
        format!("{FINAL}data: {{\"event\":\"error\",\"error\":\"late\"}}\n\n"),
    ] {
        let seen = after_text(rest.as_bytes());
        assert!(seen.len() == 1 && completed(&seen), "{rest}");
    }
    let seen = after_text(format!("{DONE}{FINAL}").as_bytes());
    assert_eq!((seen.len(), kind(&seen)), (1, &truncated()), "a mark without an outcome is none");
}

#[test]
fn a_final_frame_of_an_odd_shape_is_still_the_outcome() {
    for (data, status) in [
        ("{\"success\":false}", RunStatus::Cancelled),
        ("{\"success\":true}", RunStatus::Completed),
        ("{\"success\":true,\"status\":\"paused\"}", RunStatus::Paused),
        ("{\"success\":false,\"error\":{\"message\":\"m\"}}", RunStatus::Failed),
    ] {
        let seen =
            after_text(format!("data: {{\"event\":\"final\",\"data\":{data}}}\n\n").as_bytes());
        let result = seen[0].as_ref().ok().and_then(RunEvent::result).expect("the outcome");
        assert_eq!(result.status, status, "{data}");
    }
    for data in ["null", "7", "[]", "\"x\"", "{}", "{\"success\":1}"] {
        let seen =
            after_text(format!("data: {{\"event\":\"final\",\"data\":{data}}}\n\n").as_bytes());
        assert_eq!(kind(&seen), &ErrorKind::Decode, "{data}");
    }
}

#[test]
fn an_empty_stream_is_truncated() {
    let mut events = RunEvents::new(None);
    let error = events.end().expect("an outcome").expect_err("an error");
    assert_eq!(error.kind(), &ErrorKind::Truncated { run_id: None, cause: None });
}
