//! The deployments of a workflow, and its versions.

use serde_json::{Value, json};
use sim_mock::{Rollout, Sim, Workflow};

use crate::client::{Answer, Call, assert_error, assert_keys, data, greeter};

const WARNING: &str =
    "Deployment activation completed, and post-activation notifications are queued.";

fn path(rest: &str) -> String {
    format!("/api/v2/workflows/greet/{rest}")
}

fn deploy(sim: &Sim, body: &str) -> Answer {
    Call::post(path("deploy")).body(body).send(sim)
}

fn rollback(sim: &Sim, body: &str) -> Answer {
    Call::post(path("rollback")).body(body).send(sim)
}

fn deployment(sim: &Sim) -> Value {
    data(&Call::get(path("deployment")).send(sim), 200)
}

#[test]
fn a_deployed_workflow_tells_its_version_and_how_it_came_about() {
    let sim = greeter();
    let found = deployment(&sim);
    assert_eq!((&found["id"], &found["isDeployed"]), (&json!("greet"), &json!(true)));
    assert_eq!((&found["warnings"], &found["needsRedeployment"]), (&json!([]), &json!(false)));
    let active = &found["activeDeployment"];
    assert_eq!((&active["version"], &active["deployedAt"]), (&json!(1), &found["deployedAt"]));
    let attempt = &found["latestDeploymentAttempt"];
    assert_eq!((&attempt["action"], &attempt["status"]), (&json!("deploy"), &json!("active")));
    assert_eq!(attempt["deploymentVersionId"], active["deploymentVersionId"]);
    let ready = json!({ "webhooks": "ready", "schedules": "ready", "mcp": "ready" });
    assert_eq!((&attempt["readiness"], &attempt["isCurrent"]), (&ready, &json!(true)));
    let status = Call::get("/api/workflows/greet/status").send(&sim).json();
    assert_eq!(status["deployedAt"], found["deployedAt"], "v1 tells the same");
}

