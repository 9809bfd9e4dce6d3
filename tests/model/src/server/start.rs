//! Starting a run, in both generations.

use serde_json::{Value, json};

use super::refusal::Refusal;
use super::reply::Reply;
use super::run::{Cancelled, End, Mode, QUEUE, Run, State};
use super::time::Millis;
use super::version::{Node, Runtime, Version};
use super::workflow::Workflow;
use super::{Arrival, Asked, Gone, Server};

/// A start that was read.
struct Start {
    workflow: Workflow,
    input: Value,
    mode: Mode,
    id: Option<String>,
    limit: Option<Millis>,
    by_v2: bool,
}

/// Why a start is not a run.
enum Refused {
    Taken(String),
    Ambiguous(String),
    For(Refusal),
    Gone,
}

const BAD_ID: &str =
    "Execution ID can only contain letters, numbers, dots, underscores, colons, and hyphens";
const BAD_RUN_ID: &str =
    "Run ID can only contain letters, numbers, dots, underscores, colons, and hyphens";

fn is_id(id: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
    (1..=128).contains(&id.len()) && id.bytes().all(fits)
}

impl Server {
    pub(super) fn start_v1(
        &mut self,
        node: Node,
        asked: &Asked<'_>,
        workflow: &str,
        arrival: Arrival,
        now: Millis,
    ) -> Reply {
        let version = node.version;
        match asked.key() {
            Some(Err(())) => return Reply::error(401, "Invalid API key", now),
            None if !self.public => return Reply::error(401, "Unauthorized", now),
            _ => {}
        }
        if arrival.refusal == Some(Refusal::Gate) {
            return Refusal::Gate.v1(version, now);
        }
        let body = if asked.has_no_body() { Some(json!({})) } else { asked.body() };
        let Some(body) = body else {
            return Reply::error(400, "Invalid JSON in request body", now);
        };
        let Value::Object(mut fields) = body else {
            return Reply::error(400, "Invalid request body", now);
        };
        let header = asked.header("x-execution-id").filter(|_| version.claims());
        if let Some(id) = header.filter(|id| !is_id(id)) {
            let _ = id;
            let details = json!([{"path": "X-Execution-Id", "message": BAD_ID}]);
            let body = json!({"error": "Invalid execution ID header", "details": details});
            return Reply::json(400, &body, now);
        }
        let Some(workflow) = Workflow::of(workflow) else {
            return Reply::error(404, "Workflow not found", now);
        };
        let streams = fields.remove("stream") == Some(json!(true))
            || asked.header("x-stream-response") == Some("true");
        let mode = match asked.header("x-execution-mode") {
            Some("async") => Mode::Queued,
            _ if streams => Mode::Stream,
            _ => Mode::Sync,
        };
        let from_body = || fields.get("executionId")?.as_str().map(str::to_owned);
        let chosen = header.map(str::to_owned).or_else(from_body);
        let id = chosen.filter(|_| version.claims() && asked.key().is_some());
        let limit =
            asked.header("x-execution-timeout-seconds").and_then(|limit| limit.parse().ok());
        let limit = limit.filter(|_| version.honours_timeout() && mode == Mode::Queued);
        let input = match fields.remove("input") {
            Some(input) if fields.is_empty() => input,
            Some(input) => {
                fields.insert("input".to_owned(), input);
                Value::Object(fields)
            }
            None => Value::Object(fields),
        };
        let limit = limit.map(|limit: Millis| limit * 1000);
        let start = Start { workflow, input, mode, id, limit, by_v2: false };
        match self.start(node, start, arrival, now) {
            Ok(run) => self.started_v1(version, run, arrival, now),
            Err(Refused::Gone) => Reply::error(499, "Client cancelled request", now),
            Err(Refused::For(refusal)) => refusal.v1(version, now),
            Err(Refused::Taken(id)) => {
                let text = "Execution ID has already been used";
                let code = "EXECUTION_ID_CONFLICT";
                Reply::json(409, &json!({"error": text, "code": code, "executionId": id}), now)
            }
            Err(Refused::Ambiguous(id)) => {
                let text = "Async execution queue acceptance could not be confirmed";
                let code = "ASYNC_ENQUEUE_AMBIGUOUS";
                Reply::json(503, &json!({"error": text, "code": code, "executionId": id}), now)
                    .with("x-execution-id", &id)
            }
        }
    }

