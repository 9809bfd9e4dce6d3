//! Our outcomes as JSON, field by field, under the names that the official SDK gives them: in snake case
//! they are the same. Fields that only ours has are left out.

use std::time::Duration;

use serde_json::{Value, json};
use simstudio::{
    AsyncExecutionResult, JobStatus, RateBucket, RateLimitInfo, Result, UsageLimits,
    WorkflowExecutionResult, WorkflowStatus,
};

/// An outcome: a value, or an error as the driver shows an exception.
fn outcome<T>(result: Result<T>, show: impl FnOnce(T) -> Value) -> Value {
    match result {
        Ok(value) => json!({"ok": show(value)}),
        Err(error) => json!({"error": {
            // Each SDK has one type for all its errors.
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

pub(crate) fn result(result: Result<WorkflowExecutionResult>) -> Value {
    outcome(result, |run| {
        json!({
            "success": run.success,
            "output": run.output,
            "error": run.error.map(|error| error.message),
            "logs": run.logs,
            "metadata": run.metadata.map(|metadata| json!({
                "duration": metadata.duration.map(milliseconds),
                "start_time": metadata.start_time.map(|at| at.to_string()),
                "end_time": metadata.end_time.map(|at| at.to_string()),
            })),
            "trace_spans": run.trace_spans,
            "total_duration": run.total_duration.map(milliseconds),
        })
    })
}

pub(crate) fn receipt(result: Result<AsyncExecutionResult>) -> Value {
    outcome(result, |receipt| {
        json!({
            "success": receipt.success,
            "task_id": receipt.task_id,
            "status": receipt.status,
            "created_at": receipt.created_at.map(|at| at.to_string()),
            "links": {"status": receipt.links.status},
        })
    })
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

/// `reset` in seconds and `retry_after` in milliseconds, as the official SDK counts them.
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
