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

use super::{Show, shows};

shows!(Workflow {
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

shows!(InputField { "name": name, "type": kind, "description": description });

shows!(DeletedWorkflow { "id": id, "deleted": deleted });

shows!(ImportedWorkflow {
    "id": id,
    "name": name,
    "description": description,
    "workspaceId": workspace,
    "folderPath": folder,
    "createdAt": created_at,
    "updatedAt": updated_at,
});

impl Show for WorkflowExport {
    fn show(&self) -> Value {
        self.as_value().clone()
    }
}

shows!(Folder {
    "name": name,
    "path": path,
    "parentPath": parent,
    "createdAt": created_at,
    "updatedAt": updated_at,
    "locked": locked,
});

shows!(DeletedFolder { "path": path, "deleted": deleted, "deletedItems": deleted_items });

shows!(DeletedItems { "folders": folders, "workflows": workflows });

shows!(Deployment {
    "id": id,
    "isDeployed": is_deployed,
    "deployedAt": deployed_at,
    "warnings": warnings,
    "activeDeployment": active_deployment,
    "latestDeploymentAttempt": latest_deployment_attempt,
    "needsRedeployment": needs_redeployment,
    "version": version,
});

shows!(ActiveDeployment {
    "deploymentVersionId": version_id,
    "version": version,
    "deployedAt": deployed_at,
});

shows!(DeploymentAttempt {
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

shows!(DeploymentReadiness { "webhooks": webhooks, "schedules": schedules, "mcp": mcp });

shows!(DeploymentError { "code": code, "message": message, "retryable": retryable });

shows!(WorkflowVersion {
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

shows!(BillingStatus {
    "workspaceId": workspace,
    "period": period,
    "plan": plan,
    "status": status,
    "credits": credits,
    "storage": storage,
});

shows!(BillingPeriod { "start": start, "end": end });

shows!(Credits { "used": used, "limit": limit, "remaining": remaining });

shows!(Storage { "usedBytes": used_bytes, "limitBytes": limit_bytes, "percentUsed": percent_used });

shows!(BillingLog {
    "id": id,
    "createdAt": created_at,
    "source": source,
    "workspaceId": workspace,
    "workflow": workflow,
    "runId": run_id,
    "creditCost": credit_cost,
});

shows!(NamedWorkflow { "id": id, "name": name });
