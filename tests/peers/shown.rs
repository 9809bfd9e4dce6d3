//! Our outcomes as JSON, field by field, under the names of the official SDK, which are the same in snake case.
//! Fields that only our SDK has are left out.

use std::time::Duration;

use serde_json::{Value, json};
use simstudio::logs::RunListItem;
use simstudio::v1::{JobStatus, RateBucket, UsageLimits, WorkflowStatus};
use simstudio::workflows::Workflow;
use simstudio::{
    AsyncExecutionResult, Cancellation, Page, RateLimitInfo, Result, Resumed, Run, RunError,
    WorkflowExecutionResult,
};

use crate::Edition;

/// Returns an outcome: a value, or an error in the driver's form of an exception.
fn outcome<T>(result: Result<T>, show: impl FnOnce(T) -> Value) -> Value {
    match result {
        Ok(value) => json!({"ok": show(value)}),
        Err(error) => json!({"error": {
            // Each SDK has one error type.
            "class": "SimStudioError",
            "message": error.message(),
            "code": error.code(),
            "status": error.status().map(|status| status.as_u16()),
        }}),
    }
}

pub(crate) fn nothing(result: Result<()>) -> Value {
    outcome(result, |()| Value::Null)
}

pub(crate) fn flag(result: Result<bool>) -> Value {
    outcome(result, Value::Bool)
}

/// Returns a result under the names of a peer.
pub(crate) fn result(edition: Edition, result: Result<WorkflowExecutionResult>) -> Value {
    outcome(result, |run| ended(edition, run))
}

fn ended(edition: Edition, run: WorkflowExecutionResult) -> Value {
    let times = run.metadata.map(|metadata| {
        json!({
            "duration": metadata.duration.map(milliseconds),
            "start_time": metadata.start_time.map(|at| at.to_string()),
            "end_time": metadata.end_time.map(|at| at.to_string()),
        })
    });
    let times = times.unwrap_or_default();
    if edition == Edition::CommandLine {
        return json!({
            "run_id": run.run_id,
            "workflow_id": run.workflow_id,
            "status": run.status,
            "output": run.output,
            "error": run.error.as_ref().map(error),
            "started_at": times["start_time"],
            "ended_at": times["end_time"],
            "duration_ms": times["duration"],
            "block_outputs": run.block_outputs,
        });
    }
    let mut shown = json!({
        "success": run.success,
        "output": run.output,
        "error": run.error.map(|error| error.message),
        "logs": run.logs,
        "metadata": times,
        "trace_spans": run.trace_spans,
        "total_duration": run.total_duration.map(milliseconds),
    });
    if edition == Edition::Second {
        shown["metadata"]["run_id"] = json!(run.run_id);
        shown["status"] = json!(run.status);
    }
    shown
}

fn error(error: &RunError) -> Value {
    json!({
        "message": error.message,
        "code": error.code,
        "block_id": error.block_id,
        "block_name": error.block_name,
        "block_type": error.block_type,
    })
}

pub(crate) fn receipt(edition: Edition, result: Result<AsyncExecutionResult>) -> Value {
    outcome(result, |receipt| {
        if edition == Edition::First {
            return json!({
                "success": receipt.success,
                "task_id": receipt.task_id,
                "status": receipt.status,
                "created_at": receipt.created_at.map(|at| at.to_string()),
                "links": {"status": receipt.links.status},
            });
        }
        let run = json!({"run_id": receipt.run_id, "status_url": receipt.links.status});
        if edition == Edition::CommandLine {
            return run;
        }
        json!({
            "success": receipt.success,
            "run_id": run["run_id"],
            "status_url": run["status_url"],
            "message": receipt.message,
            "async_execution": true,
        })
    })
}

pub(crate) fn run(result: Result<Run>) -> Value {
    outcome(result, |run| {
        json!({
            "run_id": run.run_id,
            "workflow_id": run.workflow_id,
            "status": run.status,
            "trigger": run.trigger,
            "started_at": run.started_at.map(|at| at.to_string()),
            "ended_at": run.ended_at.map(|at| at.to_string()),
            "duration_ms": run.duration.map(milliseconds),
            "paused": run.paused.map(|paused| json!({
                "context_id": paused.context_id,
                "paused_at": paused.paused_at.map(|at| at.to_string()),
                "resume_at": paused.resume_at.map(|at| at.to_string()),
                "pause_kind": paused.pause_kind,
                "blocked_on_block_id": paused.blocked_on_block_id,
                "automatic_resume_waiting_reason": paused.automatic_resume_waiting_reason,
                "pause_point_count": paused.pause_point_count,
                "resumed_count": paused.resumed_count,
            })),
            "cost": run.cost.map(|cost| json!({"total": cost.total})),
            "error": run.error.as_ref().map(error),
            "output": run.output,
            "block_outputs": run.block_outputs,
        })
    })
}

