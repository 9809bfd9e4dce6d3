//! Folders of workflows.

use serde_json::{Value, json};
use sim_mock::{Sim, Workflow};

use crate::client::{Answer, Call, assert_error, assert_keys, data};

const PATH: &str = "/api/v2/workflows/folders";

fn sim() -> Sim {
    let workflow = Workflow::new("a", |input| input).folder("/Sales/Europe");
    Sim::builder().workspace("w-1").workflow(workflow).start().expect("a free port")
}

fn paths(sim: &Sim, query: &str) -> Vec<Value> {
    let answer = Call::get(format!("{PATH}?workspaceId=w-1{query}")).send(sim);
    assert_eq!(answer.json()["nextCursor"], Value::Null);
    let items = data(&answer, 200);
    items.as_array().expect("a list").iter().map(|item| item["path"].clone()).collect()
}

fn create(sim: &Sim, path: &str) -> Answer {
    Call::post(PATH).json(&json!({ "workspaceId": "w-1", "path": path })).send(sim)
}

fn relocate(sim: &Sim, from: &str, to: &str) -> Answer {
    let body = json!({ "workspaceId": "w-1", "path": from, "destinationPath": to });
    Call::patch(PATH).json(&body).send(sim)
}

fn delete(sim: &Sim, query: &str) -> Answer {
    Call::delete(format!("{PATH}?workspaceId=w-1&path={query}")).send(sim)
}

#[test]
fn a_folder_is_created_in_one_that_is_there() {
    let sim = sim();
    let answer = create(&sim, "/New%20One");
    let text = answer.body.strip_prefix("{\"data\":").and_then(|text| text.strip_suffix('}'));
    let keys = ["name", "path", "parentPath", "createdAt", "updatedAt", "locked"];
    assert_keys(text.expect("data"), &keys);
    let folder = data(&answer, 201);
    assert_eq!((&folder["name"], &folder["path"]), (&json!("New One"), &json!("/New%20One")));
    assert_eq!((&folder["parentPath"], &folder["locked"]), (&json!("/"), &json!(false)));
    assert_eq!(create(&sim, "/New%20One").status, 409);
    assert_eq!(create(&sim, "/None/One").status, 404);
    assert_eq!(create(&sim, "/New One").status, 400);
    assert_eq!(create(&sim, "/").status, 400);
}

#[test]
fn the_list_comes_whole_and_can_be_narrowed() {
    let sim = sim();
    assert_eq!(paths(&sim, ""), ["/Sales/Europe", "/Sales"]);
    assert_eq!(paths(&sim, "&sortOrder=desc"), ["/Sales", "/Sales/Europe"]);
    assert_eq!(paths(&sim, "&parentPath=/Sales"), ["/Sales/Europe"]);
    assert_eq!(paths(&sim, "&search=sal"), ["/Sales"]);
    assert_eq!(Call::get(format!("{PATH}?workspaceId=w-1&limit=1")).send(&sim).status, 400);
}

#[test]
fn a_folder_moves_with_what_lies_in_it() {
    let sim = sim();
    let folder = data(&relocate(&sim, "/Sales", "/Trade"), 200);
    assert_eq!((&folder["name"], &folder["path"]), (&json!("Trade"), &json!("/Trade")));
    assert_eq!(paths(&sim, ""), ["/Trade/Europe", "/Trade"]);
    let workflow = data(&Call::get("/api/v2/workflows/a").send(&sim), 200);
    assert_eq!(workflow["folderPath"], "/Trade/Europe");
    assert_eq!(relocate(&sim, "/Sales", "/Other").status, 404);
    assert_eq!(relocate(&sim, "/Trade", "/Trade").status, 400);
    assert_eq!(relocate(&sim, "/Trade", "/Trade/Europe/In").status, 400);
    assert_eq!(relocate(&sim, "/Trade/Europe", "/Trade").status, 409);
}

#[test]
fn a_folder_is_deleted_when_it_is_empty_or_with_all_in_it() {
    let sim = sim();
    create(&sim, "/Empty");
    let gone = data(&delete(&sim, "/Empty"), 200);
    let items = json!({ "folders": 1, "workflows": 0 });
    assert_eq!(gone, json!({ "path": "/Empty", "deleted": true, "deletedItems": items }));
    let error = json!({ "code": "NOT_FOUND", "message": "Folder not found" });
    assert_error(&delete(&sim, "/Empty"), 404, &error);
    assert_eq!(delete(&sim, "/Sales").status, 409);
    assert_eq!(delete(&sim, "/Sales&recursive=maybe").status, 400);
    let gone = data(&delete(&sim, "/Sales&recursive=yes"), 200);
    assert_eq!(gone["deletedItems"], json!({ "folders": 2, "workflows": 1 }));
    assert_eq!(Call::get("/api/v2/workflows/a").send(&sim).status, 404);
    assert!(paths(&sim, "").is_empty());
}