#[test]
fn every_deployment_is_a_new_version() {
    let sim = greeter();
    let answer = deploy(&sim, r#"{"name":"again","description":"note"}"#);
    let keys = [
        "id",
        "isDeployed",
        "deployedAt",
        "warnings",
        "activeDeployment",
        "latestDeploymentAttempt",
        "version",
    ];
    let text = answer.body.strip_prefix("{\"data\":").and_then(|text| text.strip_suffix('}'));
    assert_keys(text.expect("data"), &keys);
    let made = data(&answer, 200);
    assert_eq!((&made["version"], &made["warnings"]), (&json!(2), &json!([WARNING])));
    assert_eq!(deployment(&sim)["activeDeployment"]["version"], 2);
    let versions = Call::get(path("versions")).send(&sim).json();
    assert_eq!(versions["nextCursor"], Value::Null);
    let newest = &versions["data"][0];
    assert_eq!((&newest["version"], &newest["name"]), (&json!(2), &json!("again")));
    assert_eq!((&newest["description"], &newest["isActive"]), (&json!("note"), &json!(true)));
    assert_eq!(newest["latestOperationStatus"], "active");
    assert_eq!(
        (&versions["data"][1]["version"], &versions["data"][1]["isActive"]),
        (&json!(1), &json!(false))
    );
}

#[test]
fn undeploying_works_once() {
    let sim = greeter();
    let gone = Call::delete(path("deploy")).send(&sim);
    gone.assert(
        200,
        "{\"data\":{\"id\":\"greet\",\"isDeployed\":false,\"deployedAt\":null,\"warnings\":[],\
         \"activeDeployment\":null,\"latestDeploymentAttempt\":null}}",
    );
    let error = json!({ "code": "BAD_REQUEST", "message": "Workflow is not deployed" });
    assert_error(&Call::delete(path("deploy")).send(&sim), 400, &error);
    assert_eq!(deployment(&sim)["needsRedeployment"], false);
    assert_eq!(Call::execute_v2("greet", &json!({})).send(&sim).status, 403);
    assert_eq!(Call::execute("greet", &json!({})).send(&sim).status, 403);
    sim.set_deployed("greet", true);
    assert_eq!(deployment(&sim)["activeDeployment"]["version"], 1);
}

#[test]
fn a_rollback_goes_to_a_version_or_to_the_one_before() {
    let sim = greeter();
    assert_eq!(rollback(&sim, "").status, 400, "there is no version before the first");
    deploy(&sim, "");
    let made = data(&rollback(&sim, r#"{"version":1}"#), 200);
    assert_eq!((&made["version"], &made["warnings"]), (&json!(1), &json!([WARNING])));
    assert_eq!(made["latestDeploymentAttempt"]["action"], "activate");
    let made = data(&rollback(&sim, ""), 200);
    assert_eq!(made["version"], 2);
    assert_eq!(rollback(&sim, r#"{"version":9}"#).status, 404);
    assert_eq!(rollback(&sim, r#"{"version":0}"#).status, 400);
}

#[test]
fn bodies_are_strict() {
    let sim = greeter();
    let issue = json!({
        "code": "unrecognized_keys", "keys": ["x"], "path": [],
        "message": "Unrecognized key: \"x\"",
    });
    let error = json!({ "code": "BAD_REQUEST", "message": issue["message"], "details": [issue] });
    assert_error(&deploy(&sim, r#"{"x":1}"#), 400, &error);
    assert_error(&rollback(&sim, r#"{"x":1}"#), 400, &error);
    assert_eq!(deployment(&sim)["activeDeployment"]["version"], 1);
}

#[test]
fn one_version_has_the_graph() {
    let workflow = Workflow::new("greet", |input| input).input("name", "string").block("b", "B");
    let sim = Sim::builder().workflow(workflow).start().expect("a free port");
    let version = data(&Call::get(path("versions/1")).send(&sim), 200);
    assert_eq!((&version["version"], &version["isActive"]), (&json!(1), &json!(true)));
    assert_eq!((&version["name"], &version["description"]), (&Value::Null, &Value::Null));
    assert_eq!(version["state"]["blocks"]["b"]["name"], "B");
    assert!(version["state"]["edges"].is_array());
    let issue = json!({
        "expected": "number", "code": "invalid_type", "received": "NaN", "path": ["version"],
        "message": "Invalid input: expected number, received NaN",
    });
    let error = json!({ "code": "BAD_REQUEST", "message": issue["message"], "details": [issue] });
    assert_error(&Call::get(path("versions/abc")).send(&sim), 400, &error);
    assert_eq!(Call::get(path("versions/0")).send(&sim).status, 400);
    assert_eq!(Call::get(path("versions/7")).send(&sim).status, 404);
}

#[test]
fn an_edited_workflow_needs_redeployment_until_it_has_it() {
    let workflow = Workflow::new("greet", |input| input).needs_redeployment();
    let sim = Sim::builder().workflow(workflow).start().expect("a free port");
    assert_eq!(deployment(&sim)["needsRedeployment"], true);
    deploy(&sim, "");
    assert_eq!(deployment(&sim)["needsRedeployment"], false);
}

#[test]
fn drafts_and_unknown_workflows() {
    let sim = Sim::builder().workflow(Workflow::new("greet", |input| input).not_deployed());
    let sim = sim.start().expect("a free port");
    let found = deployment(&sim);
    assert_eq!((&found["isDeployed"], &found["deployedAt"]), (&json!(false), &Value::Null));
    assert_eq!(found["activeDeployment"], Value::Null);
    assert_eq!(data(&Call::get(path("versions")).send(&sim), 200), json!([]));
    let error = json!({ "code": "NOT_FOUND", "message": "Workflow not found" });
    for rest in ["deployment", "versions", "versions/1", "export"] {
        let answer = Call::get(format!("/api/v2/workflows/nowhere/{rest}")).send(&sim);
        assert_error(&answer, 404, &error);
    }
}

#[test]
fn a_deployment_can_be_slow_and_runs_take_the_version_before() {
    let sim = greeter();
    sim.plan_deployment("greet", Rollout::new().slow(2));
    let made = data(&deploy(&sim, "{}"), 200);
    let told = |deployment: &Value| {
        let attempt = &deployment["latestDeploymentAttempt"];
        (attempt["status"].clone(), deployment["activeDeployment"]["version"].clone())
    };
    assert_eq!((told(&made), &made["version"]), ((json!("preparing"), json!(1)), &json!(2)));
    for _ in 0..2 {
        assert_eq!(told(&deployment(&sim)), (json!("preparing"), json!(1)));
    }
    assert_eq!(told(&deployment(&sim)), (json!("active"), json!(2)));
    assert_eq!(
        told(&data(&deploy(&sim, "{}"), 200)),
        (json!("active"), json!(3)),
        "one was planned"
    );
}

#[test]
fn a_deployment_can_fail_and_leaves_the_version_before() {
    let sim = greeter();
    sim.plan_deployment("greet", Rollout::new().slow(1).failing("a block is broken"));
    deploy(&sim, "{}");
    assert_eq!(deployment(&sim)["latestDeploymentAttempt"]["status"], "preparing");
    for _ in 0..2 {
        let found = deployment(&sim);
        let attempt = &found["latestDeploymentAttempt"];
        assert_eq!((&attempt["status"], &attempt["version"]), (&json!("failed"), &json!(2)));
        assert_eq!(attempt["error"]["message"], "a block is broken");
        assert_eq!(
            (&attempt["activatedAt"], &found["activeDeployment"]["version"]),
            (&json!(null), &json!(1))
        );
    }
    data(&rollback(&sim, r#"{"version":1}"#), 200);
    assert_eq!(deployment(&sim)["latestDeploymentAttempt"]["status"], "active");
}
