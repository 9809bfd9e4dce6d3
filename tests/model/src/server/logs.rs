//! The logs of runs: one of them, and the list by the id of a run.

use serde_json::{Value, json};

use super::reply::Reply;
use super::run::{End, PointState, Run, State};
use super::time::{Millis, iso};
use super::{Asked, Server};

impl Server {
    pub(super) fn read_log(&self, id: &str, now: Millis) -> Reply {
        match self.rows().find(|run| run.id == id) {
            Some(run) => {
                let mut log = run.log(now);
                let word = run.log_word(now);
                log["runId"] = json!(id);
                log["status"] = json!(word);
                Reply::json(200, &json!({"data": log}), now)
            }
            None => Reply::v2_error(404, "NOT_FOUND", "Log not found", now),
        }
    }

    pub(super) fn list_logs(&self, asked: &Asked<'_>, now: Millis) -> Reply {
        if asked.key() != Some(Ok(())) {
            return Reply::error(401, "Invalid API key", now);
        }
        let wanted = asked.query.split('&').find_map(|pair| pair.strip_prefix("executionId="));
        let of = |run: &&Run| wanted.is_none_or(|id| run.id == id);
        let rows = self.rows().filter(of).map(|run| {
            let mut log = run.log(now);
            log["executionId"] = json!(run.id);
            log
        });
        Reply::json(200, &json!({"data": rows.collect::<Vec<_>>()}), now)
    }

    pub(super) fn read_execution_log(&self, asked: &Asked<'_>, id: &str, now: Millis) -> Reply {
        if asked.key() != Some(Ok(())) {
            return Reply::error(401, "Invalid API key", now);
        }
        match self.rows().find(|run| run.id == id) {
            Some(run) => {
                let log = run.log(now);
                let metadata = json!({
                    "trigger": "api", "startedAt": log["startedAt"], "endedAt": log["endedAt"],
                    "totalDurationMs": log["totalDurationMs"], "cost": log["cost"],
                });
                let workflow = run.workflow.id();
                let body = json!({"executionId": id, "workflowId": workflow, "executionMetadata": metadata});
                Reply::json(200, &body, now)
            }
            None => Reply::error(404, "Workflow execution not found", now),
        }
    }

    fn rows(&self) -> impl Iterator<Item = &Run> {
        self.runs.iter().filter(|run| !matches!(run.state, State::Queued(_)))
    }
}

impl Run {
    fn log(&self, now: Millis) -> Value {
        let word = self.word(now);
        let is_over = word != "running";
        let version = self.is_real().then_some("7f0c1f0e-0000-4000-8000-000000000001");
        let failed = self.points.iter().find(|point| point.state == PointState::Failed);
        let reason = failed.and_then(|point| point.answer.as_ref()?.reason.as_deref());
        let output = match self.failure().or(reason) {
            Some(text) => json!({"error": text}),
            None if self.pause() == "partially_resumed" && self.stage == 1 => json!({}),
            None if self.is_paused() => json!({"paused": true}),
            None => self.output(&self.id),
        };
        let duration = if self.is_real() { 30 } else { 1 };
        json!({
            "workflowId": self.workflow.id(), "deploymentVersionId": version,
            "level": if self.has_error() && is_over { "error" } else { "info" }, "trigger": "api",
            "startedAt": iso(self.row), "endedAt": is_over.then(|| iso(self.row + 30)),
            "totalDurationMs": is_over.then_some(duration), "files": null,
            "finalOutput": if is_over { output } else { Value::Null },
            "cost": is_over.then(|| self.cost()),
        })
    }

    /// Returns the word for the state, as the log tells it: a human pause is pending there.
    fn log_word(&self, now: Millis) -> &'static str {
        match self.word(now) {
            "paused" if self.has_failed() => "failed",
            "paused" => "pending",
            "running" if matches!(self.state, State::Ended(End::Completed, _)) => "running",
            word => word,
        }
    }
}
