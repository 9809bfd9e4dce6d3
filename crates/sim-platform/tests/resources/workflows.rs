//! Workflows, their runs, folders and documents.

use std::time::Duration;

use serde_json::{Value, json};
use sim_core::logs::ListRuns;
use sim_core::{ErrorKind, Operation, RunStatus};
use sim_platform::deployments::UndeployWorkflow;
use sim_platform::folders::{DeleteWorkflowFolder, ListWorkflowFolders};
use sim_platform::workflows::{
    CreateWorkflow, DeleteWorkflow, ExportWorkflow, GetWorkflow, ImportWorkflow, ListWorkflows,
    WorkflowExport,
};

use super::{bytes, read};

fn workflow() -> Value {
    json!({
        "id": "wf-1", "name": "echo", "description": null, "folderPath": "/Team%20A", "workspaceId": "ws-1",
        "isDeployed": true, "deployedAt": "2026-11-23T18:07:37.485Z", "runCount": 126, "lastRunAt": null,
        "createdAt": "2026-11-23T18:06:24.342Z", "updatedAt": "2026-11-23T18:06:24.342Z",
    })
}

#[test]
fn a_workflow_in_a_list_and_by_itself() {
    let body = json!({"data": [workflow()], "nextCursor": "c-2"});
    let page = read(&ListWorkflows::new("ws-1"), 200, &body).expect("a page");
    assert_eq!(page.next_cursor.as_ref().map(sim_core::Cursor::as_str), Some("c-2"));
    let listed = &page.items[0];
    assert_eq!((listed.id.as_str(), listed.name.as_str()), ("wf-1", "echo"));
    assert_eq!(listed.folder.as_ref().map(sim_core::FolderPath::as_str), Some("/Team%20A"));
    assert_eq!((listed.is_deployed, listed.run_count), (true, Some(126)));
    assert_eq!(listed.deployed_at, "2026-11-23T18:07:37.485Z".parse().ok());
    assert_eq!((&listed.description, listed.last_run_at, &listed.inputs), (&None, None, &None));

    let mut body = workflow();
    body["variables"] = json!({"v-1": {"name": "city"}});
    body["inputs"] = json!([{"name": "city", "type": "string"}, {"name": "odd", "type": 7}]);
    let whole = read(&GetWorkflow::new("wf-1"), 200, &json!({"data": body})).expect("a workflow");
    assert_eq!(whole.variables.map(|variables| variables.len()), Some(1));
    let inputs = whole.inputs.expect("inputs");
    assert_eq!((inputs[0].name.as_str(), inputs[0].kind.as_deref()), ("city", Some("string")));
    assert_eq!(inputs[1].kind, None);
}

#[test]
fn hints_of_any_kind_cost_nothing() {
    let mut body = workflow();
    for hint in ["description", "folderPath", "workspaceId", "deployedAt", "runCount", "createdAt"]
    {
        body[hint] = json!([{}]);
    }
    body["isDeployed"] = json!("yes");
    let read = read(&GetWorkflow::new("wf-1"), 200, &json!({"data": body})).expect("a workflow");
    assert_eq!((read.folder, read.run_count, read.created_at), (None, None, None));
    assert!(!read.is_deployed, "a hint of a workflow; of a deployment it is the outcome");
}

#[test]
fn a_receipt_is_its_outcome_and_what_it_is_about_is_known() {
    for odd in [json!(null), json!(7), json!([])] {
        let deleted = json!({"data": {"id": odd, "deleted": true}});
        let receipt = read(&DeleteWorkflow::new("wf-1"), 200, &deleted).expect("it is deleted");
        assert_eq!((receipt.id.as_str(), receipt.deleted), ("", true));
        let body = json!({"data": {"id": "wf-1", "deleted": odd}});
        let error = read(&DeleteWorkflow::new("wf-1"), 200, &body).expect_err("no outcome");
        assert_eq!(error.kind(), &ErrorKind::Decode);

        let undeployed = json!({"data": {"id": odd, "isDeployed": false}});
        let receipt = read(&UndeployWorkflow::new("wf-1"), 200, &undeployed).expect("it is off");
        assert!(!receipt.is_deployed);
        let body = json!({"data": {"id": "wf-1", "isDeployed": odd}});
        let error = read(&UndeployWorkflow::new("wf-1"), 200, &body).expect_err("no outcome");
        assert_eq!(error.kind(), &ErrorKind::Decode);
    }
}

#[test]
fn what_identifies_a_workflow_is_needed() {
    let mut body = workflow();
    body["id"] = json!([]);
    let error = read(&GetWorkflow::new("wf-1"), 200, &json!({"data": body})).expect_err("no id");
    assert_eq!(error.kind(), &ErrorKind::Decode);
    let error = read(&GetWorkflow::new("wf-1"), 200, &workflow()).expect_err("no envelope");
    assert_eq!(error.kind(), &ErrorKind::Decode);
}

