//! Many rows, and jobs that are waited for.

use std::time::Duration;

use serde_json::{Value, json};
use sim_core::Result;
use sim_core::transport::Outcome;
use sim_platform::flow::{InsertRows, InsertedChunks, Patience, WaitFor};
use sim_platform::knowledge::{GetDocument, ProcessingStatus};
use sim_platform::tables::{ExportDownload, RowData};

use super::{Sent, api, drive, lines, lost, refusal, reply, script};

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

#[test]
fn the_file_of_an_export_is_fetched_from_its_address_without_the_key() {
    let there = |url: &str| -> ExportDownload {
        serde_json::from_value(json!({"url": url, "fileName": "a.csv"})).expect("a download")
    };
    let url = "https://storage.example/a.csv?signature=s";
    let fetch = there(url).fetch(&api()).expect("an exchange");
    let (content, sent) = drive(fetch, Duration::from_secs(1), |_| reply(200, &json!("n")));
    assert_eq!(content.expect("a file"), "\"n\"");
    assert_eq!(lines(&sent), [format!("GET {url}")]);
    assert!(sent[0].headers.is_empty(), "{:?}", sent[0].headers);

    let fetch = there(url).fetch(&api()).expect("an exchange");
    let refused = json!({"error": "Unauthorized"});
    let (content, _) = drive(fetch, Duration::from_secs(1), |_| reply(401, &refused));
    let error = content.expect_err("a server with local storage");
    assert!(error.message().contains("browser sessions"), "{error}");
    assert!(there("/api/files/serve/a").fetch(&api()).is_err());
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
