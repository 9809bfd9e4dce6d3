//! The results of runs, as starts and resumes answer them.

use serde_json::{Value, json};

use super::reply::Reply;
use super::run::{End, Mode, Point, PointState, Run, State};
use super::time::{Millis, iso};
use super::version::Version;
use super::workflow::{Part, SLEEP, THROWN, Workflow};
use super::{Arrival, Gone, Server};

/// The base of the URLs that the server makes of its own address.
const APP: &str = "http://127.0.0.1:3401";

impl Server {
    /// Answers a start of the first generation that was accepted.
    pub(super) fn started_v1(
        &mut self,
        version: Version,
        at: usize,
        arrival: Arrival,
        now: Millis,
    ) -> Reply {
        let now = self.carry(version, at, arrival, now);
        let run = &self.runs[at];
        if run.mode == Mode::Queued {
            let (id, job) = (&run.id, &run.job);
            let receipt = json!({
                "success": true, "async": true, "jobId": job, "executionId": id,
                "message": "Workflow execution queued", "statusUrl": format!("{APP}/api/jobs/{job}"),
            });
            return Reply::json(202, &receipt, now);
        }
        if run.mode == Mode::Stream {
            return Reply::stream(&frames(run), now);
        }
        let times = json!({"duration": 29.5, "startTime": iso(run.row), "endTime": iso(now)});
        match &run.state {
            State::Ended(End::Completed, _) if run.workflow.part(0) == Part::Respond => {
                let (status, body) = Workflow::response();
                Reply::json(status, &body, now)
            }
            State::Ended(End::Failed, _) => {
                let body =
                    json!({"success": false, "output": {}, "error": THROWN, "metadata": times});
                Reply::json(500, &body, now)
            }
            State::Ended(End::TimedOut, _) => {
                let text = "Execution timed out after 5 minutes";
                let body =
                    json!({"success": false, "output": {}, "error": text, "metadata": times});
                Reply::json(408, &body, now)
            }
            State::Ended(End::Cancelled, _) => {
                let body = json!({"success": false, "executionId": run.id, "output": {}, "metadata": times});
                Reply::json(200, &body, now)
            }
            _ => {
                let output = run.output(&run.id);
                let body = json!({"success": true, "executionId": run.id, "output": output, "metadata": times});
                Reply::json(200, &body, now)
            }
        }
    }

    /// Answers a start of the second generation that was accepted.
    pub(super) fn started_v2(
        &mut self,
        version: Version,
        at: usize,
        lines: bool,
        arrival: Arrival,
        now: Millis,
    ) -> Reply {
        let now = self.carry(version, at, arrival, now);
        let run = &self.runs[at];
        let (id, workflow) = (&run.id, run.workflow.id());
        match run.mode {
            Mode::Queued => {
                let url = format!("{APP}/api/v2/workflows/{workflow}/runs/{id}");
                Reply::json(202, &json!({"data": {"runId": id, "statusUrl": url}}), now)
                    .with("x-run-id", id)
            }
            Mode::Stream => Reply::stream(&frames(run), now),
            Mode::Sync if lines && version == Version::Hosted => {
                let last = json!({"type": "final", "data": run.result(id, now)});
                let mut reply = Reply::json(200, &json!(null), now).with("x-run-id", id);
                "application/x-ndjson".clone_into(&mut reply.headers[0].1);
                reply.body = format!("{{\"type\":\"heartbeat\"}}\n{last}\n");
                reply
            }
            Mode::Sync => {
                Reply::json(200, &json!({"data": run.result(id, now)}), now).with("x-run-id", id)
            }
        }
    }

    /// Carries a run that is answered with its result to its end or its pause. Returns when that is.
    pub(super) fn carry(
        &mut self,
        version: Version,
        at: usize,
        arrival: Arrival,
        now: Millis,
    ) -> Millis {
        let run = &mut self.runs[at];
        match run.state {
            State::Working(until)
                if run.mode != Mode::Queued && arrival.gone != Some(Gone::Midway) =>
            {
                run.advance(until, version, false);
                until
            }
            State::Ended(_, until) => until.max(now),
            _ => now,
        }
    }
}

