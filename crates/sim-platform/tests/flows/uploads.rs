//! Uploads: what a server with local storage answers, and what a network loses.

use std::io;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use sim_core::transport::{Outcome, Source};
use sim_core::{CancelToken, ErrorKind, Result};
use sim_platform::UploadSession;
use sim_platform::files::{CreateFileUpload, FileUploading};

use super::{Sent, api, drive, lines, lost, refusal, reply, script};

const STORE: &str = "https://store.example/put?t=1";
const CREATE: &str = "POST https://sim.example/api/v2/files/uploads";
const PUT: &str = "PUT https://store.example/put?t=1";
const ABORT: &str = "DELETE https://sim.example/api/v2/files/uploads/up-1?workspaceId=ws-1";
const COMPLETE: &str =
    "POST https://sim.example/api/v2/files/uploads/up-1/complete?workspaceId=ws-1";

fn session(status: &str) -> Value {
    json!({"id": "up-1", "status": status, "name": "a.txt", "size": 10})
}

fn begun(transfer: &Value) -> Outcome {
    let data = json!({"session": session("uploading"), "uploadToken": "t.1", "transfer": transfer});
    reply(201, &json!({ "data": data }))
}

fn put() -> Outcome {
    begun(&json!({"method": "put", "url": STORE, "headers": {"Content-Type": "text/plain"}}))
}

fn completed() -> Outcome {
    reply(200, &json!({"data": session("completed")}))
}

fn upload(
    content: &'static str,
    answers: impl FnMut(&Sent) -> Outcome,
) -> (Result<bool>, Vec<Sent>) {
    finished(uploading(Bytes::from_static(content.as_bytes())), answers)
}

fn uploading(content: impl Source) -> FileUploading {
    let create = CreateFileUpload::new("ws-1", "a.txt", "text/plain", content.len());
    create.upload(&api(), content).expect("an upload")
}

fn finished(
    upload: FileUploading,
    answers: impl FnMut(&Sent) -> Outcome,
) -> (Result<bool>, Vec<Sent>) {
    let (result, sent) = drive(upload, Duration::from_secs(1), answers);
    (result.map(|upload| upload.status.is_over()), sent)
}

fn aborted() -> Outcome {
    reply(200, &json!({"data": session("aborted")}))
}

#[test]
fn bytes_go_to_the_storage_without_the_key() {
    let (result, sent) =
        upload("0123456789", script(vec![put(), reply(204, &Value::Null), completed()]));
    assert!(result.expect("an upload"));
    assert_eq!(lines(&sent), [CREATE, PUT, COMPLETE]);
    assert_eq!(sent[1].headers, ["content-type"]);
    assert_eq!(&sent[1].body[..], b"0123456789");
    assert!(sent[2].headers.contains(&"upload-token".to_owned()) && sent[2].body.is_empty());
}

#[test]
fn a_lost_answer_of_the_storage_is_settled_by_completing() {
    // The storage of a self-hosted server answers 500 to bytes that it has.
    let answers = vec![put(), lost(), refusal(500, "INTERNAL_ERROR"), completed()];
    let (result, sent) = upload("0123456789", script(answers));
    assert!(result.expect("an upload"));
    assert_eq!(lines(&sent), [CREATE, PUT, PUT, COMPLETE]);
    assert!(sent[2].at > sent[1].at + Duration::from_secs(1), "it waits before it tries again");
}

#[test]
fn bytes_that_are_refused_end_the_upload_on_the_server_too() {
    let answers = vec![put(), refusal(400, "BAD_REQUEST"), aborted()];
    let (result, sent) = upload("0123456789", script(answers));
    let error = result.expect_err("a refusal");
    assert_eq!((error.code(), error.status().map(|s| s.as_u16())), ("BAD_REQUEST", Some(400)));
    assert_eq!(lines(&sent), [CREATE, PUT, ABORT]);
    assert!(sent[2].headers.contains(&"upload-token".to_owned()));
}

#[test]
fn an_upload_whose_bytes_are_lost_is_begun_anew_once() {
    let tries = || vec![put(), lost(), lost(), lost(), aborted()];
    let mut answers = tries();
    answers.extend([put(), reply(204, &Value::Null), completed()]);
    let (result, sent) = upload("0123456789", script(answers));
    assert!(result.expect("the second one goes well"));
    assert_eq!(lines(&sent), [CREATE, PUT, PUT, PUT, ABORT, CREATE, PUT, COMPLETE]);

    let (result, sent) =
        upload("0123456789", script([tries(), tries()].into_iter().flatten().collect()));
    assert!(matches!(result.expect_err("it is lost").kind(), ErrorKind::Closed));
    assert_eq!(lines(&sent)[5..], [CREATE, PUT, PUT, PUT, ABORT]);
}

