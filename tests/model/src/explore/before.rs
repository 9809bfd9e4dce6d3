//! What happened before a conversation begins.

use bytes::Bytes;

use super::network::Network;
use super::scenario::{Conversation, Scenario};
use super::sdk;
use crate::server::{KEY, Mode};

/// Returns the place whose pause is answered.
pub(super) fn context(conversation: Conversation) -> &'static str {
    use crate::server::Workflow::{Parallel, TwoHumans};
    match conversation {
        Conversation::ResumeSecond { .. } => "second",
        Conversation::Resume { workflow: TwoHumans, .. } => "first",
        Conversation::Resume { workflow: Parallel, .. } => "left",
        _ => "ask",
    }
}

/// Starts the run that a conversation is about, and lets it come to where the conversation begins.
pub(super) fn begun(
    scenario: &Scenario,
    network: &mut Network,
    nonce: &str,
) -> Option<(String, Option<String>)> {
    let mode = scenario.conversation.begun()?;
    let workflow = scenario.conversation.workflow().id();
    let path = format!("/api/workflows/{workflow}/execute");
    let mut start = post(&path, &sdk::input(nonce).to_string());
    let headers = start.headers_mut();
    headers.insert("x-execution-id", http::HeaderValue::from_static("run-before"));
    if mode == Mode::Queued {
        headers.insert("x-execution-mode", http::HeaderValue::from_static("async"));
    }
    network.aside(&start);
    if scenario.conversation.purpose() != crate::story::Purpose::Cancel {
        network.now += 300;
    }
    network.server.advance(network.now, network.node.version);
    if matches!(scenario.conversation, Conversation::ResumeSecond { .. }) {
        let run = network.server.runs[0].id.clone();
        let first = format!("/api/resume/{workflow}/{run}/first");
        network.aside(&post(&first, r#"{"input": {"by": "the first"}}"#));
        network.now += 300;
    }
    let run = &network.server.runs[0];
    let by_job = !network.node.version.reads();
    Some((run.id.clone(), (by_job && mode == Mode::Queued).then(|| run.job.clone())))
}

/// Returns a request that somebody else makes.
pub(super) fn post(path: &str, body: &str) -> http::Request<Bytes> {
    let request = http::Request::builder().method("POST").uri(path).header("x-api-key", KEY);
    request.body(Bytes::copy_from_slice(body.as_bytes())).expect("a request")
}
