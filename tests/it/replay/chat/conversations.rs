//! Recorded exchanges with a chat in their order, with one handle: what it keeps, and what it gives back.

use sim_conformance::{Reply, Script, Seen};
use simstudio::chat::Chat;
use simstudio::{ErrorKind, ResumeRun, RunEvent};

use super::{Got, Record, answer, ask, check_request, records};
use crate::clients::{Client, Plain};

/// What the server set, and what came back.
const COOKIE: &str = "chat_auth_1=YTY0OnBhc3N3b3Jk%3D%3D";

/// Plays these recordings in their order with one handle. Returns what was got, and what reached the server.
fn play(client: &Client, script: &Script, records: &[&Record]) -> (Vec<Got>, Vec<Seen>) {
    let before = script.seen().len();
    let chat = Chat::new(records[0].target().split('/').nth(3).expect("an identifier"));
    let got = records.iter().map(|record| match ask(client, &chat, record) {
        Ok(got) => {
            assert!(record.status() < 400, "{}", record.name);
            got
        }
        Err(error) => {
            assert_eq!(error.status().map(|it| it.as_u16()), Some(record.status()), "{error:?}");
            Got::Said(error.server_code().into())
        }
    });
    let got = got.collect();
    (got, script.seen().split_off(before))
}

/// Checks a conversation on both transports: each request has exactly the cookie that the recorded one had.
fn converse(names: &[&str]) {
    let all = records();
    if all.is_empty() {
        return;
    }
    let find = |name: &&str| all.iter().find(|record| record.name == **name).expect("a recording");
    let records: Vec<_> = names.iter().map(find).collect();
    let replies: Vec<_> = records.iter().map(|record| answer(record)).collect();
    let script = Script::new([replies.clone(), replies].concat());
    for client in Client::both(script.url(), &Plain) {
        let (_, seen) = play(&client, &script, &records);
        assert_eq!(seen.len(), records.len());
        for (record, seen) in records.iter().zip(&seen) {
            check_request(record, seen);
            let cookie = record.sent_header("cookie");
            assert_eq!(seen.header("cookie"), cookie, "{} on {}", record.name, client.name());
        }
    }
}

#[test]
fn a_conversation_with_a_password_returns_the_cookie_that_signing_in_gave() {
    converse(&[
        "chat-pw-01-message-without",
        "chat-pw-03-wrong",
        "chat-pw-06-right",
        "chat-pw-07-config-with-cookie",
        "chat-pw-08-message-with-cookie",
        "chat-pw-09-message-with-cookie-protocol",
        "chat-pw-16-old-cookie-after-change",
        "chat-pw-17-config-old-cookie",
    ]);
}

#[test]
fn a_conversation_with_a_code_signs_in_under_the_very_address() {
    converse(&[
        "chat-otp-case-1-send",
        "chat-otp-case-2-check-lower",
        "chat-otp-case-3-check-same",
    ]);
}

#[test]
fn a_chat_that_anybody_may_use_gets_no_cookie() {
    converse(&["chat-config-pub-agent", "chat-msg-agent-conversation-1"]);
}

#[test]
fn a_pause_names_the_run_by_which_a_key_resumes_it() {
    let all = records();
    let Some(record) = all.iter().find(|record| record.name == "chat-msg-hitl") else { return };
    let script = Script::new([answer(record)]);
    for client in Client::both(script.url(), &Plain) {
        let Ok(Got::Events(events)) = ask(&client, &Chat::new("a"), record) else { panic!() };
        let result = events.last().and_then(RunEvent::result).expect("an outcome");
        let [point] = &result.pause.as_ref().expect("a pause").points[..] else { panic!() };
        let run = "daaa1c35-afc5-408b-9a37-ba2f502c998b";
        assert_eq!(point.run_id, Some(run.into()));
        assert_eq!(result.run_id, Some(run.into()));
        assert_eq!(point.context_id.as_str(), "25916b29-60ef-4855-aa59-fb6d77d105fd");
        assert!(ResumeRun::at(point).is_ok());
    }
}

fn signed_in() -> Reply {
    let body = r#"{"id":"1","title":"T","authType":"password"}"#;
    let set = format!("{COOKIE}; Path=/; Max-Age=86400; Secure; HttpOnly; SameSite=lax");
    let length = body.len();
    Reply::keep_open(format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nset-cookie: {set}\r\ncontent-length: {length}\r\n\r\n{body}"
    ))
}

const FINAL: &str = "data: {\"event\":\"final\",\"data\":{\"success\":true,\"output\":{}}}\n\n";

