//! Uploads that end early or go on late: deadlines, crashes, sessions that the server forgot, and what is no upload.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use sim_core::transport::Outcome;
use sim_core::{CancelToken, Result};
use sim_platform::files::{CreateFileUpload, FileUpload, FileUploading};
use sim_platform::knowledge::CreateDocumentUpload;
use sim_platform::{UploadSession, files};

use super::{Sent, api, drive, lines, lost, refusal, reply, script};

const CREATE: &str = "POST https://sim.example/api/v2/files/uploads";
const PUT: &str = "PUT https://store.example/put";
const PARTS: &str = "POST https://sim.example/api/v2/files/uploads/up-1/parts?workspaceId=ws-1";
const ABORT: &str = "DELETE https://sim.example/api/v2/files/uploads/up-1?workspaceId=ws-1";
const COMPLETE: &str =
    "POST https://sim.example/api/v2/files/uploads/up-1/complete?workspaceId=ws-1";

fn begun() -> Value {
    let transfer = json!({"method": "put", "url": "https://store.example/put", "headers": {}});
    json!({"session": ended("uploading"), "uploadToken": "t.1", "transfer": transfer})
}

fn ended(status: &str) -> Value {
    json!({"id": "up-1", "status": status, "name": "a.txt", "size": 10})
}

fn put() -> Outcome {
    reply(201, &json!({ "data": begun() }))
}

fn done(status: &str) -> Outcome {
    reply(200, &json!({"data": ended(status)}))
}

fn taken() -> Outcome {
    reply(204, &Value::Null)
}

fn create() -> CreateFileUpload {
    CreateFileUpload::new("ws-1", "a.txt", "text/plain", 10)
}

fn uploading(create: CreateFileUpload) -> FileUploading {
    create.upload(&api(), Bytes::from("0123456789")).expect("an upload")
}

fn run(
    upload: FileUploading,
    answers: impl FnMut(&Sent) -> Outcome,
) -> (Result<FileUpload>, Vec<Sent>) {
    drive(upload, Duration::from_secs(1), answers)
}

/// A session as a program stored it.
fn stored(transfer: &Value, parts_done: u64) -> UploadSession {
    let stored =
        json!({"id": "up-1", "token": "t.1", "transfer": transfer, "parts_done": parts_done});
    serde_json::from_value(stored).expect("a session")
}

fn whole(parts_done: u64) -> UploadSession {
    stored(&begun()["transfer"], parts_done)
}

#[test]
fn the_deadline_covers_all_of_an_upload_and_it_is_given_up_then() {
    let deadline = Duration::from_secs(6);
    let (result, sent) = run(uploading(create().deadline(deadline)), |sent| match &*sent.line {
        CREATE => put(),
        PUT => lost(),
        ABORT => done("aborted"),
        line => panic!("not expected: {line}"),
    });
    assert!(result.is_err());
    assert!(sent.iter().all(|sent| sent.line == ABORT || sent.at < deadline));
    assert!(lines(&sent).iter().filter(|line| **line == PUT).count() >= 2);
    assert_eq!(lines(&sent).last(), Some(&ABORT), "the server keeps no rest of it");
}

#[test]
fn the_options_of_the_first_request_hold_for_the_others() {
    let upload = uploading(create().header("x-team", "search"));
    let (result, sent) = run(upload, script(vec![put(), taken(), done("completed")]));
    assert!(result.is_ok());
    let has = |sent: &Sent| sent.headers.contains(&"x-team".to_owned());
    assert_eq!(sent.iter().map(has).collect::<Vec<_>>(), [true, false, true], "not to the storage");
}

#[test]
fn a_crash_after_the_bytes_were_sent_goes_on_with_the_completion() {
    let upload = uploading(create()).resume(whole(1)).expect("it goes on");
    let (result, sent) = run(upload, script(vec![done("completed")]));
    assert!(result.is_ok());
    assert_eq!(lines(&sent), [COMPLETE]);
}

