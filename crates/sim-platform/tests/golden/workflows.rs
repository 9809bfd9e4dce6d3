//! Rows of workflows, their deployments and folders, and billing.

use serde_json::json;
use sim_core::FolderPath;
use sim_core::logs::SortOrder;
use sim_platform::billing::*;
use sim_platform::deployments::*;
use sim_platform::folders::*;
use sim_platform::workflows::*;

use crate::table::{Table, time};

pub(super) fn rows(table: &mut Table) {
    workflows(table);
    deployments(table);
    folders(table);
    billing(table);
}

fn workflows(table: &mut Table) {
    table.one("ListWorkflows", ListWorkflows::new("ws-1"));
    let list =
        ListWorkflows::new("ws-1").folder(FolderPath::of(["Team A", "2026/27"])).search("a&b");
    let list = list.deployed_only(true).sort_by(WorkflowSort::RunCount);
    let list = list.sort_order(SortOrder::Descending).limit(10).cursor("c/1==");
    table.one("ListWorkflows, everything", list);
    table.one("CreateWorkflow", CreateWorkflow::new("ws-1", "greet"));
    let create =
        CreateWorkflow::new("ws-1", "greet").description("says \"hi\"").folder("/Team%20A");
    table.one("CreateWorkflow, everything", create);
    table.one("GetWorkflow", GetWorkflow::new("wf-1"));
    table.one("UpdateWorkflow", UpdateWorkflow::new("wf-1"));
    let update = UpdateWorkflow::new("wf-1").name("greet").folder("/");
    table.one("UpdateWorkflow, everything", update.description("says hi"));
    table.one("UpdateWorkflow, null", UpdateWorkflow::new("wf-1").clear_description());
    table.one("DeleteWorkflow", DeleteWorkflow::new("wf-1"));
    table.one("ExportWorkflow", ExportWorkflow::new("wf-1"));
    table.one("ImportWorkflow", ImportWorkflow::new("ws-1", "{\"version\":\"1.0\"}"));
    let import =
        ImportWorkflow::new("ws-1", json!({"version": "1.0", "state": {}})).folder("/Team%20A");
    table.one("ImportWorkflow, everything", import.name("copy").description("of another"));
}

fn deployments(table: &mut Table) {
    table.one("GetDeployment", GetDeployment::new("wf-1"));
    table.one("DeployWorkflow", DeployWorkflow::new("wf-1"));
    let deploy = DeployWorkflow::new("wf-1").name("second").description("faster");
    table.one("DeployWorkflow, everything", deploy);
    table.one("UndeployWorkflow", UndeployWorkflow::new("wf-1"));
    table.one("RollbackWorkflow", RollbackWorkflow::new("wf-1"));
    table.one("RollbackWorkflow, everything", RollbackWorkflow::new("wf-1").version(2));
    table.one("ListWorkflowVersions", ListWorkflowVersions::new("wf-1"));
    let versions = ListWorkflowVersions::new("wf-1").limit(10).cursor("c/1==");
    table.one("ListWorkflowVersions, everything", versions);
    table.one("GetWorkflowVersion", GetWorkflowVersion::new("wf-1", 2));
}

fn folders(table: &mut Table) {
    table.one("ListWorkflowFolders", ListWorkflowFolders::new("ws-1"));
    let list = ListWorkflowFolders::new("ws-1").parent("/Team%20A").search("draft");
    let list = list.sort_by(FolderSort::CreatedAt).sort_order(SortOrder::Descending);
    table.one("ListWorkflowFolders, everything", list);
    table.one("CreateWorkflowFolder", CreateWorkflowFolder::new("ws-1", "/Team%20A"));
    let relocate = RelocateWorkflowFolder::new("ws-1", "/Team%20A", "/Team%20B");
    table.one("RelocateWorkflowFolder", relocate);
    let delete = || DeleteWorkflowFolder::new("ws-1", "/Team%20A");
    table.one("DeleteWorkflowFolder", delete());
    table.one("DeleteWorkflowFolder, everything", delete().recursive(true));
}

fn billing(table: &mut Table) {
    table.one("GetBillingStatus", GetBillingStatus::new());
    table.one("GetBillingStatus, everything", GetBillingStatus::new().workspace("ws-1"));
    table.one("ListBillingLogs", ListBillingLogs::new());
    let list = ListBillingLogs::new().source(BillingSource::KnowledgeBase).workspace("ws-1");
    let list = list.period(BillingWindow::Custom).start_date(time(0)).end_date(time(1));
    table.one("ListBillingLogs, everything", list.limit(10).cursor("c/1=="));
}
