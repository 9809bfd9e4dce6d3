//! The fields of resources other than runs.

use serde_json::Value;
use simstudio::billing::{BillingLog, BillingPeriod, BillingStatus, Credits, NamedWorkflow};
use simstudio::deployments::{
    ActiveDeployment, Deployment, DeploymentAttempt, DeploymentError, DeploymentReadiness,
    WorkflowVersion,
};
use simstudio::folders::{DeletedFolder, DeletedItems, Folder};
use simstudio::v1::Storage;
use simstudio::workflows::{
    DeletedWorkflow, ImportedWorkflow, InputField, Workflow, WorkflowExport,
};

use super::{ToJson, json_fields};

json_fields!(Workflow {
    "id": id,
    "name": name,
    "description": description,
    "folderPath": folder,
    "workspaceId": workspace,
    "isDeployed": is_deployed,
    "deployedAt": deployed_at,
    "runCount": run_count,
    "lastRunAt": last_run_at,
    "createdAt": created_at,
    "updatedAt": updated_at,
    "variables": variables,
    "inputs": inputs,
});

json_fields!(InputField { "name": name, "type": kind, "description": description });

json_fields!(DeletedWorkflow { "id": id, "deleted": deleted });

json_fields!(ImportedWorkflow {
    "id": id,
    "name": name,
    "description": description,
    "workspaceId": workspace,
    "folderPath": folder,
    "createdAt": created_at,
    "updatedAt": updated_at,
});

impl ToJson for WorkflowExport {
    fn to_json(&self) -> Value {
        self.as_value().clone()
    }
}

json_fields!(Folder {
    "name": name,
    "path": path,
    "parentPath": parent,
    "createdAt": created_at,
    "updatedAt": updated_at,
    "locked": locked,
});

json_fields!(DeletedFolder { "path": path, "deleted": deleted, "deletedItems": deleted_items });

json_fields!(DeletedItems { "folders": folders, "workflows": workflows });

json_fields!(Deployment {
    "id": id,
    "isDeployed": is_deployed,
    "deployedAt": deployed_at,
    "warnings": warnings,
    "activeDeployment": active_deployment,
    "latestDeploymentAttempt": latest_deployment_attempt,
    "needsRedeployment": needs_redeployment,
    "version": version,
});

json_fields!(ActiveDeployment {
    "deploymentVersionId": version_id,
    "version": version,
    "deployedAt": deployed_at,
});

json_fields!(DeploymentAttempt {
    "id": id,
    "deploymentVersionId": version_id,
    "version": version,
    "action": action,
    "status": status,
    "isCurrent": is_current,
    "readiness": readiness,
    "requestedAt": requested_at,
    "activatedAt": activated_at,
    "error": error,
});

json_fields!(DeploymentReadiness { "webhooks": webhooks, "schedules": schedules, "mcp": mcp });

json_fields!(DeploymentError { "code": code, "message": message, "retryable": retryable });

json_fields!(WorkflowVersion {
    "id": id,
    "version": version,
    "name": name,
    "description": description,
    "isActive": is_active,
    "createdAt": created_at,
    "deployedBy": deployed_by,
    "latestOperationStatus": latest_operation_status,
    "state": state,
});

json_fields!(BillingStatus {
    "workspaceId": workspace,
    "period": period,
    "plan": plan,
    "status": status,
    "credits": credits,
    "storage": storage,
});

json_fields!(BillingPeriod { "start": start, "end": end });

json_fields!(Credits { "used": used, "limit": limit, "remaining": remaining });

json_fields!(Storage { "usedBytes": used_bytes, "limitBytes": limit_bytes, "percentUsed": percent_used });

json_fields!(BillingLog {
    "id": id,
    "createdAt": created_at,
    "source": source,
    "workspaceId": workspace,
    "workflow": workflow,
    "runId": run_id,
    "creditCost": credit_cost,
});

json_fields!(NamedWorkflow { "id": id, "name": name });
