//! Creating, changing and deleting workflows.

use serde_json::{Value, json};
use sim_mock::{Sim, Workflow};

use crate::client::{Answer, Call, assert_error, data};

fn sim() -> Sim {
    let workflow = Workflow::new("a", |input| input).name("Alpha").description("d");
    let sim = Sim::builder().workspace("w-1").workflow(workflow.folder("/Sales"));
    sim.start().expect("a free port")
}

fn create(sim: &Sim, body: &Value) -> Answer {
    Call::post("/api/v2/workflows").json(body).send(sim)
}

fn patch(sim: &Sim, body: &Value) -> Answer {
    Call::patch("/api/v2/workflows/a").json(body).send(sim)
}

#[test]
fn a_new_workflow_is_a_draft_that_gives_its_input_back() {
    let sim = sim();
    let created = data(&create(&sim, &json!({ "workspaceId": "w-1", "name": "New" })), 201);
    assert_eq!((&created["name"], &created["folderPath"]), (&json!("New"), &json!("/")));
    assert_eq!((&created["isDeployed"], &created["description"]), (&json!(false), &Value::Null));
    let id = created["id"].as_str().expect("an id");
    let run = Call::execute_v2(id, &json!({ "input": { "a": 1 } }));
    assert_eq!(run.send(&sim).status, 403);
    assert_eq!(Call::post(format!("/api/v2/workflows/{id}/deploy")).send(&sim).status, 200);
    assert_eq!(data(&run.send(&sim), 200)["output"], json!({ "a": 1 }));
}

#[test]
fn a_name_is_taken_once_in_a_folder() {
    let sim = sim();
    let body = json!({ "workspaceId": "w-1", "name": "Alpha" });
    assert_eq!(create(&sim, &body).status, 201, "the other one is in a folder");
    let message = "A workflow named \"Alpha\" already exists in this folder";
    let error = json!({ "code": "CONFLICT", "message": message });
    assert_error(&create(&sim, &body), 409, &error);
    assert_error(&patch(&sim, &json!({ "folderPath": "/" })), 409, &error);
}

#[test]
fn what_is_not_named_stays_and_null_takes_away() {
    let sim = sim();
    let changed = data(&patch(&sim, &json!({ "name": "Beta" })), 200);
    assert_eq!((&changed["name"], &changed["description"]), (&json!("Beta"), &json!("d")));
    assert_eq!(changed["folderPath"], "/Sales");
    let changed = data(&patch(&sim, &json!({ "description": null })), 200);
    assert_eq!((&changed["name"], &changed["description"]), (&json!("Beta"), &Value::Null));
    let changed = data(&patch(&sim, &json!({ "description": "e", "folderPath": "/" })), 200);
    assert_eq!((&changed["description"], &changed["folderPath"]), (&json!("e"), &json!("/")));
}

#[test]
fn a_change_must_change_something() {
    let message = "At least one of name, description, or folderPath is required";
    let issue = json!({ "code": "custom", "path": ["name"], "message": message });
    let error = json!({ "code": "BAD_REQUEST", "message": message, "details": [issue] });
    assert_error(&patch(&sim(), &json!({})), 400, &error);
}

#[test]
fn bodies_are_strict() {
    let sim = sim();
    let bodies = [
        json!({ "name": "New" }),
        json!({ "workspaceId": "w-1" }),
        json!({ "workspaceId": "w-1", "name": "" }),
        json!({ "workspaceId": "w-1", "name": "x".repeat(256) }),
        json!({ "workspaceId": "w-1", "name": "New", "folderPath": "/a/../b" }),
        json!({ "workspaceId": "w-1", "name": "New", "color": "red" }),
    ];
    for body in bodies {
        assert_eq!(create(&sim, &body).status, 400, "{body}");
    }
    assert_eq!(create(&sim, &json!({ "workspaceId": "w-2", "name": "New" })).status, 403);
    let body = json!({ "workspaceId": "w-1", "name": "New", "folderPath": "/Nowhere" });
    let error = json!({ "code": "NOT_FOUND", "message": "Folder not found" });
    assert_error(&create(&sim, &body), 404, &error);
    for body in [json!({ "name": null }), json!({ "description": 1 }), json!({ "x": 1 })] {
        assert_eq!(patch(&sim, &body).status, 400, "{body}");
    }
}

#[test]
fn a_deleted_workflow_is_gone_for_both_generations() {
    let sim = sim();
    let deleted = data(&Call::delete("/api/v2/workflows/a").send(&sim), 200);
    assert_eq!(deleted, json!({ "id": "a", "deleted": true }));
    let error = json!({ "code": "NOT_FOUND", "message": "Workflow not found" });
    assert_error(&Call::get("/api/v2/workflows/a").send(&sim), 404, &error);
    assert_error(&Call::delete("/api/v2/workflows/a").send(&sim), 404, &error);
    assert_error(&Call::execute_v2("a", &json!({})).send(&sim), 404, &error);
    assert_eq!(Call::execute("a", &json!({})).send(&sim).status, 404);
}
