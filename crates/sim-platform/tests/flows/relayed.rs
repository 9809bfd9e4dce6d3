//! Refusals that tell of a service behind Sim, for each operation that has one. The answers are those of a real server.

use sim_core::{Endpoint, Error, RetryPolicy};
use sim_platform::credentials::CreateServiceAccountCredential;
use sim_platform::knowledge::{RetryDocument, SearchKnowledge};
use sim_platform::mcp_servers::ListMcpServerTools;

use super::*;

/// Makes a call whose every answer is this refusal. Returns the error and the number of requests.
fn refused<E: Endpoint>(endpoint: E, status: u16, code: &str, message: &str) -> (Error, usize) {
    let body = json!({"error": {"code": code, "message": message}}).to_string();
    let answer = |_: &Sent| {
        let told = http::Response::builder().status(status).header("retry-after", "5");
        Ok(told.body(Bytes::from(body.clone())).expect("an answer"))
    };
    let (result, sent) = drive(api().call(endpoint).expect("a call"), Duration::ZERO, answer);
    (result.err().expect("a refusal"), sent.len())
}

#[test]
fn a_failure_behind_sim_is_told_at_once() {
    let (internal, down) = ("INTERNAL_ERROR", "SERVICE_UNAVAILABLE");
    let often = RetryPolicy::new().max_retries(9);
    let search = SearchKnowledge::new("ws-1", ["kb-1"]).query("a question");
    let tools = ListMcpServerTools::new("mcp-1", "ws-1");
    let retry = RetryDocument::new("kb-1", "doc-1", "ws-1").retry(often);
    let account = CreateServiceAccountCredential::new("ws-1", "google-service-account", "{}");
    let internally = "Internal server error";
    let unreachable = "The MCP server could not be reached";
    let unasked = "Credential provider is temporarily unavailable";
    for (what, status, (error, requests)) in [
        ("a search", 500, refused(search.clone(), 500, internal, internally)),
        ("a search, often", 500, refused(search.retry(often), 500, internal, internally)),
        ("tools", 503, refused(tools.clone(), 503, down, unreachable)),
        ("tools, often", 503, refused(tools.retry(often), 503, down, unreachable)),
        ("a document", 500, refused(retry, 500, internal, internally)),
        ("an account", 503, refused(account.clone(), 503, down, unasked)),
        ("an account, often", 503, refused(account.retry(often), 503, down, unasked)),
    ] {
        assert_eq!((error.attempts(), requests), (1, 1), "{what}: {error}");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status), "{what}");
        assert!(!error.is_ambiguous(), "{what}: the server itself answered");
    }
}

#[test]
fn a_failure_of_sim_itself_is_not() {
    // A list of servers asks nobody but Sim.
    let servers = sim_platform::mcp_servers::ListMcpServers::new("ws-1");
    let (error, requests) = refused(servers, 503, "SERVICE_UNAVAILABLE", "Busy");
    assert_eq!((error.attempts(), requests), (3, 3), "{error}");
}
