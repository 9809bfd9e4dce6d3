//! How much the account has spent, in credits.

use serde_json::{Value, json};
use sim_mock::{Sim, Usage, Workflow};

use crate::client::{Answer, Call, data};

fn sim(usage: Usage) -> Sim {
    let workflow = Workflow::new("w", |input: Value| input).name("Work");
    let sim = Sim::builder().workspace("w-1").workflow(workflow).usage(usage);
    sim.start().expect("a free port")
}

fn get(sim: &Sim, path: &str) -> Answer {
    Call::get(format!("/api/v2/billing/{path}")).send(sim)
}

#[test]
fn the_status_counts_in_credits() {
    let sim = sim(Usage::new(1.14, 5.0).plan("pro"));
    let status = data(&get(&sim, "status?workspaceId=w-1"), 200);
    let period = json!({ "start": "1970-01-01T00:00:00.000Z", "end": "9999-12-31T00:00:00.000Z" });
    assert_eq!((&status["workspaceId"], &status["period"]), (&json!("w-1"), &period));
    assert_eq!((&status["plan"], &status["status"]), (&json!("pro"), &json!("active")));
    let credits = json!({ "used": 228, "limit": 1000, "remaining": 772 });
    assert_eq!(status["credits"], credits);
    assert_eq!(status["storage"]["limitBytes"], 5_368_709_120_u64);
    assert_eq!(data(&get(&sim, "status"), 200)["workspaceId"], Value::Null);
    assert_eq!(get(&sim, "status?workspaceId=other").status, 403);
}

#[test]
fn a_spent_account_says_so() {
    let sim = sim(Usage::new(1.14, 0.001));
    let status = data(&get(&sim, "status"), 200);
    assert_eq!(status["status"], "limit_exceeded");
    assert_eq!(status["credits"], json!({ "used": 228, "limit": 0, "remaining": -228 }));
}

#[test]
fn every_run_has_an_entry() {
    let sim = sim(Usage::default());
    for run in ["one", "two"] {
        Call::execute_v2("w", &json!({})).header("x-run-id", run).send(&sim);
    }
    let answer = get(&sim, "logs?workspaceId=w-1&limit=1");
    let entry = &data(&answer, 200)[0];
    assert_eq!((&entry["runId"], &entry["source"]), (&json!("two"), &json!("workflow")));
    assert_eq!(entry["workflow"], json!({ "id": "w", "name": "Work" }));
    assert_eq!((&entry["workspaceId"], &entry["creditCost"]), (&json!("w-1"), &json!(1)));
    let cursor = answer.json()["nextCursor"].as_str().expect("a cursor").replace('=', "%3D");
    let next = get(&sim, &format!("logs?workspaceId=w-1&limit=1&cursor={cursor}"));
    assert_eq!(
        (&data(&next, 200)[0]["runId"], &next.json()["nextCursor"]),
        (&json!("one"), &Value::Null)
    );
}

#[test]
fn a_period_of_ones_own_has_a_start() {
    let sim = sim(Usage::default());
    Call::execute_v2("w", &json!({})).send(&sim);
    let count =
        |query: &str| data(&get(&sim, &format!("logs?{query}")), 200).as_array().map(Vec::len);
    assert_eq!(
        (count("period=1d"), count("source=wand"), count("period=all")),
        (Some(1), Some(0), Some(1))
    );
    assert_eq!(count("period=custom&startDate=2999-01-01T00:00:00Z"), Some(0));
    let queries = [
        "period=custom",
        "startDate=2026-01-01T00:00:00Z",
        "endDate=2026-01-01T00:00:00Z",
        "source=nothing",
        "limit=101",
    ];
    for query in queries {
        assert_eq!(get(&sim, &format!("logs?{query}")).status, 400, "{query}");
    }
}
