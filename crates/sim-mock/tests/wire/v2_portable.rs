//! Exporting and importing workflows.

use serde_json::{Value, json};
use sim_mock::{Sim, Workflow};

use crate::client::{Answer, Call, assert_error, assert_keys, data};

fn sim() -> Sim {
    let workflow = Workflow::new("a", |input| input).name("Alpha").description("d");
    let workflow = workflow.input("city", "string").block("b", "B");
    Sim::builder().workspace("w-1").workflow(workflow).start().expect("a free port")
}

fn export(sim: &Sim) -> Value {
    let answer = Call::get("/api/v2/workflows/a/export").send(sim);
    let text = answer.body.strip_prefix("{\"data\":").and_then(|text| text.strip_suffix('}'));
    assert_keys(text.expect("data"), &["version", "exportedAt", "workflow", "state"]);
    data(&answer, 200)
}

fn import(sim: &Sim, body: &Value) -> Answer {
    Call::post("/api/v2/workflows/import").json(body).send(sim)
}

#[test]
fn an_exported_workflow_comes_in_again_under_another_name() {
    let sim = sim();
    let document = export(&sim);
    let source = json!({
        "id": "a", "name": "Alpha", "description": "d", "workspaceId": "w-1", "folderPath": "/",
    });
    assert_eq!((&document["version"], &document["workflow"]), (&json!("1.0"), &source));
    let body = json!({ "workspaceId": "w-1", "workflow": document });
    let answer = import(&sim, &body);
    let text = answer.body.strip_prefix("{\"data\":").and_then(|text| text.strip_suffix('}'));
    let keys = ["id", "name", "description", "workspaceId", "folderPath", "createdAt", "updatedAt"];
    assert_keys(text.expect("data"), &keys);
    let copy = data(&answer, 201);
    assert_eq!((&copy["name"], &copy["description"]), (&json!("Alpha (2)"), &json!("d")));
    assert_eq!(data(&import(&sim, &body), 201)["name"], "Alpha (3)");
    let id = copy["id"].as_str().expect("an id");
    let detail = data(&Call::get(format!("/api/v2/workflows/{id}")).send(&sim), 200);
    assert_eq!(detail["inputs"], json!([{ "name": "city", "type": "string" }]));
    assert_eq!(detail["isDeployed"], false);
}

#[test]
fn text_and_bare_graphs_are_taken_too_and_blocks_get_new_ids() {
    let sim = sim();
    let graph = export(&sim)["state"].clone();
    for document in [json!(graph.to_string()), graph.clone()] {
        let body = json!({ "workspaceId": "w-1", "workflow": document, "name": "Copy" });
        let copy = data(&import(&sim, &body), 201);
        assert_eq!(copy["description"], "");
        let path = format!("/api/v2/workflows/{}/export", copy["id"].as_str().expect("an id"));
        let blocks = data(&Call::get(path).send(&sim), 200)["state"]["blocks"].clone();
        assert_eq!(blocks.as_object().map(serde_json::Map::len), Some(2));
        assert_eq!(blocks.get("b"), None);
    }
}

#[test]
fn what_is_no_workflow_is_a_400() {
    let sim = sim();
    let bad = |document: Value, message: &str| {
        let body = json!({ "workspaceId": "w-1", "workflow": document });
        let error = json!({ "code": "BAD_REQUEST", "message": message });
        assert_error(&import(&sim, &body), 400, &error);
    };
    bad(json!({ "nope": 1 }), "Invalid workflow: Missing or invalid field: blocks");
    bad(json!({ "blocks": {} }), "Invalid workflow: Missing or invalid field: edges");
    bad(json!("{"), "Invalid workflow: Invalid JSON");
    for body in [json!({ "workspaceId": "w-1" }), json!({ "workspaceId": "w-1", "workflow": 1 })] {
        assert_eq!(import(&sim, &body).status, 400, "{body}");
    }
    let body = json!({ "workspaceId": "other", "workflow": { "blocks": {}, "edges": [] } });
    assert_eq!(import(&sim, &body).status, 403);
}
