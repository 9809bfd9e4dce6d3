//! Answering a pause, in both generations.

use serde_json::{Value, json};

use super::refusal::Refusal;
use super::reply::Reply;
use super::result::frames;
use super::run::{Answer, Cancelled, End, Mode, PointState, Run, State};
use super::time::{Millis, iso};
use super::version::{Node, Runtime, Version};
use super::workflow::{THROWN, Workflow};
use super::{Arrival, Asked, Gone, Server};

/// Why an answer to a pause was not taken.
enum No {
    Unknown,
    UnknownPoint,
    Timed,
    Over,
    Taken,
    CannotAnyMore,
}

/// An answer that was taken.
enum Yes {
    /// It is carried out now, by this run, as this attempt.
    Now(usize, String),
    /// It waits for another one, as this attempt.
    Behind(String),
    /// It is taken for a pause of an attempt, and comes to nothing.
    Stray(String),
}

impl Server {
    pub(super) fn resume_v1(
        &mut self,
        node: Node,
        asked: &Asked<'_>,
        (workflow, run, context): (&str, &str, &str),
        arrival: Arrival,
        now: Millis,
    ) -> Reply {
        if let Err(reply) = Self::admit(asked, workflow, now) {
            return reply;
        }
        if arrival.refusal == Some(Refusal::Usage) {
            return Refusal::Usage.v1(node.version, now);
        }
        let body = asked.body().unwrap_or_else(|| json!({}));
        let input = body.get("input").cloned().unwrap_or(body);
        // A node that loses the connection before it has read the body goes on with an empty input.
        let emptied = arrival.gone == Some(Gone::AtOnce) && node.runtime == Runtime::Node;
        let input = if emptied { json!({}) } else { input };
        let version = node.version;
        match self.take(version, workflow, run, context, input, arrival.number, now) {
            Err(no) => no.v1(version, now),
            Ok(Yes::Behind(id)) => {
                let text = "Resume queued. It will run after current resumes finish.";
                let body = json!({"status": "queued", "executionId": id, "queuePosition": 1, "message": text});
                Reply::json(200, &body, now)
            }
            Ok(Yes::Stray(id)) => {
                let job = self.make_job();
                receipt(&id, &job, now)
            }
            Ok(Yes::Now(at, id)) if self.runs[at].mode == Mode::Queued => {
                let job = self.make_job();
                self.resumes.push((job.clone(), at));
                receipt(&id, &job, now)
            }
            Ok(Yes::Now(at, id)) => {
                let now = self.carry(version, at, arrival, now);
                self.resumed_v1(at, &id, now)
            }
        }
    }

    fn resumed_v1(&self, at: usize, id: &str, now: Millis) -> Reply {
        let run = &self.runs[at];
        if run.mode == Mode::Stream {
            return Reply::stream(&frames(run), now).with("x-execution-id", id);
        }
        let word = match &run.state {
            State::Paused if run.has_failed() => return Reply::error(400, THROWN, now),
            State::Paused if run.waits_for_another() => "paused",
            // One of several was answered: what was carried out is over.
            State::Paused | State::Ended(End::Completed, _) => "completed",
            _ => "failed",
        };
        let output = if word == "paused" { run.output(id) } else { run.inner_output() };
        let times = json!({"duration": 20.5, "startTime": iso(now), "endTime": iso(now)});
        let body = json!({
            "success": true, "status": word, "executionId": id, "output": output, "metadata": times,
        });
        Reply::json(200, &body, now)
    }

    pub(super) fn resume_v2(
        &mut self,
        node: Node,
        asked: &Asked<'_>,
        (workflow, run): (&str, &str),
        arrival: Arrival,
        now: Millis,
    ) -> Reply {
        if arrival.refusal == Some(Refusal::Usage) {
            return Refusal::Usage.v2(now);
        }
        if arrival.gone == Some(Gone::AtOnce) && node.runtime == Runtime::Node {
            return Reply::v2_error(499, "CLIENT_CLOSED_REQUEST", "Client closed request", now);
        }
        let body = asked.body().unwrap_or_default();
        let context = body.get("contextId").and_then(Value::as_str).unwrap_or_default().to_owned();
        let input = body.get("input").cloned().unwrap_or_else(|| json!({}));
        let version = node.version;
        match self.take(version, workflow, run, &context, input, arrival.number, now) {
            Err(no) => no.v2(now),
            Ok(Yes::Behind(id)) => {
                let data = json!({"runId": id, "statusUrl": "", "queuePosition": 1});
                Reply::json(202, &json!({"data": data}), now).with("x-run-id", &id)
            }
            Ok(Yes::Stray(id)) => accepted(&id, now),
            Ok(Yes::Now(at, id)) if self.runs[at].mode != Mode::Sync => accepted(&id, now),
            Ok(Yes::Now(at, id)) => {
                let now = self.carry(version, at, arrival, now);
                let run = &self.runs[at];
                if run.has_failed() {
                    return Reply::v2_error(500, "INTERNAL_ERROR", "Internal server error", now);
                }
                let mut result = run.result(&id, now);
                if result["status"] == "paused" && !run.waits_for_another() {
                    result["status"] = json!("completed");
                    result["output"] = run.inner_output();
                }
                Reply::json(200, &json!({"data": result}), now).with("x-run-id", &id)
            }
        }
    }

