//! The list of workflows, and one of them.

use serde_json::{Value, json};
use sim_mock::{Sim, Workflow};

use crate::client::{Answer, Call, assert_error, assert_keys, data};

fn workflow(id: &str) -> Workflow {
    Workflow::new(id, |input| input)
}

fn sim() -> Sim {
    Sim::builder()
        .workspace("w-1")
        .workflow(workflow("a").name("Alpha").description("The first").input("city", "string"))
        .workflow(workflow("b").name("beta agent").not_deployed())
        .workflow(workflow("c").name("Gamma Agent").folder("/Sales/Europe"))
        .workflow(workflow("d").name("Theirs").foreign())
        .start()
        .expect("a free port")
}

fn list(sim: &Sim, query: &str) -> Answer {
    Call::get(format!("/api/v2/workflows{query}")).send(sim)
}

fn ids(answer: &Answer) -> Vec<String> {
    let found = data(answer, 200);
    let items = found.as_array().expect("a list").iter();
    items.map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn the_newest_comes_first_and_those_of_others_do_not_come() {
    let sim = sim();
    let answer = list(&sim, "?workspaceId=w-1");
    assert_eq!(ids(&answer), ["c", "b", "a"]);
    assert_eq!(answer.json()["nextCursor"], Value::Null);
    let last = &answer.json()["data"][2];
    assert_eq!((&last["name"], &last["description"]), (&json!("Alpha"), &json!("The first")));
    assert_eq!((&last["folderPath"], &last["workspaceId"]), (&json!("/"), &json!("w-1")));
    assert_eq!((&last["isDeployed"], &last["runCount"]), (&json!(true), &json!(0)));
    assert_eq!(last["lastRunAt"], Value::Null);
    for time in ["deployedAt", "createdAt", "updatedAt"] {
        assert_eq!(last[time].as_str().map(str::len), Some(24), "{time}");
    }
}

#[test]
fn filters_and_sorts() {
    let sim = sim();
    let listed = |query: &str| ids(&list(&sim, &format!("?workspaceId=w-1&{query}")));
    assert_eq!(listed("search=AGENT&sortBy=name&sortOrder=desc"), ["b", "c"]);
    assert_eq!(listed("deployedOnly=true"), ["c", "a"]);
    assert_eq!(listed("folderPath=/Sales/Europe"), ["c"]);
    assert!(listed("folderPath=/Nowhere").is_empty());
    assert_eq!(listed("sortBy=name"), ["a", "c", "b"]);
    Call::execute_v2("a", &json!({})).send(&sim);
    assert_eq!(listed("sortBy=runCount&sortOrder=desc")[0], "a");
    let item = &list(&sim, "?workspaceId=w-1").json()["data"][2];
    assert_eq!((&item["runCount"], item["lastRunAt"].is_string()), (&json!(1), true));
}

#[test]
fn pages_follow_one_another_in_one_order_only() {
    let sim = sim();
    let first = list(&sim, "?workspaceId=w-1&limit=2");
    let cursor = first.json()["nextCursor"].as_str().expect("a cursor").replace('=', "%3D");
    assert_eq!(ids(&first), ["c", "b"]);
    assert_eq!(ids(&list(&sim, &format!("?workspaceId=w-1&limit=2&cursor={cursor}"))), ["a"]);
    let answer = list(&sim, &format!("?workspaceId=w-1&sortBy=name&cursor={cursor}"));
    let message = "cursor does not match the requested sortBy/sortOrder. \
                   Restart pagination without a cursor after changing the sort.";
    assert_error(&answer, 400, &json!({ "code": "BAD_REQUEST", "message": message }));
}

#[test]
fn a_workspace_must_be_named_and_be_ones_own() {
    let sim = sim();
    let issue = json!({
        "expected": "string", "code": "invalid_type", "path": ["workspaceId"],
        "message": "Workspace ID is required",
    });
    let error = json!({ "code": "BAD_REQUEST", "message": issue["message"], "details": [issue] });
    assert_error(&list(&sim, ""), 400, &error);
    let message = "Insufficient workspace permissions";
    let answer = list(&sim, "?workspaceId=other");
    assert_error(&answer, 403, &json!({ "code": "FORBIDDEN", "message": message }));
    assert_eq!(list(&sim, "?workspaceId=w-1&limit=1000").status, 400);
    let answer = Call::get("/api/v2/workflows?workspaceId=w-1").key("bad").send(&sim);
    assert_error(&answer, 401, &json!({ "code": "UNAUTHORIZED", "message": "Invalid API key" }));
}

#[test]
fn one_workflow_shows_its_inputs_too() {
    let sim = sim();
    let answer = Call::get("/api/v2/workflows/a").send(&sim);
    let text = answer.body.strip_prefix("{\"data\":").and_then(|text| text.strip_suffix('}'));
    let keys = [
        "id",
        "name",
        "description",
        "folderPath",
        "workspaceId",
        "isDeployed",
        "deployedAt",
        "runCount",
        "lastRunAt",
        "createdAt",
        "updatedAt",
        "variables",
        "inputs",
    ];
    assert_keys(text.expect("data"), &keys);
    let workflow = data(&answer, 200);
    assert_eq!(workflow["inputs"], json!([{ "name": "city", "type": "string" }]));
    assert_eq!(workflow["variables"], json!({}));
    let error = json!({ "code": "NOT_FOUND", "message": "Workflow not found" });
    for id in ["nowhere", "d"] {
        assert_error(&Call::get(format!("/api/v2/workflows/{id}")).send(&sim), 404, &error);
    }
}