impl Run {
    /// Returns the output, as a result or a read has it. `attempt` is the id that pauses are filed under.
    pub(super) fn output(&self, attempt: &str) -> Value {
        match &self.state {
            State::Ended(End::Completed, _) => match self.workflow.part(0) {
                Part::Respond => {
                    let (status, data) = Workflow::response();
                    json!({"data": data, "status": status, "headers": {}})
                }
                _ => self.workflow.output(&self.input, self.answer()),
            },
            State::Paused => {
                let strays = self.strays.iter().map(|(_, point)| point);
                let waits = |point: &&Point| point.state == PointState::Paused;
                let waiting: Vec<_> = self.points.iter().filter(waits).chain(strays).collect();
                self.pause_output(&waiting, attempt)
            }
            _ => json!({}),
        }
    }

    fn pause_output(&self, waiting: &[&Point], attempt: &str) -> Value {
        match waiting {
            [point] => match point.until {
                Some(until) => json!({"waitDuration": SLEEP, "resumeAt": iso(until)}),
                None => self.block(point, attempt),
            },
            many => {
                let blocks: Vec<_> = many.iter().map(|point| self.block(point, attempt)).collect();
                json!({"pausedBlocks": blocks, "pauseCount": many.len()})
            }
        }
    }

    fn block(&self, point: &Point, id: &str) -> Value {
        json!({"data": self.asked(point, id), "status": 200, "headers": {}})
    }

    fn asked(&self, point: &Point, id: &str) -> Value {
        let (workflow, context) = (self.workflow.id(), point.context);
        json!({
            "operation": "human", "responseStructure": [], "submission": null,
            "inputFormat": [{"name": "approved", "type": "boolean", "value": "", "required": false}],
            "_resume": {
                "apiUrl": format!("{APP}/api/resume/{workflow}/{id}/{context}"),
                "uiUrl": format!("{APP}/resume/{workflow}/{id}"),
                "contextId": context, "executionId": id, "workflowId": workflow,
            },
        })
    }

    /// Returns the result of the second generation, under this id.
    pub(super) fn result(&self, id: &str, now: Millis) -> Value {
        let (status, error) = match &self.state {
            State::Ended(End::Failed, _) => {
                let error = json!({"message": THROWN, "code": "BLOCK_EXECUTION_FAILED"});
                ("failed", error)
            }
            State::Ended(End::TimedOut, _) => {
                let text = "Execution timed out after 5 minutes";
                ("failed", json!({"message": text, "code": "TIMEOUT"}))
            }
            State::Ended(End::Cancelled, _) => ("cancelled", Value::Null),
            State::Paused => ("paused", Value::Null),
            _ => ("completed", Value::Null),
        };
        json!({
            "runId": id, "workflowId": self.workflow.id(), "status": status,
            "output": self.output(id), "error": error,
            "startedAt": iso(self.row), "endedAt": iso(now), "durationMs": 29.5,
        })
    }
}

/// Returns the frames of a streamed run.
pub(super) fn frames(run: &Run) -> Vec<Value> {
    match &run.state {
        State::Ended(End::Completed, _) => vec![
            json!({"blockId": "b", "chunk": "text"}),
            json!({"event": "final", "data": {"success": true, "output": run.output(&run.id)}}),
            json!("[DONE]"),
        ],
        State::Paused => {
            let output = run.output(&run.id);
            let data = json!({"success": true, "output": output, "status": "paused"});
            vec![json!({"event": "final", "data": data}), json!("[DONE]")]
        }
        State::Ended(End::Cancelled, _) => {
            vec![json!({"event": "error", "error": "Execution cancelled"}), json!("[DONE]")]
        }
        _ => vec![json!({"event": "error", "error": THROWN})],
    }
}
