//! Runs that wait, as v1 lists and describes them.

use serde_json::{Value, json};
use sim_mock::{Mode, Pause, Sim, Workflow};

use crate::client::{Answer, Call, assert_keys, poll_until};
use crate::waiting::{CONTEXT, CONTEXT_IN_PATH, held, start, told, twofold, waiting};

fn get(sim: &Sim, path: &str) -> Answer {
    Call::get(path).send(sim)
}

fn detail(sim: &Sim) -> Value {
    let answer = get(sim, "/api/workflows/w/paused/r");
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

#[test]
fn a_waiting_run_is_described_with_all_its_places() {
    let sim = waiting(Mode::Sync);
    let answer = get(&sim, "/api/workflows/w/paused/r");
    let body = answer.json();
    for key in ["id", "pausedAt", "updatedAt"] {
        assert!(body[key].is_string(), "{key}");
    }
    assert_eq!((&body["workflowId"], &body["executionId"]), (&json!("w"), &json!("r")));
    assert_eq!((&body["status"], &body["expiresAt"]), (&json!("paused"), &Value::Null));
    assert_eq!((&body["totalPauseCount"], &body["resumedCount"]), (&json!(1), &json!(0)));
    assert_eq!((&body["triggerIds"], &body["queue"]), (&json!([]), &json!([])));
    assert_eq!(body["metadata"]["workspaceId"], sim.workspace());
    assert!(body["executionSnapshot"]["snapshot"].is_string());
    let point = &body["pausePoints"][0];
    assert_eq!((&point["contextId"], &point["blockId"]), (&json!(CONTEXT), &json!(CONTEXT)));
    assert_eq!((&point["resumeStatus"], &point["pauseKind"]), (&json!("paused"), &json!("human")));
    assert_eq!(point["snapshotReady"], true);
    assert_eq!(
        (&point["queuePosition"], &point["latestResumeEntry"]),
        (&Value::Null, &Value::Null)
    );
    let links = json!({
        "apiUrl": format!("https://sim.example/api/resume/w/r/{CONTEXT}"),
        "uiUrl": "https://sim.example/resume/w/r",
        "contextId": CONTEXT, "executionId": "r", "workflowId": "w",
    });
    assert_eq!(point["resumeLinks"], links);
    assert_eq!(point["response"]["data"]["_resume"], links);
    assert_eq!(point["response"]["data"]["inputFormat"][0]["name"], "approved");
    assert_eq!(point["response"]["data"]["responseStructure"][0]["value"], 5);
    assert_eq!(get(&sim, "/api/resume/w/r").body, answer.body, "it has two addresses");
}

#[test]
fn a_place_is_described_by_itself() {
    let sim = waiting(Mode::Sync);
    let answer = get(&sim, &format!("/api/resume/w/r/{CONTEXT_IN_PATH}"));
    assert_keys(&answer.body, &["execution", "pausePoint", "queue"]);
    let body = answer.json();
    assert_eq!(body["pausePoint"]["contextId"], CONTEXT);
    assert_eq!(body["execution"]["executionId"], "r");
    assert_eq!(body["queue"], json!([]));
    let missing = get(&sim, "/api/resume/w/r/none");
    missing.assert(404, r#"{"error":"Pause context not found"}"#);
}

#[test]
fn the_list_has_what_waits() {
    let sim = waiting(Mode::Sync);
    let list = |query: &str| {
        let answer = get(&sim, &format!("/api/workflows/w/paused{query}"));
        answer.json()["pausedExecutions"].as_array().map_or(usize::MAX, Vec::len)
    };
    assert_eq!(list(""), 1);
    assert_eq!((list("?status=paused"), list("?status=fully_resumed")), (1, 0));
    Call::post(format!("/api/resume/w/r/{CONTEXT_IN_PATH}")).send(&sim);
    assert_eq!((list(""), list("?status=paused,fully_resumed")), (0, 1));
    assert_eq!(detail(&sim)["status"], "fully_resumed");
}

#[test]
fn a_run_that_waits_for_its_time_is_not_in_the_list() {
    let workflow = Workflow::new("w", |_| {
        Pause::time(std::time::Duration::from_secs(3600)).context_id("clock")
    });
    let sim = start(workflow, Mode::Sync);
    let list = get(&sim, "/api/workflows/w/paused").json();
    assert_eq!(list, json!({ "pausedExecutions": [] }));
    let run = told(&sim);
    assert_eq!(run["paused"]["pauseKind"], "time");
    assert!(run["paused"]["resumeAt"].is_string(), "{run}");
    let missing = r#"{"error":"Paused execution not found"}"#;
    get(&sim, "/api/workflows/w/paused/r").assert(404, missing);
}

#[test]
fn what_did_not_wait_or_is_not_there_is_a_404() {
    let sim = waiting(Mode::Sync);
    let missing = r#"{"error":"Paused execution not found"}"#;
    get(&sim, "/api/workflows/w/paused/none").assert(404, missing);
    get(&sim, "/api/resume/other/r").assert(404, missing);
    let unknown = get(&sim, "/api/workflows/other/paused");
    unknown.assert(404, r#"{"error":"Workflow not found"}"#);
    let wrong = r#"{"error":"Invalid API key"}"#;
    for path in ["/api/workflows/w/paused", "/api/workflows/w/paused/r", "/api/resume/w/r/x"] {
        Call::get(path).key("bad").send(&sim).assert(401, wrong);
    }
}

#[test]
fn several_places_are_told_together() {
    let sim = twofold();
    let run = told(&sim);
    assert_eq!(
        (&run["paused"]["contextId"], &run["paused"]["pauseKind"]),
        (&json!("one"), &json!("human")),
        "the first of them"
    );
    assert_eq!(run["paused"]["pausePointCount"], 2);
    let answer = Call::execute("w", &json!({})).send(&sim);
    let output = answer.json()["output"].clone();
    assert_eq!(output["pauseCount"], 2);
    assert_eq!(output["pausedBlocks"][0]["data"]["_resume"]["contextId"], "one");
    assert_eq!(output["pausedBlocks"][1]["data"]["_resume"]["contextId"], "two");
    assert_eq!(detail(&sim)["pausePoints"].as_array().map(Vec::len), Some(2));
}

#[test]
fn an_attempt_at_work_is_in_the_queue() {
    let (sim, open) = held(Mode::Queued);
    let call = Call::post("/api/resume/w/r/one").body(r#"{"input":{"a":1}}"#);
    let attempt = call.send(&sim).json()["executionId"].clone();
    let entry = poll_until(|| {
        let place = get(&sim, "/api/resume/w/r/one").json();
        Some(place["activeResumeEntry"].clone()).filter(Value::is_object)
    });
    assert_eq!((&entry["newExecutionId"], &entry["parentExecutionId"]), (&attempt, &json!("r")));
    assert_eq!((&entry["status"], &entry["resumeInput"]), (&json!("claimed"), &json!({ "a": 1 })));
    assert_eq!(detail(&sim)["pausePoints"][0]["resumeStatus"], "resuming");
    let run = told(&sim);
    assert_eq!((&run["status"], &run["paused"]["contextId"]), (&json!("paused"), &Value::Null));
    open.send(()).expect("the attempt waits");
    poll_until(|| (told(&sim)["status"] == "completed").then_some(()));
    let entry = detail(&sim)["queue"][0].clone();
    assert_eq!((&entry["status"], &entry["failureReason"]), (&json!("completed"), &Value::Null));
}
