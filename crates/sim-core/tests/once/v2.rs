//! The same answers in the words of the second generation.

use bytes::Bytes;
use serde_json::{Value, json};
use sim_core::transport::Outcome;

/// Puts what a server of the first generation answers as one of the second would.
pub(crate) fn told(outcome: Outcome) -> Outcome {
    let answer = outcome?;
    let (mut head, body) = answer.into_parts();
    let body = match serde_json::from_slice::<Value>(&body) {
        Ok(body)
            if body.get("error").is_some_and(Value::is_string) && body.get("success").is_none() =>
        {
            refusal(head.status.as_u16(), &body)
        }
        // A log has one form.
        Ok(body) if body.get("log").is_some() => json!({"data": body["log"]}),
        Ok(body) => {
            if body["success"] == false {
                head.status = http::StatusCode::OK;
            }
            json!({"data": data(&body)})
        }
        Err(_) => return Ok(http::Response::from_parts(head, body)),
    };
    Ok(http::Response::from_parts(head, Bytes::from(body.to_string())))
}

fn data(body: &Value) -> Value {
    let id = body.get("executionId").cloned().unwrap_or_else(|| json!("not told"));
    if body.get("jobId").is_some() {
        return json!({"runId": id, "statusUrl": "https://elsewhere.test"});
    }
    let status = match body.get("success") {
        Some(Value::Bool(true)) => body.get("status").cloned().unwrap_or(json!("completed")),
        Some(_) => json!("failed"),
        None => body["status"].clone(),
    };
    let error =
        body.get("error").map(|error| json!({"message": error, "code": "EXECUTION_FAILED"}));
    let output = body.get("finalOutput").or_else(|| body.get("output")).cloned();
    json!({
        "runId": id, "workflowId": "wf", "status": status, "paused": body["paused"], "output": output, "error": error,
    })
}

fn refusal(status: u16, body: &Value) -> Value {
    let (code, details) = match (status, body["code"].as_str()) {
        (400, _) => ("BAD_REQUEST", Value::Null),
        (500, _) => ("INTERNAL_ERROR", Value::Null),
        (401, _) => ("UNAUTHORIZED", Value::Null),
        (402, _) => ("USAGE_LIMIT_EXCEEDED", Value::Null),
        (403, _) => ("FORBIDDEN", Value::Null),
        (404, _) => ("NOT_FOUND", Value::Null),
        (409, None) => ("CONFLICT", Value::Null),
        (409, _) => ("CONFLICT", json!({"code": "RUN_ID_CONFLICT", "runId": body["executionId"]})),
        (429, Some("ADMISSION_GATE_CAPACITY")) => ("RATE_LIMITED", Value::Null),
        (429, _) => ("RATE_LIMITED", json!({"code": "RATE_LIMIT_EXCEEDED"})),
        (503, code) => ("SERVICE_UNAVAILABLE", json!({"code": code, "runId": body["executionId"]})),
        (status, _) => panic!("{status} is not among them: {body}"),
    };
    json!({"error": {"code": code, "message": body["error"], "details": details}})
}