#[test]
fn an_upload_whose_bytes_are_not_there_in_the_end_is_begun_anew() {
    let answers = vec![
        put(),
        lost(),
        refusal(500, "INTERNAL_ERROR"),
        refusal(409, "CONFLICT"),
        aborted(),
        put(),
        reply(204, &Value::Null),
        completed(),
    ];
    let (result, sent) = upload("0123456789", script(answers));
    assert!(result.expect("an upload"));
    assert_eq!(lines(&sent), [CREATE, PUT, PUT, COMPLETE, ABORT, CREATE, PUT, COMPLETE]);
}

#[test]
fn an_upload_that_may_have_been_completed_is_not_begun_again() {
    // A server refuses to abort what is completed.
    let mut first = true;
    let (result, sent) = upload("0123456789", |sent| match &*sent.line {
        CREATE => put(),
        PUT => reply(204, &Value::Null),
        COMPLETE if std::mem::take(&mut first) => lost(),
        COMPLETE | ABORT => refusal(409, "CONFLICT"),
        line => panic!("not expected: {line}"),
    });
    assert!(result.is_err());
    assert_eq!(lines(&sent).iter().filter(|line| **line == CREATE).count(), 1);
}

#[test]
fn an_upload_that_is_cancelled_does_not_stay_on_the_server() {
    let token = CancelToken::new();
    let create = CreateFileUpload::new("ws-1", "a.txt", "text/plain", 10).cancel(&token);
    let upload = create.upload(&api(), Bytes::from("0123456789")).expect("an upload");
    let (result, sent) = finished(upload, |sent| match &*sent.line {
        CREATE => {
            token.cancel();
            put()
        }
        ABORT => aborted(),
        line => panic!("not expected: {line}"),
    });
    assert!(result.expect_err("it was cancelled").is_cancelled());
    assert_eq!(lines(&sent), [CREATE, ABORT]);
}

/// A source whose content cannot be read from some place on.
#[derive(Debug)]
struct Broken;

impl Source for Broken {
    fn len(&self) -> u64 {
        200_000
    }

    fn read(&self, offset: u64, length: usize) -> io::Result<Bytes> {
        if offset > 100_000 {
            return Err(io::Error::other("the disk is gone"));
        }
        Ok(vec![b'x'; length].into())
    }
}

#[test]
fn a_source_that_cannot_be_read_ends_the_upload() {
    let answers = vec![put(), aborted()];
    let (result, sent) = finished(uploading(Broken), script(answers));
    let error = result.expect_err("it cannot be read");
    assert!(matches!(error.kind(), ErrorKind::Source), "{error:?}");
    assert_eq!(lines(&sent), [CREATE, PUT, ABORT]);
}

#[test]
fn what_was_read_is_reported_and_never_more_than_the_whole() {
    let content = Bytes::from(vec![b'x'; 400_000]);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let report = Arc::clone(&seen);
    let upload = uploading(content)
        .on_progress(move |done, total| report.lock().expect("a list").push((done, total)));
    let answers = vec![put(), reply(204, &Value::Null), completed()];
    assert!(finished(upload, script(answers)).0.expect("an upload"));
    let seen = seen.lock().expect("a list");
    assert!(seen.is_sorted() && seen.len() > 2, "{seen:?}");
    assert_eq!(seen.last(), Some(&(400_000, 400_000)));
}

/// Answers as a server whose parts have 2 bytes.
fn in_parts(sent: &Sent) -> Outcome {
    match &*sent.line {
        CREATE => begun(&json!({"method": "multipart", "partSize": 2, "partCount": 5})),
        COMPLETE => completed(),
        line if line.starts_with("PUT ") => reply(204, &Value::Null),
        _ => {
            let asked: Value = serde_json::from_slice(&sent.body).expect("JSON");
            let numbers = asked["partNumbers"].as_array().expect("numbers");
            let url = |n: &Value| json!({"partNumber": n, "url": format!("{STORE}&n={n}"), "headers": {}});
            reply(200, &json!({"data": {"parts": numbers.iter().map(url).collect::<Vec<_>>()}}))
        }
    }
}

#[test]
fn a_stored_upload_goes_on_with_the_first_part_that_is_missing() {
    let stored = Arc::new(Mutex::new(String::new()));
    let store = Arc::clone(&stored);
    let content = || Bytes::from("0123456789");
    let upload = uploading(content()).on_session(move |session| {
        *store.lock().expect("a store") = serde_json::to_string(session).expect("JSON");
    });
    let mut puts = 0;
    let crashed = std::panic::catch_unwind(AssertUnwindSafe(|| {
        finished(upload, |sent| {
            puts += usize::from(sent.line.starts_with("PUT "));
            assert!(puts < 3, "the program crashes");
            in_parts(sent)
        })
    }));
    assert!(crashed.is_err());
    let session: UploadSession =
        serde_json::from_str(&stored.lock().expect("a store")).expect("a session");
    assert_eq!(session.parts_done, 2);
    assert!(!format!("{session:?}").contains("t.1"), "the token is not shown");
    let upload = uploading(content()).resume(session).expect("an upload");
    let (result, sent) = finished(upload, in_parts);
    assert!(result.expect("an upload"));
    assert!(!lines(&sent).contains(&CREATE));
    let bodies: Vec<_> = sent.iter().filter(|sent| sent.line.starts_with("PUT ")).collect();
    assert_eq!(bodies.iter().flat_map(|sent| sent.body.to_vec()).collect::<Vec<_>>(), b"456789");
    assert_eq!(lines(&sent).last(), Some(&COMPLETE));
}

