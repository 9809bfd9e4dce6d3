//! Conversations of several requests, driven by hand in simulated time. The answers are those of the protocol; the
//! numbers are those of the server: 1000 rows a request, 100 addresses of parts at once, `Retry-After` in seconds.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use sim_core::transport::{
    BodyPlan, Exchange, Outcome, Phase, Step, TransportError, TransportErrorKind,
};
use sim_core::{Api, Generation, Result};
use sim_platform::files::CreateFileUpload;
use sim_platform::flow::{InsertRows, InsertedChunks, Patience, WaitFor};
use sim_platform::knowledge::{GetDocument, ProcessingStatus};
use sim_platform::tables::RowData;

/// What reached the server, and when.
struct Sent {
    line: String,
    headers: Vec<String>,
    body: Bytes,
    at: Duration,
}

fn api() -> Api {
    let builder = Api::builder([1; 32]).base_url("https://sim.example").api_key("sk-key");
    builder.generation(Generation::V2).build().expect("a core")
}

/// Drives an exchange to its end; each answer takes `takes`.
fn drive<X: Exchange>(
    mut exchange: X,
    takes: Duration,
    mut answer: impl FnMut(&Sent) -> Outcome,
) -> (Result<X::Output>, Vec<Sent>) {
    let (mut sent, mut now) = (Vec::new(), Duration::ZERO);
    loop {
        let request = exchange.request();
        let one = Sent {
            line: format!("{} {}", request.method(), request.uri()),
            headers: request.headers().keys().map(|name| name.as_str().to_owned()).collect(),
            body: Bytes::copy_from_slice(request.body().as_bytes().unwrap_or_default()),
            at: now,
        };
        let outcome = answer(&one);
        if let Ok(response) = &outcome {
            let (head, ()) = http::Response::builder()
                .status(response.status())
                .body(())
                .expect("a head")
                .into_parts();
            assert!(matches!(exchange.plan(&head), BodyPlan::Read { .. }));
        }
        sent.push(one);
        assert!(sent.len() < 1000, "it never ends");
        now += takes;
        match exchange.receive(outcome, now) {
            Step::Done(result) => return (result, sent),
            Step::Again(delay) => now += delay,
        }
    }
}

#[allow(clippy::unnecessary_wraps)]
fn reply(status: u16, body: &Value) -> Outcome {
    let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
    Ok(http::Response::builder().status(status).body(body).expect("a response"))
}

fn refusal(status: u16, code: &str) -> Outcome {
    reply(status, &json!({"error": {"code": code, "message": "No."}}))
}

fn lost() -> Outcome {
    Err(TransportError::new(TransportErrorKind::Closed, Phase::Sent))
}

fn script(answers: Vec<Outcome>) -> impl FnMut(&Sent) -> Outcome {
    let mut answers = VecDeque::from(answers);
    move |sent| answers.pop_front().unwrap_or_else(|| panic!("not expected: {}", sent.line))
}

fn lines(sent: &[Sent]) -> Vec<&str> {
    sent.iter().map(|sent| &*sent.line).collect()
}

const STORE: &str = "https://store.example/put?t=1";
const CREATE: &str = "POST https://sim.example/api/v2/files/uploads";
const PUT: &str = "PUT https://store.example/put?t=1";
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
    let size = u64::try_from(content.len()).expect("a size");
    let create = CreateFileUpload::new("ws-1", "a.txt", "text/plain", size);
    let upload = create.upload(&api(), content).expect("an upload");
    let (result, sent) = drive(upload, Duration::from_secs(1), answers);
    (result.map(|upload| upload.status.is_over()), sent)
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
fn bytes_that_are_refused_end_the_upload() {
    let (result, sent) = upload("0123456789", script(vec![put(), refusal(400, "BAD_REQUEST")]));
    let error = result.expect_err("a refusal");
    assert_eq!((error.code(), error.status().map(|s| s.as_u16())), ("BAD_REQUEST", Some(400)));
    assert_eq!(sent.len(), 2);
    let (result, sent) = upload("0123456789", script(vec![put(), lost(), lost(), lost()]));
    assert!(result.is_err());
    assert_eq!(sent.len(), 4, "an address is tried three times");
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
        let answers = vec![begun(&transfer), reply(200, &json!({"data": {"parts": parts}}))];
        let (result, sent) = upload("0123456789", script(answers));
        assert!(result.is_err(), "{numbers}");
        assert_eq!(sent.len(), 2, "{numbers}");
    }
}

#[test]
fn content_of_another_size_is_refused_before_anything_is_sent() {
    let create = CreateFileUpload::new("ws-1", "a.txt", "text/plain", 11);
    assert_eq!(
        create.upload(&api(), "0123456789").expect_err("too short").code(),
        "INVALID_REQUEST"
    );
}

fn rows(count: usize, size: usize) -> Vec<RowData> {
    (0..count)
        .map(|n| RowData::from([("n", json!(n)), ("text", json!("x".repeat(size)))]))
        .collect()
}

fn inserted(sent: &Sent) -> Outcome {
    let body: Value = serde_json::from_slice(&sent.body).expect("JSON");
    let rows = body["rows"].as_array().expect("rows");
    let row = |row: &Value| json!({"id": format!("row-{}", row["n"]), "data": row});
    let rows: Vec<_> = rows.iter().map(row).collect();
    reply(201, &json!({"data": {"insertedCount": rows.len(), "rows": rows}}))
}

