//! The recordings of deployed chats, over sockets and on both transports: each by itself, and as conversations of one
//! handle.

mod conversations;
mod wanted;

use std::path::Path;

use serde_json::Value;
use sim_conformance::{Reply, Script, Seen};
use simstudio::chat::{Chat, ChatFile, ChatMessage};
use simstudio::{Error, ErrorKind, Result, RunEvent, Texts};

use super::record::Record;
use super::streams::{as_sent, by_kind, dropped};
use crate::clients::{Client, Plain};
use wanted::{REFUSALS, STREAMS, UNSENT};

/// What a call of a chat came to.
enum Got {
    Said(Value),
    Events(Vec<RunEvent<'static>>),
}

/// The recordings of requests that a visitor of a chat makes; empty where they are not.
fn records() -> Vec<Record> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/recordings-2");
    if !folder.is_dir() {
        eprintln!("skipped: the recordings are not here");
        return Vec::new();
    }
    let of_visitor = |record: &Record| {
        record.target().starts_with("/api/chat/")
            && !record.target().starts_with("/api/chat/manage/")
            && matches!(record.method(), "GET" | "POST" | "PUT")
    };
    let mut records = Record::all(&folder, |name| name.starts_with("chat-"));
    records.retain(of_visitor);
    records
}

/// The whole answer of a recording, as it goes over the wire.
fn answer(record: &Record) -> Reply {
    if record.is_stream() {
        return Reply::close(as_sent(record));
    }
    let headers = record.headers().into_iter().map(|(name, value)| format!("{name}: {value}\r\n"));
    let (headers, body): (String, _) = (headers.collect(), record.answer());
    let (status, length) = (record.status(), body.len());
    Reply::keep_open(format!(
        "HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\n\r\n{body}"
    ))
}

/// Makes the call of a recording with this handle.
fn ask(client: &Client, chat: &Chat, record: &Record) -> Result<Got> {
    let sent = record.sent().unwrap_or_default();
    let text = |key: &str| sent[key].as_str().unwrap_or_default().to_owned();
    let said = |said: Result<Value>| said.map(Got::Said);
    let json = |value: &dyn erased::Json| value.json();
    let end = record.target().rsplit('/').next().unwrap_or_default();
    match (record.method(), end) {
        ("GET", _) => said(client.call(chat.settings()).map(|it| json(&it))),
        ("PUT", "otp") => {
            said(client.call(chat.check_code(text("email"), text("otp"))).map(|it| json(&it)))
        }
        (_, "otp") => said(client.call(chat.send_code(text("email"))).map(|it| json(&it))),
        (_, "sso") => said(client.call(chat.check_sso(text("email"))).map(|it| json(&it))),
        _ if sent.get("input").is_none() && sent.get("password").is_some() => {
            said(client.call(chat.sign_in(text("password"))).map(|it| json(&it)))
        }
        _ => client.events(message(chat, record, &sent)).map(Got::Events),
    }
}

/// What serialises, as JSON.
mod erased {
    pub(super) trait Json {
        fn json(&self) -> serde_json::Value;
    }
    impl<T: simstudio::Serialize> Json for T {
        fn json(&self) -> serde_json::Value {
            serde_json::to_value(self).expect("JSON")
        }
    }
}

fn message(chat: &Chat, record: &Record, sent: &Value) -> ChatMessage {
    let mut message = chat.message(sent["input"].as_str().unwrap_or_default());
    if let Some(id) = sent["conversationId"].as_str() {
        message = message.conversation(id);
    }
    if let Some(password) = sent["password"].as_str() {
        message = message.password(password);
    }
    for file in sent["files"].as_array().into_iter().flatten().take(15) {
        let text = |key: &str| file[key].as_str().unwrap_or_default();
        // The base64 of the recordings is that of this text.
        message = message.file(ChatFile::new(text("name"), text("type"), "hello"));
    }
    if record.sent_protocol().is_some() { message.agent_events() } else { message }
}

