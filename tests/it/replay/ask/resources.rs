//! Makes the calls of v2 for resources other than runs.

use simstudio::Result;
use simstudio::billing::{GetBillingStatus, ListBillingLogs};
use simstudio::deployments::{
    DeployWorkflow, GetDeployment, GetWorkflowVersion, ListWorkflowVersions, RollbackWorkflow,
    UndeployWorkflow,
};
use simstudio::folders::{
    CreateWorkflowFolder, DeleteWorkflowFolder, ListWorkflowFolders, RelocateWorkflowFolder,
};
use simstudio::logs::{GetLog, ListLogs, ListRuns};
use simstudio::workflows::{
    CreateWorkflow, DeleteWorkflow, ExportWorkflow, GetWorkflow, ImportWorkflow, ListWorkflows,
    UpdateWorkflow,
};

use super::given::{Given, set};
use crate::clients::Client;
use crate::replay::got::Got;
use crate::replay::record::Record;

/// Makes the call if it is one of these and our clients can send it.
pub(super) fn ask(
    client: &Client,
    record: &Record,
    method: &str,
    parts: &[&str],
) -> Option<Result<Got>> {
    let mut given = Given::by(record);
    match parts {
        ["api", "v2", "workflows", rest @ ..] => match rest {
            [] => workflows(client, &mut given, method),
            ["folders"] => folders(client, &mut given, method),
            ["import"] => import(client, &mut given, method),
            [workflow] => workflow_itself(client, &mut given, method, workflow),
            [workflow, rest @ ..] => deployment(client, &mut given, method, workflow, rest),
        },
        ["api", "v2", rest @ ..] => around(client, &mut given, method, rest),
        _ => None,
    }
}

fn workflows(client: &Client, given: &mut Given, method: &str) -> Option<Result<Got>> {
    let workspace = given.text("workspaceId")?;
    Some(match method {
        "GET" => {
            let list = set!(ListWorkflows::new(workspace), given {
                "folderPath": folder text,
                "deployedOnly": deployed_only flag,
                "search": search text,
                "sortBy": sort_by text,
                "sortOrder": sort_order text,
                "limit": limit number,
                "cursor": cursor text,
            });
            client.call(given.all_in(list)?).map(Got::page)
        }
        "POST" => {
            let create = set!(CreateWorkflow::new(workspace, given.text("name")?), given {
                "description": description text,
                "folderPath": folder text,
            });
            client.call(given.all_in(create)?).map(Got::data)
        }
        _ => return None,
    })
}

fn folders(client: &Client, given: &mut Given, method: &str) -> Option<Result<Got>> {
    let workspace = given.text("workspaceId")?;
    Some(match method {
        "GET" => {
            let list = set!(ListWorkflowFolders::new(workspace), given {
                "parentPath": parent text,
                "search": search text,
                "sortBy": sort_by text,
                "sortOrder": sort_order text,
            });
            client.call(given.all_in(list)?).map(Got::page)
        }
        "POST" => {
            let create = CreateWorkflowFolder::new(workspace, given.text("path")?);
            client.call(given.all_in(create)?).map(Got::data)
        }
        "PATCH" => {
            let (path, destination) = (given.text("path")?, given.text("destinationPath")?);
            let relocate = RelocateWorkflowFolder::new(workspace, path, destination);
            client.call(given.all_in(relocate)?).map(Got::data)
        }
        "DELETE" => {
            let delete = DeleteWorkflowFolder::new(workspace, given.text("path")?);
            let delete = set!(delete, given { "recursive": recursive flag });
            client.call(given.all_in(delete)?).map(Got::data)
        }
        _ => return None,
    })
}

fn import(client: &Client, given: &mut Given, method: &str) -> Option<Result<Got>> {
    let (workspace, document) = (given.text("workspaceId")?, given.json("workflow")?);
    let import = set!(ImportWorkflow::new(workspace, document), given {
        "folderPath": folder text,
        "name": name text,
        "description": description text,
    });
    (method == "POST").then_some(client.call(given.all_in(import)?).map(Got::data))
}