    pub(super) fn start_v2(
        &mut self,
        node: Node,
        asked: &Asked<'_>,
        workflow: &str,
        arrival: Arrival,
        now: Millis,
    ) -> Reply {
        if arrival.refusal == Some(Refusal::Gate) {
            return Refusal::Gate.v2(now);
        }
        let Some(Value::Object(body)) = asked.body() else {
            return Reply::v2_error(400, "BAD_REQUEST", "Request body must be valid JSON", now);
        };
        let header = asked.header("x-run-id");
        if header.is_some_and(|id| !is_id(id)) {
            let details =
                json!([{"code": "invalid_format", "path": ["x-run-id"], "message": BAD_RUN_ID}]);
            return Reply::v2_details(400, "BAD_REQUEST", BAD_RUN_ID, &details, now);
        }
        let is_true = |key| body.get(key) == Some(&json!(true));
        let mode = match (is_true("async"), is_true("stream")) {
            (true, _) => Mode::Queued,
            (_, true) => Mode::Stream,
            _ => Mode::Sync,
        };
        let Some(workflow) = Workflow::of(workflow) else {
            return Reply::v2_error(404, "NOT_FOUND", "Workflow not found", now);
        };
        let limit = body.get("executionTimeoutSeconds").and_then(Value::as_u64);
        let id = header.filter(|_| asked.key().is_some()).map(str::to_owned);
        let input = body.get("input").cloned().unwrap_or_else(|| json!({}));
        let limit = limit.map(|limit| limit * 1000);
        let start = Start { workflow, input, mode, id, limit, by_v2: true };
        match self.start(node, start, arrival, now) {
            Ok(run) => {
                let lines =
                    asked.header("accept").is_some_and(|accept| accept.contains("x-ndjson"));
                self.started_v2(node.version, run, lines, arrival, now)
            }
            Err(Refused::Gone) => {
                Reply::v2_error(499, "CLIENT_CLOSED_REQUEST", "Client closed request", now)
            }
            Err(Refused::For(refusal)) => refusal.v2(now),
            Err(Refused::Taken(id)) => {
                let details = json!({"code": "RUN_ID_CONFLICT", "runId": id});
                let text = "Run ID has already been used";
                Reply::v2_details(409, "CONFLICT", text, &details, now).with("x-run-id", &id)
            }
            Err(Refused::Ambiguous(id)) => {
                let details = json!({"code": "ASYNC_ENQUEUE_AMBIGUOUS", "runId": id});
                let text = "Async execution queue acceptance could not be confirmed";
                Reply::v2_details(503, "SERVICE_UNAVAILABLE", text, &details, now)
                    .with("x-run-id", &id)
            }
        }
    }

    /// Claims the id, checks what is checked after it, and accepts the run. Returns its index.
    fn start(
        &mut self,
        node: Node,
        start: Start,
        arrival: Arrival,
        now: Millis,
    ) -> Result<usize, Refused> {
        let version = node.version;
        let claims = version.claims();
        // A node whose client is gone at once takes nothing.
        let is_gone = arrival.gone == Some(Gone::AtOnce) && node.runtime == Runtime::Node;
        if is_gone {
            return Err(Refused::Gone);
        }
        if claims && arrival.refusal == Some(Refusal::ClaimsOut) {
            return Err(Refused::For(Refusal::ClaimsOut));
        }
        let id = match &start.id {
            Some(id) if self.claims.contains(id) => return Err(Refused::Taken(id.clone())),
            Some(id) => id.clone(),
            None => self.make_id(),
        };
        if arrival.refusal == Some(Refusal::NotDeployed) {
            return Err(Refused::For(Refusal::NotDeployed));
        }
        self.claims.push(id.clone());
        let refusal = arrival.refusal.filter(|refusal| refusal.row().is_some());
        if let Some(refusal) = refusal {
            // Older servers file the row too, under an id of their own.
            let text = refusal.row().unwrap_or_default().to_owned();
            self.runs.push(run_of(version, start, id, State::Burned(text, now), arrival, now));
            return Err(Refused::For(refusal));
        }
        if start.mode == Mode::Queued && arrival.refusal == Some(Refusal::QueueOut) {
            return Err(if claims {
                Refused::Ambiguous(id)
            } else {
                Refused::For(Refusal::QueueOut)
            });
        }
        let mut run = match start.mode {
            Mode::Queued => {
                let taken = if self.no_workers { Millis::MAX } else { now + QUEUE };
                let state = State::Queued(taken);
                run_of(version, start, id, state, arrival, now)
            }
            Mode::Sync | Mode::Stream => {
                let state = State::Working(now + start.workflow.work(0));
                run_of(version, start, id, state, arrival, now)
            }
        };
        if claims && self.cancelled.contains(&run.id) {
            run.state = State::Ended(End::Cancelled, now);
        }
        if run.mode == Mode::Queued && !claims {
            run.job = self.make_job();
        }
        let stops = arrival.gone == Some(Gone::Midway) && node.runtime == Runtime::Node;
        if stops && run.mode != Mode::Queued {
            run.state = State::Ended(End::Cancelled, now + 20);
        }
        self.runs.push(run);
        Ok(self.runs.len() - 1)
    }
}

fn run_of(
    version: Version,
    start: Start,
    id: String,
    state: State,
    arrival: Arrival,
    now: Millis,
) -> Run {
    let job = if version.claims() { format!("workflow-execution:{id}") } else { String::new() };
    Run {
        id,
        workflow: start.workflow,
        input: start.input,
        mode: start.mode,
        job,
        request: arrival.number,
        accepted: now,
        row: now,
        state,
        stage: 0,
        points: Vec::new(),
        strays: Vec::new(),
        cancelled: Cancelled::No,
        attempt: None,
        limit: start.limit,
        by_v2: start.by_v2,
    }
}