pub(crate) fn cancellation(result: Result<Cancellation>) -> Value {
    outcome(result, |cancelled| {
        json!({
            "success": cancelled.success,
            "run_id": cancelled.run_id,
            "redis_available": cancelled.redis_available,
            "durably_recorded": cancelled.durably_recorded,
            "locally_aborted": cancelled.locally_aborted,
            "paused_cancelled": cancelled.paused_cancelled,
            "reason": cancelled.reason,
        })
    })
}

/// Returns the result of a resumed run, or its receipt.
pub(crate) fn resumed(result: Result<Resumed>) -> Value {
    outcome(result, |resumed| match resumed {
        Resumed::Ended(run) => ended(Edition::CommandLine, *run),
        Resumed::Queued(queued) => json!({
            "run_id": queued.attempt,
            "status_url": queued.status_url,
            "queue_position": queued.queue_position,
        }),
        _ => json!("something new"),
    })
}

pub(crate) fn runs(result: Result<Page<RunListItem>>) -> Value {
    let shown = |run: RunListItem| {
        json!({
            "runId": run.run_id,
            "workflowId": run.workflow_id,
            "status": run.status,
            "trigger": run.trigger,
            "startedAt": run.started_at.map(|at| at.to_string()),
            "endedAt": run.ended_at.map(|at| at.to_string()),
            "durationMs": run.duration.map(milliseconds),
            "cost": run.cost.map(|cost| json!({"total": cost.total})),
        })
    };
    outcome(result, |page| json!({"data": page.into_iter().map(shown).collect::<Vec<_>>()}))
}

pub(crate) fn workflows(result: Result<Page<Workflow>>) -> Value {
    let shown = |workflow: Workflow| {
        json!({
            "id": workflow.id,
            "name": workflow.name,
            "description": workflow.description,
            "folderPath": workflow.folder,
            "workspaceId": workflow.workspace,
            "isDeployed": workflow.is_deployed,
            "deployedAt": workflow.deployed_at.map(|at| at.to_string()),
            "runCount": workflow.run_count,
            "lastRunAt": workflow.last_run_at.map(|at| at.to_string()),
            "createdAt": workflow.created_at.map(|at| at.to_string()),
            "updatedAt": workflow.updated_at.map(|at| at.to_string()),
        })
    };
    outcome(result, |page| json!({"data": page.into_iter().map(shown).collect::<Vec<_>>()}))
}

pub(crate) fn status(result: Result<WorkflowStatus>) -> Value {
    outcome(result, |status| {
        json!({
            "is_deployed": status.is_deployed,
            "deployed_at": status.deployed_at.map(|at| at.to_string()),
            "needs_redeployment": status.needs_redeployment,
        })
    })
}

pub(crate) fn job(result: Result<JobStatus>) -> Value {
    outcome(result, |job| {
        json!({
            "task_id": job.task_id,
            "status": job.status,
            "metadata": job.metadata.fields,
            "output": job.output,
            "error": job.error,
            "estimated_duration": job.estimated_duration.map(milliseconds),
        })
    })
}

pub(crate) fn usage(result: Result<UsageLimits>) -> Value {
    outcome(result, |limits| {
        json!({
            "success": limits.success,
            "rate_limit": limits.rate_limit.map(|rate| json!({
                "sync": bucket(&rate.sync),
                "queued": bucket(&rate.queued),
                "auth_type": rate.auth_type,
            })),
            "usage": {
                "current_period_cost": limits.usage.current_period_cost,
                "limit": limits.usage.limit,
                "plan": limits.usage.plan,
            },
        })
    })
}

fn bucket(bucket: &RateBucket) -> Value {
    json!({
        "is_limited": bucket.is_limited,
        "limit": bucket.limit,
        "max_burst": bucket.max_burst,
        "remaining": bucket.remaining,
        "reset_at": bucket.reset_at.map(|at| at.to_string()),
    })
}

/// Returns the rate limit with `reset` in seconds and `retry_after` in milliseconds, as the official SDK counts
/// them.
pub(crate) fn rate_limit(info: Option<RateLimitInfo>) -> Value {
    outcome(Ok(info), |info| {
        info.map_or(Value::Null, |info| {
            json!({
                "limit": info.limit,
                "remaining": info.remaining,
                "reset": info.reset.map(|at| json!(at.as_second())),
                "retry_after": info.retry_after.map(milliseconds),
            })
        })
    })
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