/// Checks that the recorded request reached the wire, without the key of the client.
fn check_request(record: &Record, seen: &Seen) {
    let name = &record.name;
    assert_eq!((seen.method(), seen.target()), (record.method(), record.target()), "{name}");
    assert_eq!(seen.header("x-api-key"), None, "{name}");
    let sent = serde_json::from_slice::<Value>(&seen.body).ok();
    let mut recorded = record.sent();
    // The SDK does not know when a file was changed.
    let files = recorded.as_mut().and_then(|sent| sent.get_mut("files")?.as_array_mut());
    for file in files.into_iter().flatten() {
        file.as_object_mut().expect("a file").remove("lastModified");
    }
    if UNSENT.iter().all(|(unsent, _)| unsent != name) {
        assert_eq!(sent, recorded, "{name}");
    }
    if record.sent_protocol().is_some_and(|protocol| protocol == "agent-events-v1") {
        assert_eq!(seen.header("x-sim-stream-protocol"), Some("agent-events-v1"), "{name}");
    }
}

/// Checks a refusal against the recorded words.
fn check_refusal(what: &str, record: &Record, error: &Error) {
    let body = record.answered().expect("JSON");
    let told = (error.status().map(|status| status.as_u16()), error.server_code(), error.message());
    let words = body["error"].as_str().expect("words");
    assert_eq!(told, (Some(record.status()), body["code"].as_str(), words), "{what}");
    assert_eq!((error.kind(), error.run_id()), (&ErrorKind::Api, None), "{what}");
    let after = record.headers().into_iter().find(|(name, _)| *name == "retry-after");
    let after = after.map(|(_, seconds)| seconds.to_owned());
    assert_eq!(error.retry_after().map(|after| after.as_secs().to_string()), after, "{what}");
}

/// Checks what a row says beside the mechanical checks.
fn check_row(what: &str, record: &Record, events: &[RunEvent<'static>]) {
    let Some((_, kinds, text, status, why)) =
        STREAMS.iter().find(|(name, ..)| *name == record.name)
    else {
        return;
    };
    let mut texts = Texts::default();
    for event in events {
        texts.push(event);
    }
    let result = events.last().and_then(RunEvent::result).expect("an outcome");
    assert_eq!((by_kind(events).as_str(), texts.to_string().as_str()), (*kinds, *text), "{what}");
    assert_eq!(result.status.as_str(), *status, "{what}");
    assert_eq!(result.error.as_ref().map(|error| &*error.message), *why, "{what}");
}

#[test]
fn every_recording_of_a_chat_is_asked_and_read_as_it_was() {
    let records = records();
    for record in &records {
        let script = Script::new([answer(record)]);
        let identifier = record.target().split('/').nth(3).expect("an identifier");
        for client in Client::both(script.url(), &Plain) {
            let what = format!("{} on {}", record.name, client.name());
            match ask(&client, &Chat::new(identifier), record) {
                // Of this one the bytes that arrived before the loss were not kept.
                Err(error) if record.name == "chat-cut-1-message" => {
                    assert!(error.is_truncated() && error.run_id().is_none(), "{error:?}");
                }
                Ok(Got::Said(said)) => assert_eq!(Some(said), record.answered(), "{what}"),
                Ok(Got::Events(events)) => {
                    assert!(dropped(record, &events).is_empty(), "{what}");
                    check_row(&what, record, &events);
                }
                Err(error) => check_refusal(&what, record, &error),
            }
        }
        let seen = script.seen();
        assert_eq!(seen.len(), 2, "{}", record.name);
        for seen in &seen {
            check_request(record, seen);
        }
    }
    eprintln!("{} recordings of chats on two transports", records.len());
}

#[test]
fn each_refusal_that_differs_has_a_row_and_is_told_as_it_says() {
    let records = records();
    let refusals = records.iter().filter(|record| record.status() >= 400);
    let kinds: std::collections::BTreeSet<_> = refusals
        .map(|record| {
            let body = record.answered().expect("JSON");
            (record.status(), body["code"].to_string(), body["error"].to_string())
        })
        .collect();
    if !records.is_empty() {
        assert_eq!(kinds.len(), REFUSALS.len(), "{kinds:#?}");
    }
    for (name, status, code, server_code, message) in REFUSALS {
        let Some(record) = records.iter().find(|record| record.name == name) else { continue };
        let script = Script::new([answer(record)]);
        for client in Client::both(script.url(), &Plain) {
            let got = ask(&client, &Chat::new("a-chat"), record);
            let error = got.err().unwrap_or_else(|| panic!("{name} is a refusal"));
            let told = (error.status().map(|status| status.as_u16()), error.code());
            assert_eq!(told, (Some(status), code), "{name} on {}", client.name());
            assert_eq!((error.server_code(), error.message()), (server_code, message), "{name}");
            assert!(!error.is_ambiguous(), "{name}");
        }
    }
}
