//! Reading a run: by its id in both generations, and by its job.

use serde_json::{Value, json};

use super::reply::Reply;
use super::run::{Cancelled, End, LAG, Mode, Point, PointState, Run, State};
use super::time::{Millis, iso};
use super::version::Version;
use super::workflow::THROWN;
use super::{Arrival, Asked, Refusal, Server};

/// The time for which the hosted server may not show a run whose id is claimed.
const HIDDEN: Millis = 1_500;
/// The time after a pause in which its row is still being written.
const SETTLING: Millis = 40;
/// The time after which a worker has a queued run, though the run has no row yet.
const FETCH: Millis = 20;

impl Server {
    pub(super) fn read_v1(
        &self,
        version: Version,
        asked: &Asked<'_>,
        workflow: &str,
        run: &str,
        now: Millis,
    ) -> Reply {
        if let Err(reply) = Self::admit(asked, workflow, now) {
            return reply;
        }
        match self.visible(version, workflow, run, now) {
            Some(run) => Reply::json(200, &run.execution(version, asked.wants_output(), now), now),
            None => Reply::error(404, "Execution not found", now),
        }
    }

    pub(super) fn read_v2(
        &self,
        version: Version,
        asked: &Asked<'_>,
        workflow: &str,
        run: &str,
        now: Millis,
    ) -> Reply {
        if let Some(attempt) = self.attempt(workflow, run, now) {
            return Reply::json(200, &json!({"data": attempt}), now);
        }
        match self.visible(version, workflow, run, now) {
            Some(run) => {
                let data = run.read(version, asked.wants_output(), now);
                Reply::json(200, &json!({"data": data}), now)
            }
            None => Reply::v2_error(404, "NOT_FOUND", "Run not found", now),
        }
    }

    /// Returns a run that has a row, or that the queue tells of.
    fn visible(&self, version: Version, workflow: &str, run: &str, now: Millis) -> Option<&Run> {
        let run = &self.runs[self.find(workflow, run)?];
        let in_queue = matches!(run.state, State::Queued(_)) && !version.reads_queue();
        let hidden = version == Version::Hosted && now < run.accepted + HIDDEN;
        (!in_queue && !hidden).then_some(run)
    }

    /// Returns what is told of an attempt to resume while it works.
    fn attempt(&self, workflow: &str, id: &str, now: Millis) -> Option<Value> {
        let of = |run: &&Run| {
            let at = run.attempt.and_then(|(point, _)| run.points[point].answer.as_ref());
            run.workflow.id() == workflow && at.is_some_and(|answer| answer.attempt == id)
        };
        let run = self.runs.iter().find(of).filter(|run| run.id != id)?;
        Some(json!({
            "runId": id, "workflowId": run.workflow.id(), "status": "running", "trigger": "api",
            "startedAt": iso(now), "endedAt": null, "durationMs": null, "paused": null,
            "cost": null, "error": null, "output": null, "blockOutputs": null,
        }))
    }

    pub(super) fn read_job(
        &self,
        version: Version,
        asked: &Asked<'_>,
        job: &str,
        arrival: Arrival,
        now: Millis,
    ) -> Reply {
        let refused = |status, text: &str, code: &str| {
            Reply::json(status, &json!({"error": text, "code": code}), now)
        };
        if asked.key() != Some(Ok(())) {
            return refused(401, "Invalid API key", "INVALID_API_KEY");
        }
        if arrival.refusal == Some(Refusal::QueueOut) {
            return refused(500, "Failed to fetch task status", "FAILED_TO_FETCH_TASK_STATUS");
        }
        let by_job =
            |run: &&Run| run.mode == Mode::Queued && run.job == job && run.is_real() && !run.by_v2;
        if let Some(run) = self.runs.iter().find(by_job) {
            return Reply::json(200, &run.job(now), now);
        }
        if let Some((_, at)) = self.resumes.iter().find(|(id, _)| id == job) {
            let run = &self.runs[*at];
            let stuck = !version.resumes_queued() || matches!(run.state, State::Working(_));
            let word = if stuck { "pending" } else { "completed" };
            let metadata = json!({"workflowId": run.workflow.id()});
            let body = json!({"success": true, "taskId": job, "status": word, "metadata": metadata, "output": null});
            return Reply::json(200, &body, now);
        }
        refused(404, "Task not found", "TASK_NOT_FOUND")
    }
}

