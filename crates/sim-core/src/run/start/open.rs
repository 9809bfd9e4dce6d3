//! An answer that does not tell by itself whether its run took place.

use http::StatusCode;
use serde::Deserialize as _;
use serde_json::Value;

use crate::error::{Error, FailureClass, Result, RunIdState};
use crate::model::WorkflowExecutionResult;
use crate::primitives::json;
use crate::response::{Answer, EndedRun, Words, may_have_arrived, names_pause};

/// An answer that only the row of the run explains.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) answer: Answer,
    /// The body if it is JSON, as a Response block's always is.
    pub(super) body: Option<Value>,
    pub(super) words: Option<Words>,
    /// The run that the answer holds as a whole, if it may be paused.
    pub(super) paused: Option<Box<WorkflowExecutionResult>>,
}

impl Open {
    pub(super) fn new(answer: &Answer, body: Option<Value>, words: Option<Words>) -> Self {
        Self { answer: answer.clone(), body, words, paused: None }
    }

    /// Creates the answer of a run that may be paused.
    pub(super) fn paused(answer: &Answer, run: WorkflowExecutionResult) -> Self {
        Self { paused: Some(Box::new(run)), ..Self::new(answer, None, None) }
    }

    /// Ends the call where the row cannot be read. `read` says why.
    pub(super) fn undecided(&mut self, read: Option<&Error>) -> Result<WorkflowExecutionResult> {
        if let Some(result) = self.taken_for_a_block() {
            return Ok(result);
        }
        if self.words.is_none() {
            return Err(self.ambiguous(read));
        }
        let status = self.answer.status;
        Err(self.answer.describe(self.answer.refused()).with(|inner| {
            inner.is_doubtful = true;
            inner.failure_class = FailureClass::Answered(status);
        }))
    }

    /// Returns the answer of a Response block, if the API sent a success that can be nothing worse.
    fn taken_for_a_block(&mut self) -> Option<WorkflowExecutionResult> {
        if !(self.answer.status.is_success() && self.answer.has_sims_request_id()) {
            return None;
        }
        let body = self.body.take()?;
        let is_success = body.get("success").is_none_or(|success| success == true);
        let is_ended = !is_receipt(self.answer.status, &body);
        let may_be_paused = body.get("output").is_some_and(names_pause);
        if !(is_success && is_ended && !may_be_paused) {
            self.body = Some(body);
            return None;
        }
        if !has_marks(&body) {
            return Some(WorkflowExecutionResult::response_block(&self.answer, body));
        }
        // It is a run whose envelope has a damage.
        let run = EndedRun::deserialize(&body).ok().filter(EndedRun::has_output);
        self.body = Some(body);
        run.map(|run| WorkflowExecutionResult::ended(&self.answer, run))
    }

    /// Returns the error of a start after which a run may exist.
    pub(super) fn ambiguous(&self, read: Option<&Error>) -> Error {
        let answer = &self.answer;
        let error = match &self.body {
            _ if self.paused.is_some() => {
                answer.not_as_documented(&"it does not tell whether the run is paused")
            }
            Some(body) if is_receipt(answer.status, body) => {
                answer.not_as_documented(&"the run was queued although nobody asked for that")
            }
            _ if answer.status.is_success() => match json::read::<Value>(&answer.body) {
                Ok(_) => answer.not_as_documented(&"nothing tells whether a run wrote it"),
                Err(why) => answer.not_as_documented(&why),
            },
            _ => answer.refused(),
        };
        let refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].map(Some);
        let read = read.filter(|read| refused.contains(&read.status()));
        answer.describe(error).with(|inner| {
            inner.settled = false;
            inner.failure_class = FailureClass::Lost;
            if let Some(read) = read {
                inner.code = read.code();
            }
        })
    }

    /// Returns whether a gateway gave up waiting, so that the request may still be on its way.
    pub(super) fn is_on_its_way(&self) -> bool {
        self.words.is_none() && may_have_arrived(self.answer.status)
    }

    /// Returns the error of a start that is proven to have started nothing. `None` if the answer is that of a run.
    pub(super) fn refusal(&self) -> Option<Error> {
        let answer = &self.answer;
        let status = answer.status;
        if self.paused.is_some() {
            return None;
        }
        let error = if status.is_success() {
            answer.not_as_documented(&"no run took place")
        } else {
            answer.refused()
        };
        let class = match (self.words.and_then(Words::id), status.as_u16()) {
            (Some(id), _) => FailureClass::Refused(id),
            (None, 429 | 503) => FailureClass::Refused(RunIdState::Free),
            (None, _) => FailureClass::Answered(status),
        };
        Some(answer.describe(error).with(|inner| {
            inner.settled = true;
            inner.failure_class = class;
        }))
    }
}