#[test]
fn the_address_of_a_part_that_no_longer_works_is_asked_for_again() {
    let mut refused = false;
    let (result, sent) = upload("0123456789", |sent| {
        if sent.line.ends_with("n=3") && !std::mem::replace(&mut refused, true) {
            return refusal(403, "FORBIDDEN");
        }
        in_parts(sent)
    });
    assert!(result.expect("an upload"));
    let parts: Vec<_> = lines(&sent).into_iter().filter(|line| line.starts_with("PUT ")).collect();
    let numbers: String = parts.iter().map(|line| &line[line.len() - 1..]).collect();
    assert_eq!(numbers, "123345");
}

#[test]
fn parts_are_numbered_from_one_and_asked_for_a_hundred_at_a_time() {
    let content: &'static str = "abcdefghij".repeat(25).leak();
    let transfer = json!({"method": "multipart", "partSize": 2, "partCount": 125});
    let mut batches = Vec::new();
    let (result, sent) = upload(content, |sent| {
        if sent.line == CREATE {
            return begun(&transfer);
        }
        if sent.line == COMPLETE {
            return completed();
        }
        if sent.line.starts_with("PUT ") {
            return reply(200, &Value::Null);
        }
        let asked: Value = serde_json::from_slice(&sent.body).expect("JSON");
        let numbers = asked["partNumbers"].as_array().expect("numbers").clone();
        batches.push(numbers.len());
        let url =
            |n: &Value| json!({"partNumber": n, "url": format!("{STORE}&n={n}"), "headers": {}});
        // In any order.
        let parts: Vec<_> = numbers.iter().rev().map(url).collect();
        reply(200, &json!({"data": {"parts": parts}}))
    });
    assert!(result.expect("an upload"));
    assert_eq!(batches, [100, 25]);
    let puts: Vec<_> = sent.iter().filter(|sent| sent.line.starts_with("PUT ")).collect();
    let bodies: Vec<_> = puts.iter().flat_map(|put| put.body.to_vec()).collect();
    assert_eq!((puts.len(), bodies), (125, content.as_bytes().to_vec()));
    assert_eq!(puts[124].line, format!("{PUT}&n=125"));
}

#[test]
fn addresses_of_other_parts_than_were_asked_for_end_the_upload() {
    let transfer = json!({"method": "multipart", "partSize": 5, "partCount": 2});
    for numbers in [json!([1]), json!([0, 1]), json!([2, 3]), json!([1, 1]), json!([])] {
        let part = |number: &Value| json!({"partNumber": number, "url": STORE, "headers": {}});
        let parts: Vec<_> = numbers.as_array().expect("numbers").iter().map(part).collect();
        let answers =
            vec![begun(&transfer), reply(200, &json!({"data": {"parts": parts}})), aborted()];
        let (result, sent) = upload("0123456789", script(answers));
        assert!(result.is_err(), "{numbers}");
        assert_eq!(sent.len(), 3, "{numbers}");
    }
}

#[test]
fn content_of_another_size_is_refused_before_anything_is_sent() {
    for declared in [9, 11] {
        let create = CreateFileUpload::new("ws-1", "a.txt", "text/plain", declared);
        let error = create.upload(&api(), Bytes::from("0123456789")).expect_err("a lie");
        assert_eq!(error.code(), "INVALID_REQUEST");
        assert!(error.message().contains("10") && error.message().contains(&declared.to_string()));
    }
}

/// A source that only says how long it is.
#[derive(Debug)]
struct Long(u64);

impl Source for Long {
    fn len(&self) -> u64 {
        self.0
    }

    fn read(&self, _: u64, _: usize) -> io::Result<Bytes> {
        unreachable!("nothing is sent")
    }
}

#[test]
fn content_that_the_server_does_not_take_is_refused_before_anything_is_sent() {
    let most = 5 * 1024 * 1024 * 1024;
    for (size, taken) in [(0, true), (most, true), (most + 1, false)] {
        let create = CreateFileUpload::new("ws-1", "a.bin", "application/octet-stream", size);
        let upload = create.upload(&api(), Long(size));
        assert_eq!(upload.is_ok(), taken, "{size}");
    }
}