    /// Takes an answer to a pause, or says why not.
    #[allow(clippy::too_many_arguments)]
    fn take(
        &mut self,
        version: Version,
        workflow: &str,
        run: &str,
        context: &str,
        input: Value,
        request: u32,
        now: Millis,
    ) -> Result<Yes, No> {
        let attempt = if version.has_attempts() { self.make_id() } else { run.to_owned() };
        let Some(at) = self.find(workflow, run) else {
            return self.take_stray(workflow, run, context, input, request, &attempt);
        };
        let found = &mut self.runs[at];
        if found.points.is_empty() {
            return Err(No::Unknown);
        }
        if !found.asks() {
            return Err(No::Timed);
        }
        if found.cancelled != Cancelled::No || found.pause() == "fully_resumed" {
            return Err(No::Over);
        }
        let Some(point) = found.points.iter().position(|point| point.context == context) else {
            return Err(No::UnknownPoint);
        };
        if found.points[point].state != PointState::Paused {
            return Err(No::Taken);
        }
        let busy = [PointState::Resuming, PointState::Queued];
        let busy = found.points.iter().any(|point| busy.contains(&point.state));
        let status = if busy { "pending" } else { "claimed" };
        let answer = Answer { input, attempt: attempt.clone(), status, reason: None, request };
        found.points[point].answer = Some(answer);
        if busy {
            found.points[point].state = PointState::Queued;
            return Ok(Yes::Behind(attempt));
        }
        if found.mode == Mode::Queued && !version.resumes_queued() {
            // It is accepted, and no worker ever takes it.
            found.points[point].state = PointState::Resuming;
        } else {
            found.carry_out(point, now);
        }
        Ok(Yes::Now(at, attempt))
    }

    /// Takes an answer to a pause that is filed under the id of an attempt. It comes to nothing.
    fn take_stray(
        &mut self,
        workflow: &str,
        id: &str,
        context: &str,
        input: Value,
        request: u32,
        attempt: &str,
    ) -> Result<Yes, No> {
        for run in self.runs.iter_mut().filter(|run| run.workflow.id() == workflow) {
            let mode = run.mode;
            let Some((_, point)) = run.strays.iter_mut().find(|(of, _)| of == id) else { continue };
            if point.context != context {
                return Err(No::UnknownPoint);
            }
            let reason = Some("Execution can no longer be resumed".to_owned());
            let status = "failed";
            point.answer =
                Some(Answer { input, attempt: attempt.to_owned(), status, reason, request });
            return match mode {
                Mode::Queued => Ok(Yes::Stray(attempt.to_owned())),
                _ => Err(No::CannotAnyMore),
            };
        }
        Err(No::Unknown)
    }
}

impl No {
    fn text(&self) -> &'static str {
        match self {
            Self::Unknown => "Paused execution not found",
            Self::UnknownPoint => "Pause point not found for execution",
            Self::Timed => {
                "Pause kind 'time' is not allowed for this resume endpoint (allowed: human)"
            }
            Self::Over => "Paused execution is not resumable",
            Self::Taken => "Pause point already resumed or in progress",
            Self::CannotAnyMore => "Execution can no longer be resumed",
        }
    }

    fn v1(&self, version: Version, now: Millis) -> Reply {
        let (status, text) = match self {
            Self::Unknown if version < Version::V0732 => {
                (400, "Paused execution not found or already resumed")
            }
            Self::Unknown => (404, self.text()),
            Self::Timed if version == Version::V0732 => (404, "Paused execution not found"),
            Self::UnknownPoint if version.has_attempts() => (404, self.text()),
            Self::Timed | Self::UnknownPoint => (400, self.text()),
            _ => (version.refuses_answers_with(), self.text()),
        };
        Reply::error(status, text, now)
    }

    fn v2(&self, now: Millis) -> Reply {
        let (status, code) = match self {
            Self::Unknown | Self::UnknownPoint => (404, "NOT_FOUND"),
            Self::Timed => (400, "BAD_REQUEST"),
            _ => (409, "CONFLICT"),
        };
        Reply::v2_error(status, code, self.text(), now)
    }
}

impl Run {
    /// Returns whether the run came to a pause after the one that was answered.
    fn waits_for_another(&self) -> bool {
        self.stage > 1
    }

    /// Returns the output of what followed an answer: of the run, or only of the place that was answered.
    fn inner_output(&self) -> Value {
        match (self.workflow, self.answer()) {
            (Workflow::Parallel, Some(answer)) => {
                json!({"_resumed": true, "resumeInput": answer, "submission": answer})
            }
            (_, answer) => self.workflow.output(&self.input, answer),
        }
    }
}

fn receipt(id: &str, job: &str, now: Millis) -> Reply {
    let url = format!("http://127.0.0.1:3401/api/jobs/{job}");
    let body = json!({
        "success": true, "async": true, "jobId": job, "executionId": id,
        "message": "Resume execution queued", "statusUrl": url,
    });
    Reply::json(202, &body, now)
}

fn accepted(id: &str, now: Millis) -> Reply {
    Reply::json(202, &json!({"data": {"runId": id, "statusUrl": ""}}), now).with("x-run-id", id)
}