fn stream(head: &str, frames: &str, end: fn(String) -> Reply) -> Reply {
    end(format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n{head}\r\n{frames}"))
}

#[test]
fn a_cookie_goes_to_the_server_that_set_it_and_to_no_other() {
    for number in [0, 1] {
        let (own, other) = (
            Script::new([signed_in(), stream("", FINAL, Reply::close)]),
            Script::new([stream("", FINAL, Reply::close)]),
        );
        let chat = Chat::new("a-chat");
        let to = |script: &Script| Client::both(script.url(), &Plain).into_iter().nth(number);
        let client = to(&own).expect("a client");
        client.call(chat.sign_in("hush")).expect("the settings");
        assert!(chat.is_signed_in());
        to(&other).expect("a client").events(chat.message("hi")).expect("a stream");
        client.events(chat.message("hi")).expect("a stream");
        assert_eq!(other.seen()[0].header("cookie"), None);
        let cookies: Vec<_> = own.seen().iter().map(|it| it.headers("cookie").join("|")).collect();
        assert_eq!(cookies, ["", COOKIE]);
        chat.sign_out();
        client.events(chat.message("hi")).expect("a stream");
        assert_eq!(own.seen()[2].header("cookie"), None);
    }
}

#[test]
fn a_cookie_in_the_head_of_a_stream_reaches_the_handle() {
    let set = "set-cookie: chat_auth_1=new; Path=/; Secure\r\n";
    for number in [0, 1] {
        let script =
            Script::new([stream(set, FINAL, Reply::close), stream("", FINAL, Reply::close)]);
        let client = Client::both(script.url(), &Plain).into_iter().nth(number).expect("a client");
        let chat = Chat::new("a-chat");
        for _ in 0..2 {
            client.events(chat.message("hi")).expect("a stream");
        }
        assert_eq!(script.seen()[1].header("cookie"), Some("chat_auth_1=new"));
    }
}

#[test]
fn a_lost_message_is_ambiguous_without_a_run_and_is_not_sent_again() {
    let text = "data: {\"blockId\":\"b\",\"chunk\":\"Hello\"}\n\n";
    let chunk = format!("{:x}\r\n{text}\r\n", text.len());
    let chunked = "transfer-encoding: chunked\r\n";
    let lost = [
        (Reply::close(""), "CONNECTION_ERROR", true),
        (stream(chunked, "", Reply::close), "TRUNCATED", true),
        (stream(chunked, &chunk, Reply::close), "TRUNCATED", false),
        (stream("", text, Reply::close), "TRUNCATED", false),
    ];
    for (reply, code, is_ambiguous) in lost {
        let script = Script::new([reply]);
        for client in Client::both(script.url(), &Plain) {
            let error = client.events(Chat::new("a-chat").message("hi")).expect_err("a loss");
            let told = (error.code(), error.run_id(), error.sent_id(), error.handle());
            assert_eq!(told, (code, None, None, None), "{error:?}");
            match error.kind() {
                ErrorKind::Ambiguous { run_id, .. } if is_ambiguous => assert_eq!(*run_id, None),
                ErrorKind::Truncated { run_id, .. } if !is_ambiguous => assert_eq!(*run_id, None),
                kind => panic!("{kind:?}"),
            }
        }
        assert_eq!(script.seen().len(), 2, "one request for each call");
    }
}

#[test]
fn no_password_and_no_code_is_in_an_error_or_a_debug_form() {
    let echo = r#"{"error":"hush-4711 is wrong","code":"HUSH: hush-4711"}"#;
    let script = Script::new([Reply::json(401, echo)]);
    for client in Client::both(script.url(), &Plain) {
        let chat = Chat::new("a-chat");
        let (sign_in, check) =
            (chat.sign_in("hush-4711"), chat.check_code("a@b.example", "hush-4711"));
        let message = chat.message("hi").password("hush-4711");
        let shown = format!("{sign_in:?} {check:?} {message:?} {chat:?}");
        assert!(!shown.contains("hush-4711"), "{shown}");
        let errors = [
            client.call(sign_in).map(drop),
            client.call(check).map(drop),
            client.events(message).map(drop),
        ];
        for error in errors {
            let error = error.expect_err("a refusal");
            let shown = format!("{error} {error:#} {error:?} {error:#?}");
            assert!(!shown.contains("hush-4711"), "{shown}");
            assert_eq!(error.server_code(), Some("HUSH: ***"));
        }
    }
}

#[test]
fn what_the_server_would_refuse_is_not_sent() {
    let script = Script::new([Reply::json(500, "{}")]);
    let file = || simstudio::chat::ChatFile::new("a", "text/plain", "");
    for client in Client::both(script.url(), &Plain) {
        let chat = Chat::new("a-chat");
        let many = (0..16).fold(chat.message("hi"), |message, _| message.file(file()));
        let refused = [
            Chat::new("Not an identifier").message("hi"),
            Chat::new("a/otp").message("hi"),
            Chat::new("").message("hi"),
            chat.message("x".repeat(1_000_001)),
            chat.message("hi").conversation("c".repeat(257)),
            many,
        ];
        for message in refused {
            let error = client.events(message).expect_err("it cannot be sent");
            assert_eq!(error.kind(), &ErrorKind::Request, "{error:?}");
        }
    }
    assert_eq!(script.seen(), []);
}