#[test]
fn a_refusal_is_the_apis_error_on_every_resource() {
    let body = json!({"error": {"code": "NOT_FOUND", "message": "Workflow not found"}});
    let error = read(&GetWorkflow::new("wf-1"), 404, &body).expect_err("a refusal");
    let told = (error.code(), error.server_code(), error.message());
    assert_eq!(told, ("WORKFLOW_NOT_FOUND", Some("NOT_FOUND"), "Workflow not found"));
    let error = read(&ListWorkflows::new("ws-1"), 404, &body).expect_err("a refusal");
    assert_eq!(error.code(), "WORKFLOW_NOT_FOUND");
}

#[test]
fn a_run_in_a_list() {
    let body = json!({"data": [{
        "runId": "run-1", "workflowId": "wf-1", "status": "redacting", "trigger": "api",
        "startedAt": "2026-11-23T18:18:12.380Z", "endedAt": null, "durationMs": 10, "cost": {"total": 0.005},
    }], "nextCursor": null});
    let page = read(&ListRuns::new("wf-1"), 200, &body).expect("a page");
    let run = &page.items[0];
    assert_eq!((run.run_id.as_str(), &run.status), ("run-1", &RunStatus::Redacting));
    assert_eq!((run.duration, run.ended_at), (Some(Duration::from_millis(10)), None));
    assert_eq!(run.cost.as_ref().and_then(|cost| cost.total), Some(0.005));
    assert_eq!(page.next_cursor, None);
}

#[test]
fn folders_and_what_a_deletion_took_along() {
    let body = json!({"data": [{
        "name": "Team A", "path": "/Team%20A", "parentPath": "/", "createdAt": "2026-11-23T18:23:30.174Z",
        "updatedAt": "2026-11-23T18:23:30.174Z", "locked": true,
    }], "nextCursor": null});
    let page = read(&ListWorkflowFolders::new("ws-1"), 200, &body).expect("a page");
    let folder = page.into_iter().next().expect("a folder");
    assert_eq!((folder.path.as_str(), folder.locked), ("/Team%20A", Some(true)));

    let body = json!({"data": {"path": "/a", "deleted": true, "deletedItems": {"folders": 2, "workflows": 3}}});
    let gone = read(&DeleteWorkflowFolder::new("ws-1", "/a"), 200, &body).expect("an answer");
    let items = gone.deleted_items.expect("what went with it");
    assert_eq!((gone.deleted, items.folders, items.workflows), (true, Some(2), Some(3)));
}

#[test]
fn an_export_reaches_the_next_server_as_it_came() {
    let document = json!({
        "version": "1.0", "exportedAt": "2026-11-23T18:23:30.174Z", "unknown": {"to": "us"},
        "workflow": {"id": "wf-1", "name": "echo", "description": "", "workspaceId": null, "folderPath": "/"},
        "state": {"blocks": {}, "edges": []},
    });
    let body = json!({"data": document});
    let export = read(&ExportWorkflow::new("wf-1"), 200, &body).expect("a document");
    assert_eq!((export.version(), export.state()), (Some("1.0"), Some(&document["state"])));
    assert_eq!(export.exported_at(), "2026-11-23T18:23:30.174Z".parse().ok());
    let named = export.workflow().expect("a workflow");
    assert_eq!((named.name.as_str(), named.workspace), ("echo", None));

    let kept: WorkflowExport = serde_json::from_str(&export.as_value().to_string()).expect("JSON");
    let import = ImportWorkflow::new("ws-2", kept).name("copy").body().expect("a body");
    let sent: Value = serde_json::from_slice(&bytes(import)).expect("JSON");
    assert_eq!(sent, json!({"workspaceId": "ws-2", "workflow": document, "name": "copy"}));
    let text = ImportWorkflow::new("ws-2", "{}").body().expect("a body");
    assert_eq!(bytes(text), r#"{"workspaceId":"ws-2","workflow":"{}"}"#);
}

#[test]
fn a_creation_is_not_repeated_after_a_loss_and_names_no_run() {
    use sim_core::Api;
    use sim_core::transport::{Exchange, Phase, Step, TransportError, TransportErrorKind};
    let api = Api::builder([1; 32])
        .credentials(sim_core::Credentials::None)
        .base_url("http://localhost")
        .build()
        .expect("a core");
    let mut call = api.call(CreateWorkflow::new("ws-1", "n")).expect("a call");
    assert!(call.timeouts().first_byte < Some(Duration::from_secs(100)), "the limits of a read");
    let lost = Err(TransportError::new(TransportErrorKind::Closed, Phase::Sent));
    let Step::Done(Err(error)) = call.receive(lost, Duration::ZERO) else { panic!("it goes on") };
    assert!(error.is_ambiguous() && error.run_id().is_none() && error.attempts() == 1, "{error:?}");
}
