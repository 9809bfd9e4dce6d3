//! Logs: the list, and everything about one run.

use serde_json::{Value, json};
use sim_mock::{Failure, Mode, Sim, Workflow};

use crate::client::{Answer, Call, assert_error, data};
use crate::waiting::waiting;

/// Starts a server and runs `ok`, `bad` and `other`, in this order.
fn sim() -> Sim {
    let greet = Workflow::new("w", |input: Value| input).name("Work").block("b-1", "Last");
    let fails = Workflow::new("f", |_| Failure::new("it broke").of_block("b", "Boom", "function"));
    let sim = Sim::builder().workspace("w-1").workflow(greet).workflow(fails.folder("/Bad"));
    let sim = sim.start().expect("a free port");
    for (workflow, run) in [("w", "ok"), ("f", "bad"), ("w", "other")] {
        let body = json!({ "input": { "a": 1 } });
        Call::execute_v2(workflow, &body).header("x-run-id", run).send(&sim);
    }
    sim
}

fn list(sim: &Sim, query: &str) -> Answer {
    Call::get(format!("/api/v2/logs?workspaceId=w-1{query}")).send(sim)
}

fn ids(answer: &Answer) -> Vec<Value> {
    let items = data(answer, 200);
    items.as_array().expect("a list").iter().map(|item| item["runId"].clone()).collect()
}

#[test]
fn the_newest_run_comes_first() {
    let sim = sim();
    let answer = list(&sim, "");
    assert_eq!(ids(&answer), ["other", "bad", "ok"]);
    let item = &answer.json()["data"][1];
    assert_eq!((&item["status"], &item["level"]), (&json!("failed"), &json!("error")));
    assert_eq!((&item["trigger"], &item["cost"]), (&json!("api"), &json!({ "total": 0.005 })));
    assert_eq!((&item["workflowId"], &item["files"]), (&json!("f"), &Value::Null));
    assert!(item["deploymentVersionId"].is_string() && item["totalDurationMs"].is_u64());
    assert_eq!(item.as_object().map(serde_json::Map::len), Some(11));
    assert_eq!(ids(&list(&sim, "&order=asc")), ["ok", "bad", "other"]);
}

#[test]
fn filters() {
    let sim = sim();
    for (query, runs) in [
        ("&workflowIds=f", vec!["bad"]),
        ("&workflowIds=f,w&level=info", vec!["other", "ok"]),
        ("&level=error", vec!["bad"]),
        ("&triggers=manual", vec![]),
        ("&triggers=all", vec!["other", "bad", "ok"]),
        ("&runId=ok", vec!["ok"]),
        ("&folderPaths=/Bad", vec!["bad"]),
        ("&minDurationMs=3600000", vec![]),
        ("&maxCost=0.001", vec![]),
        ("&minCost=0.005&maxCost=1", vec!["other", "bad", "ok"]),
        ("&model=gpt", vec![]),
        ("&endDate=2020-01-01T00:00:00Z", vec![]),
    ] {
        assert_eq!(ids(&list(&sim, query)), runs, "{query}");
    }
}

#[test]
fn more_is_shown_on_demand() {
    let sim = sim();
    let answer = list(&sim, "&runId=ok&includeFinalOutput=true&includeTraceSpans=true");
    let item = &answer.json()["data"][0];
    assert_eq!(item["finalOutput"], json!({ "a": 1 }));
    assert_eq!(item["traceSpans"][0]["children"][0]["blockId"], "b-1");
    let workflow = json!({ "id": "w", "name": "Work", "description": null, "deleted": false });
    assert_eq!(item["workflow"], workflow);
    let item = &list(&sim, "&runId=ok&details=full").json()["data"][0];
    assert_eq!((&item["workflow"], &item["finalOutput"]), (&workflow, &Value::Null));
}

#[test]
fn a_limit_is_clamped_and_a_cursor_bound() {
    let sim = sim();
    assert_eq!(ids(&list(&sim, "&limit=0")), ["other"]);
    let first = list(&sim, "&limit=2");
    assert_eq!(ids(&first), ["other", "bad"]);
    let cursor = first.json()["nextCursor"].as_str().expect("a cursor").replace('=', "%3D");
    assert_eq!(ids(&list(&sim, &format!("&limit=99999&cursor={cursor}"))), ["ok"]);
    assert_eq!(list(&sim, &format!("&level=info&cursor={cursor}")).status, 400);
    for query in ["&limit=x", "&workflowIds=a,,b", "&minCost=2&maxCost=1", "&minDurationMs=-1"] {
        assert_eq!(list(&sim, query).status, 400, "{query}");
    }
    assert_eq!(Call::get("/api/v2/logs").send(&sim).status, 400);
}

#[test]
fn a_log_has_all_about_a_run() {
    let sim = sim();
    let answer = Call::get("/api/v2/logs/bad").send(&sim);
    let text = answer.body.strip_prefix("{\"data\":").and_then(|text| text.strip_suffix('}'));
    let keys = [
        "runId",
        "workflowId",
        "deploymentVersionId",
        "status",
        "level",
        "trigger",
        "startedAt",
        "endedAt",
        "totalDurationMs",
        "files",
        "workflow",
        "workflowState",
        "traceSpans",
        "finalOutput",
        "cost",
        "createdAt",
    ];
    let found = data(&answer, 200);
    assert_eq!(found.as_object().map(serde_json::Map::len), Some(keys.len()));
    let mut rest = text.expect("data");
    for key in keys {
        let at = rest.find(&format!("\"{key}\":")).unwrap_or_else(|| panic!("{key} in {rest}"));
        rest = &rest[at..];
    }
    assert_eq!(found["finalOutput"], json!({ "error": "Boom: it broke" }));
    assert_eq!(found["traceSpans"][0]["status"], "error");
    assert_eq!(
        (&found["workflow"]["name"], &found["workflow"]["folderPath"]),
        (&json!("f"), &json!("/Bad"))
    );
    assert!(found["workflowState"]["blocks"].is_object());
    assert_eq!(
        data(&Call::get("/api/v2/logs/ok").send(&sim), 200)["finalOutput"],
        json!({ "a": 1 })
    );
    let error = json!({ "code": "NOT_FOUND", "message": "Log not found" });
    assert_error(&Call::get("/api/v2/logs/nope").send(&sim), 404, &error);
}

#[test]
fn the_log_of_a_deleted_workflow_stays() {
    let sim = sim();
    Call::delete("/api/v2/workflows/w").send(&sim);
    let found = data(&Call::get("/api/v2/logs/ok").send(&sim), 200);
    assert_eq!(found["workflow"]["deleted"], true);
}

#[test]
fn a_waiting_run_is_pending_and_an_attempt_has_no_log() {
    let sim = waiting(Mode::Sync);
    assert_eq!(data(&Call::get("/api/v2/logs/r").send(&sim), 200)["status"], "pending");
    let body = json!({ "contextId": crate::waiting::CONTEXT });
    let resumed = Call::post("/api/v2/workflows/w/runs/r/resume").json(&body).send(&sim);
    let attempt = data(&resumed, 200)["runId"].as_str().expect("an id").to_owned();
    let error = json!({ "code": "NOT_FOUND", "message": "Log not found" });
    assert_error(&Call::get(format!("/api/v2/logs/{attempt}")).send(&sim), 404, &error);
    assert_eq!(data(&Call::get("/api/v2/logs/r").send(&sim), 200)["status"], "completed");
}
