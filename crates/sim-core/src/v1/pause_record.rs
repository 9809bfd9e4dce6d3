//! The records that the server keeps of a pause: each place, and each answer that it received.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::model::{Pause, PauseKind, PausePoint};
use crate::object;
use crate::open_enum;
use crate::primitives::json::field;
use crate::primitives::{ContextId, RunId, WorkflowId};

open_enum! {
    /// The progress of the answer to a pause.
    ResumeState {
        /// Nobody has answered yet.
        Paused = "paused",
        /// An answer waits for its turn.
        Queued = "queued",
        /// The run is going on with the answer.
        Resuming = "resuming",
        /// The run went on with the answer.
        Resumed = "resumed",
        /// The run could not go on.
        Failed = "failed",
    }
}

object! {
    /// The record of one place where a run waits.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct PauseRecord {
        /// The id of the place.
        pub context_id: ContextId = "contextId",
        /// The id of the block that waits, or `None` if the server did not say.
        pub block_id: Option<String> = "blockId" as field::text,
        /// The output of the block: the values to show and the form to fill in.
        pub response: Value = "response",
        /// When the place began to wait, or `None` if the server did not say.
        pub registered_at: Option<Timestamp> = "registeredAt" as field::timestamp,
        /// The progress of the answer, or `None` if the server did not say.
        pub resume_status: Option<ResumeState> = "resumeStatus" as field::word,
        /// Why a pause for a time has not ended yet, or `None` if the server gave no reason.
        pub automatic_resume_waiting_reason: Option<String> = "automaticResumeWaitingReason" as field::text,
        /// Whether the server would accept an answer now.
        pub snapshot_ready: bool = "snapshotReady" as field::flag,
        /// The branch, if the run waits in a parallel block; otherwise `None`.
        pub parallel_scope: Option<Value> = "parallelScope" as field::any_or_none,
        /// The iteration, if the run waits in a loop; otherwise `None`.
        pub loop_scope: Option<Value> = "loopScope" as field::any_or_none,
        /// The URLs where somebody can answer, or `None` if the server sent none.
        pub resume_links: Option<ResumeLinks> = "resumeLinks" as field::object,
        /// Whether the run waits for a person or for a time. `None` if the server did not say.
        pub pause_kind: Option<PauseKind> = "pauseKind" as field::word,
        /// When a pause for a time ends, or `None` for a pause that waits for a person.
        pub resume_at: Option<Timestamp> = "resumeAt" as field::timestamp,
        /// The number of answers in the queue before this one, or `None` if there are none.
        pub queue_position: Option<u64> = "queuePosition" as field::count,
        /// The latest answer, or `None` if nobody has answered.
        pub latest_resume_entry: Option<ResumeEntry> = "latestResumeEntry" as field::object,
    }
}

object! {
    /// The URLs where somebody can answer a pause, as the server sees itself.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct ResumeLinks {
        /// The URL for a program, or `None` if the server sent none.
        pub api_url: Option<String> = "apiUrl" as field::text,
        /// The URL for a person, or `None` if the server sent none.
        pub ui_url: Option<String> = "uiUrl" as field::text,
        /// The id of the place, or `None` if the server did not name it.
        pub context_id: Option<ContextId> = "contextId" as field::word,
        /// The id of the run, or `None` if the server did not name it.
        pub run_id: Option<RunId> = "executionId" as field::word,
        /// The id of the workflow, or `None` if the server did not name it.
        pub workflow_id: Option<WorkflowId> = "workflowId" as field::word,
    }
}

