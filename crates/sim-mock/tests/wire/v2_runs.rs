//! The list of runs: filters, pages, cursors.

use serde_json::{Value, json};
use sim_mock::{Outcome, Sim, Workflow};

use crate::client::{Answer, Call, assert_error, assert_keys};

/// Starts a server with five runs, of which every second one failed.
fn five() -> Sim {
    let workflow = Workflow::new("w", |input: Value| {
        let fails = input["fails"] == true;
        if fails { Outcome::failed("Boom") } else { Outcome::completed(json!({})) }
    });
    let sim = Sim::builder().workflow(workflow).start().expect("a free port");
    for number in 0..5 {
        let body = json!({ "input": { "fails": number % 2 == 1 } });
        Call::execute_v2("w", &body).header("x-run-id", &format!("r{number}")).send(&sim);
    }
    sim
}

fn list(sim: &Sim, query: &str) -> Answer {
    Call::get(format!("/api/v2/workflows/w/runs{query}")).send(sim)
}

fn ids(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let data = answer.json()["data"].clone();
    let runs = data.as_array().expect("a list").iter();
    runs.map(|run| run["runId"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn the_newest_run_comes_first_and_everything_fits_on_a_page() {
    let sim = five();
    let answer = list(&sim, "");
    assert_eq!(ids(&answer), ["r4", "r3", "r2", "r1", "r0"]);
    assert_eq!(answer.json()["nextCursor"], Value::Null);
    let keys =
        ["runId", "workflowId", "status", "trigger", "startedAt", "endedAt", "durationMs", "cost"];
    assert_keys(&answer.json()["data"][0].to_string(), &sorted(keys));
    assert_eq!(ids(&list(&sim, "?order=asc")), ["r0", "r1", "r2", "r3", "r4"]);
}

/// Sorts the keys, since a parsed value has them in this order.
fn sorted<const N: usize>(mut keys: [&str; N]) -> [&str; N] {
    keys.sort_unstable();
    keys
}

#[test]
fn filters() {
    let sim = five();
    assert_eq!(ids(&list(&sim, "?status=failed")), ["r3", "r1"]);
    assert_eq!(ids(&list(&sim, "?trigger=api&limit=100")).len(), 5);
    assert!(ids(&list(&sim, "?trigger=manual")).is_empty());
    assert!(ids(&list(&sim, "?endDate=2020-01-01T00:00:00Z")).is_empty());
    let query = "?startDate=2020-01-01T00:00:00Z&endDate=2999-01-01T00:00:00.000Z";
    assert_eq!(ids(&list(&sim, query)).len(), 5);
}

#[test]
fn pages_end_with_a_null_cursor_and_repeat_nothing() {
    let sim = five();
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    for page in [2, 2, 1] {
        let answer = list(&sim, &format!("?limit=2{cursor}"));
        assert_eq!(ids(&answer).len(), page);
        seen.extend(ids(&answer));
        let next = answer.json()["nextCursor"].clone();
        assert_eq!(next.is_null(), page == 1);
        let next = next.as_str().unwrap_or_default().replace('=', "%3D").replace('+', "%2B");
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, ["r4", "r3", "r2", "r1", "r0"]);
}

#[test]
fn a_cursor_goes_with_its_sort_and_its_filter() {
    let sim = five();
    let next = list(&sim, "?limit=2").json()["nextCursor"].clone();
    let next = next.as_str().expect("a cursor").replace('=', "%3D").replace('+', "%2B");
    let message = "cursor does not match the requested sortBy/sortOrder. \
                   Restart pagination without a cursor after changing the sort.";
    let answer = list(&sim, &format!("?limit=2&order=asc&cursor={next}"));
    assert_error(&answer, 400, &json!({ "code": "BAD_REQUEST", "message": message }));
    assert_eq!(list(&sim, &format!("?status=failed&cursor={next}")).status, 400);
    assert_eq!(list(&sim, "?cursor=garbage").status, 400);
    assert_eq!(list(&sim, "?cursor=").status, 400);
    assert_eq!(ids(&list(&sim, &format!("?limit=1&cursor={next}"))), ["r2"]);
}

#[test]
fn values_out_of_range() {
    let sim = five();
    let issue = json!({
        "origin": "number", "code": "too_big", "maximum": 100, "inclusive": true,
        "path": ["limit"], "message": "limit cannot exceed 100",
    });
    let error = json!({ "code": "BAD_REQUEST", "message": issue["message"], "details": [issue] });
    assert_error(&list(&sim, "?limit=99999"), 400, &error);
    let words = json!(["pending", "running", "completed", "failed", "cancelled", "paused"]);
    let message = "Invalid option: expected one of \"pending\"|\"running\"|\"completed\"|\
                   \"failed\"|\"cancelled\"|\"paused\"";
    let issue = json!({
        "code": "invalid_value", "values": words, "path": ["status"], "message": message,
    });
    let error = json!({ "code": "BAD_REQUEST", "message": message, "details": [issue] });
    assert_error(&list(&sim, "?status=nope"), 400, &error);
    let queries = [
        "?limit=0",
        "?limit=x",
        "?startDate=2026-01-01",
        "?startDate=2026-01-01T00:00:00%2B01:00",
        "?startDate=2026-01-02T00:00:00Z&endDate=2026-01-01T00:00:00Z",
        "?bogus=1",
    ];
    for query in queries {
        assert_eq!(list(&sim, query).status, 400, "{query}");
    }
}

#[test]
fn a_queued_run_is_not_listed_before_it_begins() {
    let sim = Sim::builder().workflow(Workflow::new("w", |_| json!({}))).start().expect("a port");
    sim.hold_queue();
    Call::execute_v2("w", &json!({ "async": true })).header("x-run-id", "r").send(&sim);
    assert!(ids(&list(&sim, "")).is_empty());
}

#[test]
fn the_runs_of_an_unknown_workflow_are_a_404() {
    let answer = Call::get("/api/v2/workflows/nowhere/runs").send(&five());
    assert_error(&answer, 404, &json!({ "code": "NOT_FOUND", "message": "Workflow not found" }));
}