fn insert(rows: Vec<RowData>, answer: impl FnMut(&Sent) -> Outcome) -> (InsertedChunks, Vec<Sent>) {
    let insert = InsertRows::new(&api(), "tbl-1", "ws-1", rows).expect("an insertion");
    let (report, sent) = drive(insert, Duration::from_secs(1), answer);
    (report.expect("a report"), sent)
}

#[test]
fn rows_go_in_chunks_that_the_server_takes() {
    let (report, sent) = insert(rows(2500, 1), inserted);
    assert_eq!(sent.len(), 3);
    assert!(report.failures.is_empty() && report.unsent.is_empty());
    assert_eq!(report.rows.len(), 2500);
    assert_eq!(report.rows[2499].as_str(), "row-2499");

    let (report, sent) = insert(rows(40, 300_000), inserted);
    assert_eq!((sent.len(), report.rows.len()), (2, 40));
    assert!(sent.iter().all(|sent| sent.body.len() < 10 * 1024 * 1024), "10 MiB is the most");
    assert!(InsertRows::new(&api(), "tbl-1", "ws-1", Vec::new()).is_err());
}

#[test]
fn a_chunk_that_is_refused_is_reported_and_the_next_one_follows() {
    let mut number = 0;
    let (report, sent) = insert(rows(2500, 1), |sent| {
        number += 1;
        if number == 2 { refusal(400, "BAD_REQUEST") } else { inserted(sent) }
    });
    assert_eq!((sent.len(), report.rows.len()), (3, 1500));
    assert_eq!(report.failures.len(), 1);
    assert_eq!(report.failures[0].places, 1000..2000);
    assert!(report.unsent.is_empty());
    assert_eq!(report.into_result().expect_err("the failure").code(), "BAD_REQUEST");
}

#[test]
fn another_refusal_or_a_loss_ends_the_insertion() {
    for (outcome, ambiguous) in
        [(refusal as fn(u16, &str) -> Outcome, false), (|_, _| lost(), true)]
    {
        let mut number = 0;
        let (report, sent) = insert(rows(2500, 1), |sent| {
            number += 1;
            if number == 2 { outcome(403, "FORBIDDEN") } else { inserted(sent) }
        });
        assert_eq!((sent.len(), report.rows.len()), (2, 1000));
        assert_eq!(report.failures[0].places, 1000..2000);
        assert_eq!(report.failures[0].error.is_ambiguous(), ambiguous);
        assert_eq!(report.unsent, 2000..2500);
    }
}

#[test]
fn too_many_requests_are_waited_out() {
    let mut number = 0;
    let (report, sent) = insert(rows(1500, 1), |sent| {
        number += 1;
        if number != 2 {
            return inserted(sent);
        }
        let body = json!({"error": {"code": "RATE_LIMITED", "message": "Too many requests"}});
        let response = http::Response::builder().status(429).header("retry-after", "60");
        Ok(response.body(body.to_string().into()).expect("a response"))
    });
    assert!(report.failures.is_empty(), "{report:?}");
    assert_eq!((sent.len(), report.rows.len()), (3, 1500));
    assert!(sent[2].at >= sent[1].at + Duration::from_secs(60));
}

fn document(status: &str) -> Outcome {
    let data = json!({
        "id": "doc-1", "knowledgeBaseId": "kb-1", "filename": "a.txt", "processingStatus": status,
    });
    reply(200, &json!({ "data": data }))
}

fn wait(
    patience: Patience,
    answer: impl FnMut(&Sent) -> Outcome,
) -> (Result<ProcessingStatus>, Vec<Sent>) {
    let look = GetDocument::new("kb-1", "doc-1", "ws-1");
    let wait = WaitFor::new(&api(), look, patience).expect("a wait");
    let (result, sent) = drive(wait, Duration::from_millis(100), answer);
    (result.map(|document| document.processing_status), sent)
}

#[test]
fn a_job_is_looked_at_until_it_is_over() {
    let answers = vec![document("pending"), document("processing"), document("failed")];
    let (result, sent) = wait(Patience::new(), script(answers));
    assert_eq!(result.expect("a document"), ProcessingStatus::Failed);
    assert_eq!(sent[1].at, Duration::from_millis(1600));
    assert!(sent[2].at > sent[1].at + Duration::from_millis(1600), "the time between looks grows");
}

#[test]
fn no_wait_is_without_an_end() {
    let bound = Duration::from_secs(60);
    let (result, sent) = wait(Patience::new().bound(bound), |_| document("pending"));
    assert!(result.expect_err("it never ends").is_timeout());
    let last = sent.last().expect("a look").at;
    assert!(last < bound && last > bound / 2, "{last:?}");
}

#[test]
fn looks_may_fail_but_not_for_ever() {
    let mut number = 0;
    // Each look is tried three times.
    let (result, _) = wait(Patience::new().failures(1), |_| {
        number += 1;
        if number <= 3 { refusal(503, "SERVICE_UNAVAILABLE") } else { document("completed") }
    });
    assert_eq!(result.expect("a document"), ProcessingStatus::Completed);
    let (result, sent) = wait(Patience::new().failures(1), |_| lost());
    assert!(result.is_err());
    assert_eq!(sent.len(), 6);
    let (result, sent) = wait(Patience::new(), |_| refusal(404, "NOT_FOUND"));
    assert!(result.expect_err("it is gone").is_not_found());
    assert_eq!(sent.len(), 1);
}
