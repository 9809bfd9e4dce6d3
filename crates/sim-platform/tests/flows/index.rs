//! Documents that are added, or tried again, and waited for. `PATCH` with `retryProcessing` processes the document within
//! the request, and answers 500 where that fails again.

use std::time::Duration;

use serde_json::json;
use sim_core::transport::Outcome;
use sim_core::{ErrorKind, Result};
use sim_platform::flow::{IndexDocument, Patience};
use sim_platform::knowledge::{Document, ProcessingStatus, UploadDocument};

use super::{Sent, api, drive, lines, lost, refusal, reply, script};

const ADD: &str = "POST https://sim.example/api/v2/knowledge/kb-1/documents?workspaceId=ws-1";
const RETRY: &str = "PATCH https://sim.example/api/v2/knowledge/kb-1/documents/doc-1";
const READ: &str = "GET https://sim.example/api/v2/knowledge/kb-1/documents/doc-1?workspaceId=ws-1";

fn document(status: u16, progress: &str) -> Outcome {
    let failed = (progress == "failed").then_some("no text");
    let data = json!({
        "id": "doc-1", "knowledgeBaseId": "kb-1", "filename": "a.txt", "processingStatus": progress,
        "processingError": failed,
    });
    reply(status, &json!({ "data": data }))
}

fn add(answer: impl FnMut(&Sent) -> Outcome) -> (Result<Document>, Vec<Sent>) {
    let upload = UploadDocument::new("kb-1", "ws-1", "a.txt", "text/plain", "tea");
    let patience = Patience::new().bound(Duration::from_secs(60));
    let index = IndexDocument::add(&api(), upload, patience).expect("an addition");
    drive(index, Duration::from_millis(100), answer)
}

fn retry(answer: impl FnMut(&Sent) -> Outcome) -> (Result<Document>, Vec<Sent>) {
    let index = IndexDocument::retry(&api(), "kb-1", "doc-1", "ws-1", Patience::new());
    drive(index.expect("a retry"), Duration::from_millis(100), answer)
}

#[test]
fn a_document_is_added_once_and_read_until_it_is_indexed_or_failed() {
    for (word, end) in
        [("completed", ProcessingStatus::Completed), ("failed", ProcessingStatus::Failed)]
    {
        let answers = vec![
            document(201, "pending"),
            document(200, "pending"),
            document(200, "processing"),
            document(200, word),
        ];
        let (indexed, sent) = add(script(answers));
        let indexed = indexed.expect("a document");
        assert_eq!(indexed.processing_status, end);
        assert_eq!(indexed.processing_error.is_some(), word == "failed");
        assert_eq!(lines(&sent), [ADD, READ, READ, READ]);
    }
}

#[test]
fn a_document_that_is_never_processed_ends_the_wait_at_its_bound() {
    let mut is_first = true;
    let (waited, sent) = add(|_| {
        let status = if std::mem::take(&mut is_first) { 201 } else { 200 };
        document(status, "pending")
    });
    assert!(waited.expect_err("it is never processed").is_timeout());
    let last = sent.last().expect("a look").at;
    assert!(last > Duration::from_secs(30) && last < Duration::from_secs(61), "{last:?}");
}

#[test]
fn a_lost_addition_is_ambiguous_and_a_refused_one_is_told() {
    let (added, sent) = add(script(vec![lost()]));
    assert!(matches!(added.expect_err("a loss").kind(), ErrorKind::Ambiguous { .. }));
    assert_eq!(lines(&sent), [ADD]);
    let (added, sent) = add(script(vec![refusal(415, "UNSUPPORTED_MEDIA_TYPE")]));
    assert_eq!(added.expect_err("a refusal").code(), "UNSUPPORTED_MEDIA_TYPE");
    assert_eq!(sent.len(), 1);
}

#[test]
fn a_retry_that_answers_500_or_nothing_is_what_the_document_says() {
    for first in [refusal(500, "INTERNAL_ERROR"), lost()] {
        let (retried, sent) = retry(script(vec![first, document(200, "failed")]));
        let retried = retried.expect("a document");
        assert_eq!(retried.processing_status, ProcessingStatus::Failed);
        assert_eq!(retried.processing_error.as_deref(), Some("no text"));
        assert_eq!(lines(&sent), [RETRY, READ]);
    }
    let queued = json!({"data": {
        "id": "doc-1", "queued": true, "processingStatus": "pending", "message": "queued",
    }});
    let (retried, sent) = retry(script(vec![reply(200, &queued), document(200, "completed")]));
    assert_eq!(retried.expect("a document").processing_status, ProcessingStatus::Completed);
    assert_eq!(lines(&sent), [RETRY, READ]);
}

#[test]
fn a_document_that_cannot_be_retried_is_refused() {
    let (retried, sent) = retry(script(vec![refusal(400, "BAD_REQUEST")]));
    assert_eq!(retried.expect_err("a refusal").code(), "BAD_REQUEST");
    assert_eq!(lines(&sent), [RETRY]);
}
