//! Calls an operation that the SDK does not have yet: declared with its page, its retries and a typed refusal:
//! `cargo run --example newer_operation`.

// The declared types are public, as those of a library; nobody else uses a program's.
#![allow(unreachable_pub)]

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use sim_mock::Sim;
use simstudio::ureq::Client;
use simstudio::{Error, Page, RetryPolicy, WorkspaceId};

simstudio::id! {
    /// The id of a knowledge base.
    KnowledgeBaseId
}

simstudio::open_enum! {
    /// The state of a document.
    DocumentState {
        /// It can be searched.
        Ready = "ready",
        /// It is being read.
        Reading = "processing" | "pending",
    }
}

/// A document of a knowledge base.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// The name of its file.
    pub name: String,
    /// How far the server is with it.
    pub state: DocumentState,
}

simstudio::endpoint! {
    /// Lists the documents of a knowledge base.
    ListDocuments: GET "/api/v2/knowledge/{base}/documents" => Page<Document>,
    path { base: KnowledgeBaseId },
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Only those in that state.
        state: DocumentState = "state",
    },
    paged 100,
}

simstudio::endpoint! {
    /// Has a document read again. Doing that twice is doing it once.
    ReadAgain: POST "/api/v2/knowledge/{base}/documents/read" => {data: Value},
    path { base: KnowledgeBaseId },
    body { name: String = "name" },
    idempotency Idempotent,
}

/// Why a document is not read again.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
struct Locked {
    locked_by: String,
}

/// The details of a refusal, if they are of this kind.
fn locked(error: &Error) -> Option<Locked> {
    let body: Value = serde_json::from_slice(error.body()).ok()?;
    serde_json::from_value(body["error"]["details"].clone()).ok()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sim = Sim::builder().start()?;
    let client = Client::builder().base_url(sim.url()).api_key(sim.key()).build()?;
    let json_head = [("content-type", "application/json")];

    // Two pages; the second is refused once, and read again as any read is.
    let page = |name: &str, state: &str, next: Option<&str>| {
        json!({"data": [{"name": name, "state": state}], "nextCursor": next}).to_string()
    };
    sim.fail_next(200, &json_head, &page("guide.pdf", "ready", Some("c-2")));
    sim.fail_next(503, &json_head, "{}");
    sim.fail_next(200, &json_head, &page("notes.md", "archived", None));
    let list = ListDocuments::new("kb-1", "ws-1").limit(1);
    for document in client.items(list) {
        let Document { name, state } = document?;
        println!("{name}: {state}");
        assert!(name == "guide.pdf" || state == DocumentState::Other("archived".to_owned()));
    }

    // A refusal says why, in a type of this program; the policy is that of this call.
    let refusal = json!({"error": {
        "code": "CONFLICT", "message": "the document is locked", "details": {"lockedBy": "Ann"},
    }});
    sim.fail_next(503, &json_head, "{}");
    sim.fail_next(409, &json_head, &refusal.to_string());
    let policy = RetryPolicy::new().max_retries(1).initial_delay(Duration::from_millis(1));
    let again = ReadAgain::new("kb-1", "guide.pdf").retry(policy);
    let error = client.call(again).expect_err("it is locked");
    println!("{error}: {:?}", locked(&error));
    assert_eq!(locked(&error), Some(Locked { locked_by: "Ann".to_owned() }));
    assert_eq!(error.attempts(), 2);

    let requests = sim.requests();
    assert_eq!(requests.len(), 5);
    Ok(())
}
