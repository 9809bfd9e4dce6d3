//! Servers without v2, and paths that v2 does not have.

use serde_json::json;
use sim_mock::{Sim, V2};

use crate::client::{Call, assert_error, greet, greeter};

fn execute() -> Call {
    Call::execute_v2("greet", &json!({}))
}

#[test]
fn a_server_with_v2_switched_off_looks_at_the_key_first() {
    let sim = Sim::builder().workflow(greet()).v2(V2::Off).start().expect("a free port");
    for call in [execute(), Call::get("/api/v2/workflows?workspaceId=w")] {
        let answer = call.send(&sim);
        assert_error(&answer, 404, &json!({ "code": "NOT_FOUND", "message": "Not found" }));
        assert_eq!(answer.header("x-ratelimit-limit"), None);
    }
    let answer = execute().key("bad").send(&sim);
    let error = json!({ "code": "UNAUTHORIZED", "message": "Invalid API key" });
    assert_error(&answer, 401, &error);
    let challenge = "SimApiKey realm=\"Sim API\", header=\"x-api-key\"";
    assert_eq!(answer.header("www-authenticate"), Some(challenge));
    assert!(sim.runs().is_empty());
}

#[test]
fn a_server_from_before_v2_has_a_page() {
    let sim = Sim::builder().workflow(greet()).v2(V2::Missing).start().expect("a free port");
    let answer = execute().send(&sim);
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(answer.body.starts_with("<!DOCTYPE html>"));
}

#[test]
fn v2_is_switched_while_the_server_runs() {
    let sim = greeter();
    assert_eq!(execute().send(&sim).status, 200);
    sim.set_v2(V2::Off);
    assert_eq!(execute().send(&sim).status, 404);
    sim.set_v2(V2::On);
    assert_eq!(execute().send(&sim).status, 200);
}

#[test]
fn an_unknown_path_of_v2_is_a_404_in_its_envelope() {
    let answer = Call::get("/api/v2/nonexistent").send(&greeter());
    assert_error(&answer, 404, &json!({ "code": "NOT_FOUND", "message": "Not found" }));
    assert_eq!(answer.header("x-ratelimit-limit"), None);
}

#[test]
fn verbs_and_slashes_are_those_of_the_framework() {
    let sim = greeter();
    let answer = Call::get("/api/v2/workflows/greet/execute").send(&sim);
    answer.assert(405, "");
    assert_eq!(answer.header("cache-control"), None);
    let answer = Call::post("/api/v2/workflows/greet/execute/").send(&sim);
    answer.assert(308, "/api/v2/workflows/greet/execute");
}
