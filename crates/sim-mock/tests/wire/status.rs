//! The deployment status of a workflow.

use sim_mock::Sim;

use crate::client::{Answer, Call, greet, greeter};

fn status(sim: &Sim) -> Answer {
    Call::get("/api/workflows/greet/status").send(sim)
}

fn assert_not_found(answer: &Answer) {
    let id = answer.header("x-request-id").expect("every answer has one");
    let body = format!(
        "{{\"error\":\"Workflow not found\",\"code\":\"WORKFLOW_NOT_FOUND\",\"requestId\":\"{id}\"}}"
    );
    answer.assert(404, &body);
}

#[test]
fn a_deployed_workflow_has_a_time_that_does_not_move() {
    let sim = greeter();
    let first = status(&sim);
    let at = first.json()["deployedAt"].as_str().expect("a time").to_owned();
    let body =
        format!("{{\"isDeployed\":true,\"deployedAt\":\"{at}\",\"needsRedeployment\":false}}");
    first.assert(200, &body);
    status(&sim).assert(200, &body);
}

#[test]
fn a_draft_and_an_undeployed_workflow_have_none() {
    let body = r#"{"isDeployed":false,"deployedAt":null,"needsRedeployment":false}"#;
    let draft = Sim::builder().workflow(greet().not_deployed()).start().expect("a free port");
    status(&draft).assert(200, body);
    let sim = greeter();
    sim.set_deployed("greet", false);
    status(&sim).assert(200, body);
    sim.set_deployed("greet", true);
    assert_eq!(status(&sim).json()["isDeployed"], true);
}

#[test]
fn an_edited_workflow_needs_redeployment() {
    let sim = Sim::builder().workflow(greet().needs_redeployment()).start().expect("a free port");
    assert_eq!(status(&sim).json()["needsRedeployment"], true);
}

#[test]
fn unknown_and_foreign_workflows_are_404() {
    assert_not_found(&Call::get("/api/workflows/nope/status").send(&greeter()));
    let sim = Sim::builder().workflow(greet().foreign()).start().expect("a free port");
    assert_not_found(&status(&sim));
}

#[test]
fn a_wrong_key_is_a_401_that_names_the_request() {
    let sim = greeter();
    let call = Call::get("/api/workflows/greet/status");
    for answer in [call.clone().key("bad").send(&sim), call.no_key().send(&sim)] {
        let id = answer.header("x-request-id").expect("every answer has one");
        answer.assert(401, &format!("{{\"error\":\"Unauthorized\",\"requestId\":\"{id}\"}}"));
    }
}
