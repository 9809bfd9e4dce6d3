//! Deployments and versions.

use serde_json::{Value, json};
use sim_platform::deployments::{
    DeployWorkflow, DeploymentAction, DeploymentStatus, GetDeployment, GetWorkflowVersion,
    ListWorkflowVersions, Readiness, UndeployWorkflow, VersionNumber,
};

use super::read;

fn attempt(status: &str, error: &Value) -> Value {
    json!({
        "id": "op-1", "deploymentVersionId": "dv-2", "version": 2, "action": "deploy", "status": status,
        "isCurrent": true, "readiness": {"webhooks": "ready", "schedules": "not_applicable", "mcp": "later"},
        "requestedAt": "2026-11-23T18:23:27.611Z", "activatedAt": null, "error": error,
    })
}

#[test]
fn a_deployment_that_took_effect() {
    let body = json!({"data": {
        "id": "wf-1", "isDeployed": true, "deployedAt": "2026-11-23T18:23:27.685Z", "warnings": ["done"],
        "activeDeployment": {"deploymentVersionId": "dv-2", "version": 2, "deployedAt": "2026-11-23T18:23:27.685Z"},
        "latestDeploymentAttempt": attempt("active", &Value::Null), "version": 2,
    }});
    let deployed = read(&DeployWorkflow::new("wf-1"), 200, &body).expect("a deployment");
    assert_eq!((deployed.is_deployed, deployed.version), (true, Some(VersionNumber(2))));
    assert_eq!(
        (&*deployed.warnings, deployed.needs_redeployment),
        (&["done".to_owned()][..], None)
    );
    let active = deployed.active_deployment.expect("a version");
    assert_eq!(active.version_id, Some("dv-2".into()));
    assert_eq!(active.version, Some(VersionNumber(2)));
    let latest = deployed.latest_deployment_attempt.expect("an attempt");
    assert_eq!(
        (&latest.action, &latest.status),
        (&DeploymentAction::Deploy, &DeploymentStatus::Active)
    );
    assert!(
        latest.status.is_terminal() && latest.error.is_none() && latest.is_current == Some(true)
    );
    let readiness = latest.readiness.expect("readiness");
    assert_eq!(readiness.schedules, Some(Readiness::NotApplicable));
    assert_eq!(readiness.mcp, Some(Readiness::Other("later".to_owned())), "a new word is kept");
}

#[test]
fn a_deployment_that_failed_and_one_that_is_not_there() {
    let error = json!({"code": "MCP_FAILED", "message": "no server", "retryable": true});
    let body = json!({"data": {
        "id": "wf-1", "isDeployed": false, "deployedAt": null, "warnings": null, "activeDeployment": null,
        "latestDeploymentAttempt": attempt("failed", &error), "needsRedeployment": true,
    }});
    let stands = read(&GetDeployment::new("wf-1"), 200, &body).expect("a deployment");
    assert_eq!((stands.needs_redeployment, stands.warnings.len()), (Some(true), 0));
    let error = stands.latest_deployment_attempt.and_then(|attempt| attempt.error).expect("why");
    assert_eq!((error.code.as_str(), error.retryable), ("MCP_FAILED", Some(true)));

    let body = json!({"data": {
        "id": "wf-1", "isDeployed": false, "deployedAt": null, "warnings": [], "activeDeployment": null,
        "latestDeploymentAttempt": null,
    }});
    let gone = read(&UndeployWorkflow::new("wf-1"), 200, &body).expect("a deployment");
    assert_eq!((gone.is_deployed, gone.latest_deployment_attempt), (false, None));
}

#[test]
fn versions_in_a_list_and_one_with_its_blocks() {
    let body = json!({"data": [{
        "id": "dv-2", "version": 2, "name": null, "description": null, "isActive": true,
        "createdAt": "2026-11-23T18:23:27.774Z", "deployedBy": "Alice", "latestOperationStatus": "superseded",
    }], "nextCursor": null});
    let page = read(&ListWorkflowVersions::new("wf-1"), 200, &body).expect("a page");
    let listed = &page.items[0];
    assert_eq!((listed.version, listed.deployed_by.as_deref()), (VersionNumber(2), Some("Alice")));
    assert_eq!(listed.latest_operation_status, Some(DeploymentStatus::Superseded));

    let body = json!({"data": {
        "id": "dv-1", "version": 1, "name": "first", "description": null, "isActive": false,
        "createdAt": "2026-11-23T18:07:50.847Z", "state": {"blocks": {}},
    }});
    let whole = read(&GetWorkflowVersion::new("wf-1", 1), 200, &body).expect("a version");
    assert_eq!((whole.name.as_deref(), whole.state), (Some("first"), Some(json!({"blocks": {}}))));
}