fn workflow_itself(
    client: &Client,
    given: &mut Given,
    method: &str,
    workflow: &str,
) -> Option<Result<Got>> {
    Some(match method {
        "GET" => client.call(given.all_in(GetWorkflow::new(workflow))?).map(Got::data),
        "PATCH" => {
            let update = set!(UpdateWorkflow::new(workflow), given {
                "name": name text,
                "folderPath": folder text,
                "description": description text,
            });
            client.call(given.all_in(update)?).map(Got::data)
        }
        "DELETE" => client.call(given.all_in(DeleteWorkflow::new(workflow))?).map(Got::data),
        _ => return None,
    })
}

fn deployment(
    client: &Client,
    given: &mut Given,
    method: &str,
    workflow: &str,
    rest: &[&str],
) -> Option<Result<Got>> {
    Some(match (method, rest) {
        ("GET", ["deployment"]) => {
            client.call(given.all_in(GetDeployment::new(workflow))?).map(Got::data)
        }
        ("POST", ["deploy"]) => {
            let deploy = set!(DeployWorkflow::new(workflow), given {
                "name": name text,
                "description": description text,
            });
            client.call(given.all_in(deploy)?).map(Got::data)
        }
        ("DELETE", ["deploy"]) => {
            client.call(given.all_in(UndeployWorkflow::new(workflow))?).map(Got::data)
        }
        ("POST", ["rollback"]) => {
            let rollback =
                set!(RollbackWorkflow::new(workflow), given { "version": version number });
            client.call(given.all_in(rollback)?).map(Got::data)
        }
        ("GET", ["versions"]) => {
            let list = set!(ListWorkflowVersions::new(workflow), given {
                "limit": limit number,
                "cursor": cursor text,
            });
            client.call(given.all_in(list)?).map(Got::page)
        }
        ("GET", ["versions", version]) => {
            let get = GetWorkflowVersion::new(workflow, version.parse::<u32>().ok()?);
            client.call(given.all_in(get)?).map(Got::data)
        }
        ("GET", ["export"]) => {
            client.call(given.all_in(ExportWorkflow::new(workflow))?).map(Got::data)
        }
        ("GET", ["runs"]) => {
            let list = set!(ListRuns::new(workflow), given {
                "status": status text,
                "trigger": trigger text,
                "startDate": start_date time,
                "endDate": end_date time,
                "order": order text,
                "limit": limit number,
                "cursor": cursor text,
            });
            client.call(given.all_in(list)?).map(Got::page)
        }
        _ => return None,
    })
}

/// Makes the calls of logs and billing.
fn around(client: &Client, given: &mut Given, method: &str, rest: &[&str]) -> Option<Result<Got>> {
    Some(match (method, rest) {
        ("GET", ["logs"]) => {
            let list = set!(ListLogs::new(given.text("workspaceId")?), given {
                "workflowIds": workflows workflows,
                "level": level text,
                "details": details text,
                "includeTraceSpans": include_trace_spans flag,
                "includeFinalOutput": include_final_output flag,
                "limit": limit number,
                "cursor": cursor text,
            });
            client.call(given.all_in(list)?).map(Got::page)
        }
        ("GET", ["logs", run]) => client.call(given.all_in(GetLog::new(*run))?).map(Got::data),
        ("GET", ["billing", "status"]) => {
            let get = set!(GetBillingStatus::new(), given { "workspaceId": workspace text });
            client.call(given.all_in(get)?).map(Got::data)
        }
        ("GET", ["billing", "logs"]) => {
            let list = set!(ListBillingLogs::new(), given {
                "source": source text,
                "workspaceId": workspace text,
                "period": period text,
                "startDate": start_date time,
                "endDate": end_date time,
                "limit": limit number,
                "cursor": cursor text,
            });
            client.call(given.all_in(list)?).map(Got::page)
        }
        _ => return None,
    })
}