#[test]
fn a_crash_before_the_answer_to_the_bytes_was_stored_is_settled_by_completing() {
    // The storage refuses bytes that it has; a completed upload refuses all bytes.
    for refused in [
        vec![refusal(500, "INTERNAL_ERROR"), refusal(500, "INTERNAL_ERROR")],
        vec![refusal(409, "CONFLICT")],
    ] {
        let puts = refused.len();
        let mut answers = refused;
        answers.push(done("completed"));
        let upload = uploading(create()).resume(whole(0)).expect("it goes on");
        let (result, sent) = run(upload, script(answers));
        assert!(result.is_ok());
        let mut expected = vec![PUT; puts];
        expected.push(COMPLETE);
        assert_eq!(lines(&sent), expected);
    }
}

#[test]
fn a_stored_upload_that_the_server_forgot_or_ended_is_begun_anew() {
    let parts = json!({"method": "multipart", "partSize": 2, "partCount": 5});
    for (status, code, aborted) in
        [(404, "NOT_FOUND", refusal(404, "NOT_FOUND")), (409, "CONFLICT", done("aborted"))]
    {
        let upload = uploading(create()).resume(stored(&parts, 1)).expect("it goes on");
        let answers = vec![refusal(status, code), aborted, put(), taken(), done("completed")];
        let (result, sent) = run(upload, script(answers));
        assert!(result.is_ok(), "{status}");
        assert_eq!(lines(&sent), [PARTS, ABORT, CREATE, PUT, COMPLETE]);
    }
}

#[test]
fn what_is_missing_besides_the_upload_does_not_begin_it_anew() {
    // The folder that the file goes into was deleted meanwhile.
    let answers = vec![put(), taken(), refusal(404, "NOT_FOUND"), done("aborted")];
    let (result, sent) = run(uploading(create()), script(answers));
    assert_eq!(result.expect_err("a refusal").status().map(|status| status.as_u16()), Some(404));
    assert_eq!(lines(&sent), [CREATE, PUT, COMPLETE, ABORT]);
}

#[test]
fn a_cancelled_upload_is_given_up_although_its_token_is_cancelled() {
    let token = CancelToken::new();
    let (result, sent) = run(uploading(create().cancel(&token)), |sent| match &*sent.line {
        CREATE => put(),
        PUT => {
            token.cancel();
            lost()
        }
        ABORT => done("aborted"),
        line => panic!("not expected: {line}"),
    });
    assert!(result.expect_err("it was cancelled").is_cancelled());
    assert_eq!(lines(&sent), [CREATE, PUT, ABORT]);
}

#[test]
fn a_name_that_the_server_would_not_take_is_refused_before_anything_is_sent() {
    let (long, longest) = ("a".repeat(300), "a".repeat(255));
    for (name, taken) in [
        ("a/b.txt", false),
        ("..", false),
        ("", false),
        ("a\nb", false),
        ("a\0b", false),
        (&*long, false),
        (&*longest, true),
        (r"a\b.txt", true),
    ] {
        let create = CreateFileUpload::new("ws-1", name, "text/plain", 1);
        let upload = create.upload(&api(), Bytes::from("x"));
        assert_eq!(upload.is_ok(), taken, "{name:?}");
        let document = CreateDocumentUpload::new("kb-1", "ws-1", name, "text/plain", 1);
        assert_eq!(document.upload(&api(), Bytes::from("x")).is_ok(), taken, "{name:?}");
    }
}

#[test]
fn an_empty_file_is_a_file_and_an_empty_document_is_none() {
    let empty = files::CreateFileUpload::new("ws-1", "a.txt", "text/plain", 0);
    let upload = empty.upload(&api(), Bytes::new()).expect("an upload");
    let (result, sent) = run(upload, script(vec![put(), taken(), done("completed")]));
    assert!(result.is_ok() && sent[1].body.is_empty());
    assert_eq!(lines(&sent), [CREATE, PUT, COMPLETE]);
    let empty = CreateDocumentUpload::new("kb-1", "ws-1", "a.txt", "text/plain", 0);
    assert!(empty.upload(&api(), Bytes::new()).is_err());
}