object! {
    /// One answer to a pause.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct ResumeEntry {
        /// The id of this record; empty if the server did not name it.
        pub id: String = "id" as field::string,
        /// The id of the paused run's record, or `None` if the server did not name it.
        pub paused_run: Option<String> = "pausedExecutionId" as field::text,
        /// The id of the run that waits, or `None` if the server did not name it.
        pub run_id: Option<RunId> = "parentExecutionId" as field::word,
        /// The id of the attempt to go on, or `None` if there is none. The server forgets it when the attempt is over.
        pub attempt: Option<RunId> = "newExecutionId" as field::word,
        /// The id of the place, or `None` if the server did not name it.
        pub context_id: Option<ContextId> = "contextId" as field::word,
        /// The answer itself, as JSON.
        pub resume_input: Value = "resumeInput",
        /// The progress of the answer, or `None` if the server did not say.
        pub status: Option<String> = "status" as field::text,
        /// When the answer was given, or `None` if the server did not say.
        pub queued_at: Option<Timestamp> = "queuedAt" as field::timestamp,
        /// When a worker took the answer, or `None` if none has.
        pub claimed_at: Option<Timestamp> = "claimedAt" as field::timestamp,
        /// When the run had gone on, or `None` if it has not.
        pub completed_at: Option<Timestamp> = "completedAt" as field::timestamp,
        /// Why the run could not go on, or `None` if it did not fail.
        pub failure_reason: Option<String> = "failureReason" as field::text,
    }
}

impl ResumeEntry {
    /// Returns whether this is the answer that was given with `input`. The server keeps numbers as floats, and no
    /// input as an empty object.
    pub(crate) fn holds(&self, input: &Value) -> bool {
        is_empty(&self.resume_input) && is_empty(input) || is_same(&self.resume_input, input)
    }
}

fn is_empty(input: &Value) -> bool {
    match input {
        Value::Null => true,
        Value::Object(fields) => {
            fields.iter().all(|(name, value)| name == "input" && value.is_null())
        }
        _ => false,
    }
}

fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let same = |(name, value)| other.get(name).is_some_and(|other| is_same(value, other));
            one.len() == other.len() && one.iter().all(same)
        }
        (one, other) => one == other,
    }
}

impl PauseRecord {
    pub(super) fn pause_point(&self, workflow: &WorkflowId, run: &RunId) -> PausePoint {
        let asked = Pause::read(&self.response).and_then(|pause| pause.points.into_iter().next());
        let named = PausePoint::named(self.context_id.clone(), workflow.clone(), run.clone());
        PausePoint {
            kind: self.pause_kind.clone(),
            resume_at: self.resume_at,
            ..asked.unwrap_or(named)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize as _;
    use serde_json::json;

    use super::*;

    fn entry(input: &Value) -> ResumeEntry {
        ResumeEntry::deserialize(json!({"id": "e", "resumeInput": input})).expect("an entry")
    }

    #[test]
    fn an_answer_is_known_in_the_form_in_which_the_server_keeps_it() {
        let sent = json!({"approved": true, "amount": 1.0, "big": 9_007_199_254_740_993_u64, "list": [1, {"a": null}]});
        let kept = json!({"list": [1.0, {"a": null}], "big": 9_007_199_254_740_992_u64, "amount": 1, "approved": true});
        assert!(entry(&kept).holds(&sent));
        for empty in [json!(null), json!({}), json!({"input": null})] {
            assert!(entry(&empty).holds(&json!({})), "{empty}");
            assert!(!entry(&empty).holds(&sent), "{empty}");
            assert!(!entry(&sent).holds(&empty), "{empty}");
        }
        for other in [
            json!({"approved": false}),
            json!({"approved": true, "more": 1}),
            json!({}),
            json!([true]),
            json!("true"),
        ] {
            assert!(!entry(&other).holds(&json!({"approved": true})), "{other}");
        }
    }

    /// What the block said may be gone; the record still knows what the run waits for.
    #[test]
    fn a_record_tells_what_its_place_waits_for() {
        let [workflow, run] = ["w", "r"];
        for response in [json!({}), json!({"data": {"operation": "human"}})] {
            let record = json!({
                "contextId": "c", "pauseKind": "time", "resumeAt": "2026-01-02T03:04:05Z", "response": response,
            });
            let record = PauseRecord::deserialize(record).expect("a record");
            let point = record.pause_point(&workflow.into(), &run.into());
            assert_eq!(point.kind, Some(PauseKind::Time));
            assert_eq!(point.resume_at, Some("2026-01-02T03:04:05Z".parse().expect("a time")));
            assert_eq!(point.context_id.as_str(), "c");
        }
    }
}