/// Returns whether a body has fields that Sim adds to the output of a run.
pub(super) fn has_marks(body: &Value) -> bool {
    const MARKS: [&str; 5] = ["executionId", "metadata", "logs", "traceSpans", "totalDuration"];
    body.get("success").is_some() && MARKS.iter().any(|mark| body.get(mark).is_some())
        || body.pointer("/metadata/startTime").is_some()
}

/// Returns whether a body is the receipt of a queued run. The name of a job alone is not enough, because a workflow may
/// have jobs of its own.
fn is_receipt(status: StatusCode, body: &Value) -> bool {
    let is_queued = status == StatusCode::ACCEPTED || body.get("async") == Some(&Value::Bool(true));
    let names_job = body.get("jobId").or(body.get("taskId")).is_some();
    is_queued && names_job && body.get("output").is_none()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_receipt_names_a_job_and_says_that_it_is_queued() {
        for (status, body, is_one) in [
            (202, json!({"success": true, "jobId": "j"}), true),
            (202, json!({"success": true, "taskId": "t"}), true),
            (200, json!({"async": true, "jobId": "j"}), true),
            (200, json!({"async": false, "jobId": "j"}), false),
            (200, json!({"jobId": "j"}), false),
            (202, json!({"success": true}), false),
            (202, json!({"jobId": "j", "output": {}}), false),
        ] {
            let status = StatusCode::from_u16(status).expect("a status");
            assert_eq!(is_receipt(status, &body), is_one, "{status} {body}");
        }
    }

    #[test]
    fn an_answer_that_nothing_explains_says_what_is_odd_about_it() {
        let of = |status: u16, body: &Value| {
            let response = http::Response::builder().status(status);
            let response = response.body(body.to_string().into()).expect("a response");
            Answer::new(response, None)
        };
        let told = |mut open: Open| open.undecided(None).expect_err("nobody can tell").to_string();
        let new = |status, body: Value| told(Open::new(&of(status, &body), Some(body), None));
        assert!(new(202, json!({"jobId": "j"})).contains("was queued although nobody asked"));
        assert!(new(200, json!({"a": 1})).contains("nothing tells whether a run wrote it"));
        let refused = new(503, json!({"error": "The node is gone"}));
        assert!(refused.contains("The node is gone"), "{refused}");
        let run = WorkflowExecutionResult::of(crate::model::RunStatus::Completed);
        let paused = told(Open::paused(&of(200, &json!({"jobId": "j"})), run));
        assert!(paused.contains("whether the run is paused"), "{paused}");
    }

    #[test]
    fn a_success_of_sims_is_the_answer_of_a_block_unless_it_can_be_something_worse() {
        for (id, status, body, is_block) in [
            ("1a2b3c4d", 200, json!({"a": 1}), true),
            ("1a2b3c4d", 201, json!({"success": true}), true),
            ("1a2b3c4d", 200, json!({"output": {"mine": 1}}), true),
            ("of-a-gateway", 200, json!({"a": 1}), false),
            ("1a2b3c4d", 500, json!({"a": 1}), false),
            ("1a2b3c4d", 200, json!({"success": false}), false),
            ("1a2b3c4d", 202, json!({"jobId": "j"}), false),
            ("1a2b3c4d", 200, json!({"output": {"resumeAt": "2026-11-29T07:09:56Z"}}), false),
        ] {
            let response = http::Response::builder().status(status).header("x-request-id", id);
            let response = response.body(body.to_string().into()).expect("a response");
            let mut open = Open::new(&Answer::new(response, None), Some(body.clone()), None);
            assert_eq!(open.taken_for_a_block().is_some(), is_block, "{id} {status} {body}");
        }
    }

    #[test]
    fn a_run_is_known_by_what_sim_adds_to_its_output() {
        for (body, is_run) in [
            (json!({"success": true, "executionId": "e"}), true),
            (json!({"success": "damaged", "logs": []}), true),
            (json!({"metadata": {"startTime": "2026-11-23T18:00:00Z"}}), true),
            (json!({"metadata": {"mine": 1}}), false),
            (json!({"success": true}), false),
            (json!({"executionId": "e"}), false),
            (json!([1]), false),
        ] {
            assert_eq!(has_marks(&body), is_run, "{body}");
        }
    }
}