impl Run {
    /// Returns the word for the state, as the reads of a run tell it.
    pub(super) fn word(&self, now: Millis) -> &'static str {
        match &self.state {
            State::Queued(_) => "queued",
            State::Working(_) if self.attempt.is_some() => "paused",
            State::Working(_) | State::Killed => "running",
            State::Paused => match self.cancelled {
                Cancelled::No => "paused",
                Cancelled::Cancelling => "pending",
                Cancelled::Yes => "cancelled",
            },
            // A run that was cancelled before it was claimed takes the usual time to show.
            State::Ended(End::Cancelled, at) if *at > self.row => "cancelled",
            State::Ended(_, at) if now < at + LAG && self.stage == 0 => "running",
            State::Ended(End::Completed, _) => "completed",
            State::Ended(End::Cancelled, _) => "cancelled",
            State::Ended(..) | State::Burned(..) => "failed",
        }
    }

    fn ended(&self) -> Option<Millis> {
        match &self.state {
            State::Burned(_, at) | State::Ended(_, at) => Some(*at),
            State::Paused => Some(self.row + self.workflow.work(0)),
            State::Working(_) if self.attempt.is_some() => Some(self.row + self.workflow.work(0)),
            _ => None,
        }
    }

    /// Returns whether the cost and the duration are known.
    fn is_settled(&self, now: Millis) -> bool {
        match &self.state {
            State::Ended(End::Cancelled, at) => now >= at + LAG,
            State::Paused if self.stage == 1 => now >= self.row + self.workflow.work(0) + SETTLING,
            _ => true,
        }
    }

    /// Returns the cost.
    pub(super) fn cost(&self) -> Value {
        if self.is_real() { json!({"total": 0.005}) } else { json!({"total": 0}) }
    }

    /// Returns the error, once the run reads as failed.
    pub(super) fn failure(&self) -> Option<&str> {
        match &self.state {
            State::Burned(text, _) => Some(text),
            State::Ended(End::Failed, _) => Some(THROWN),
            State::Ended(End::TimedOut, _) => Some("Execution timed out after 5 minutes"),
            _ => None,
        }
    }

    /// Returns whether the row has the level of an error.
    pub(super) fn has_error(&self) -> bool {
        let failed = |point: &Point| point.state == PointState::Failed;
        self.failure().is_some() || self.points.iter().any(failed)
    }

    /// Returns the read of the first generation.
    fn execution(&self, version: Version, with_output: bool, now: Millis) -> Value {
        let facts = self.facts(version, with_output, now);
        let level = if self.has_error() && facts.is_over { "error" } else { "info" };
        json!({
            "executionId": self.id, "workflowId": self.workflow.id(), "status": facts.word,
            "trigger": "api", "level": level, "startedAt": iso(self.row),
            "endedAt": facts.ended, "totalDurationMs": facts.duration, "paused": facts.paused,
            "cost": facts.cost, "error": facts.failure, "finalOutput": facts.output,
            "blockOutputs": null,
        })
    }

    /// Returns the read of the second generation.
    fn read(&self, version: Version, with_output: bool, now: Millis) -> Value {
        let facts = self.facts(version, with_output, now);
        let timed_out = matches!(self.state, State::Ended(End::TimedOut, _));
        let code = if timed_out { "TIMEOUT" } else { "EXECUTION_FAILED" };
        let error = facts.failure.map(|text| json!({"message": text, "code": code}));
        let mut paused = facts.paused;
        if let Some(paused) = paused.as_object_mut() {
            paused.remove("pausedExecutionId");
        }
        json!({
            "runId": self.id, "workflowId": self.workflow.id(), "status": facts.word,
            "trigger": "api", "startedAt": iso(self.row), "endedAt": facts.ended,
            "durationMs": facts.duration, "paused": paused, "cost": facts.cost, "error": error,
            "output": facts.output, "blockOutputs": null,
        })
    }

    fn facts(&self, version: Version, with_output: bool, now: Millis) -> Facts<'_> {
        let word = self.word(now);
        let is_over = !matches!(word, "queued" | "running");
        let is_settled = is_over && self.is_settled(now);
        let cancelled = matches!(self.state, State::Ended(End::Cancelled, _));
        let ended = self.ended().filter(|_| is_settled || is_over && cancelled);
        let duration = |at: Millis| if self.is_real() { at.saturating_sub(self.row) } else { 1 };
        let output = (word == "completed" && with_output).then(|| self.output(&self.id));
        Facts {
            word,
            is_over,
            ended: ended.map(iso),
            duration: ended.filter(|_| is_settled).map(duration),
            paused: if word == "paused" { self.paused(version) } else { Value::Null },
            cost: is_settled.then(|| self.cost()),
            failure: self.failure().filter(|_| is_over),
            output: output.unwrap_or_default(),
        }
    }

    fn paused(&self, version: Version) -> Value {
        let waits = |point: &&Point| point.state == PointState::Paused;
        let waiting: Vec<_> = self.points.iter().filter(waits).collect();
        let first = waiting.first();
        let resumed = self.points.iter().filter(|point| point.state == PointState::Resumed).count();
        let kind = first.map(|point| if point.until.is_some() { "time" } else { "human" });
        let mut paused = json!({
            "pausedAt": iso(self.row + self.workflow.work(0)),
            "resumeAt": first.and_then(|point| point.until).map(iso),
            "pauseKind": kind, "blockedOnBlockId": first.map(|point| point.context),
            "pausedExecutionId": format!("paused-{}", self.id),
            "pausePointCount": self.points.len(), "resumedCount": resumed,
        });
        if version >= Version::V0732 {
            paused["automaticResumeWaitingReason"] = Value::Null;
        }
        if version.read_names_context() {
            paused["contextId"] = json!(first.map(|point| point.context));
        }
        paused
    }

    fn job(&self, now: Millis) -> Value {
        let output = |success: bool, output: Value| {
            json!({
                "output": output, "success": success, "executedAt": iso(now),
                "workflowId": self.workflow.id(), "executionId": self.id,
            })
        };
        let failure = self.failure();
        let (word, result) = match &self.state {
            State::Queued(until) if *until == Millis::MAX || now < self.accepted + FETCH => {
                ("pending", Value::Null)
            }
            State::Queued(_) | State::Killed => ("processing", Value::Null),
            State::Working(_) if self.attempt.is_none() => ("processing", Value::Null),
            State::Ended(End::Failed, _) => ("failed", Value::Null),
            State::Ended(End::Cancelled | End::TimedOut, _) => {
                ("completed", output(false, json!({})))
            }
            _ => ("completed", output(true, self.output(&self.id))),
        };
        let correlation = json!({
            "source": "workflow", "workflowId": self.workflow.id(), "executionId": self.id,
            "triggerType": "api",
        });
        let mut job = json!({
            "success": true, "taskId": self.job, "status": word, "output": result,
            "metadata": {"workflowId": self.workflow.id(), "correlation": correlation},
        });
        if let Some(failure) = failure.filter(|_| word == "failed") {
            job["error"] = json!(failure);
        }
        job
    }
}

struct Facts<'a> {
    word: &'static str,
    is_over: bool,
    ended: Option<String>,
    duration: Option<Millis>,
    paused: Value,
    cost: Option<Value>,
    failure: Option<&'a str>,
    output: Value,
}
