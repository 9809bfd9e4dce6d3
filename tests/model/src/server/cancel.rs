//! Cancelling a run, in both generations.

use serde_json::{Value, json};

use super::reply::Reply;
use super::run::{Cancelled, End, Point, PointState, Run, State};
use super::time::Millis;
use super::version::Version;
use super::{Asked, Server};

/// What a cancellation did.
enum Done {
    /// It was recorded. The flag says whether a pause ended.
    Recorded(bool),
    /// The run had ended as this word says.
    Over(&'static str),
}

impl Server {
    pub(super) fn cancel_v1(
        &mut self,
        version: Version,
        asked: &Asked<'_>,
        workflow: &str,
        run: &str,
        now: Millis,
    ) -> Reply {
        if let Err(reply) = Self::admit(asked, workflow, now) {
            return reply;
        }
        let done = match self.find(workflow, run) {
            Some(at) => self.runs[at].cancel(now),
            None if version.cancel_looks() => {
                return Reply::error(404, "Execution not found", now);
            }
            None => {
                if version.claims() {
                    self.cancelled.push(run.to_owned());
                }
                Done::Recorded(false)
            }
        };
        match done {
            Done::Over(word) if version.cancel_looks() && word != "cancelled" => {
                let text = format!("Execution cannot be cancelled while {word}");
                Reply::error(409, &text, now)
            }
            Done::Over("cancelled") if version.cancel_looks() => {
                Reply::json(200, &told("executionId", run, false, "already_cancelled"), now)
            }
            Done::Over(_) => Reply::json(200, &told("executionId", run, false, "recorded"), now),
            Done::Recorded(paused) => {
                Reply::json(200, &told("executionId", run, paused, "recorded"), now)
            }
        }
    }

    pub(super) fn cancel_v2(&mut self, workflow: &str, run: &str, now: Millis) -> Reply {
        let Some(at) = self.find(workflow, run) else {
            return Reply::v2_error(404, "NOT_FOUND", "Run not found", now);
        };
        let data = match self.runs[at].cancel(now) {
            Done::Over(word) => {
                let mut data = told("runId", run, false, &format!("already_{word}"));
                data["durablyRecorded"] = json!(false);
                data
            }
            Done::Recorded(paused) => told("runId", run, paused, "recorded"),
        };
        Reply::json(200, &json!({"data": data}), now)
    }
}

impl Run {
    fn cancel(&mut self, now: Millis) -> Done {
        match (&self.state, self.cancelled) {
            (State::Ended(End::Completed, _), _) => Done::Over("completed"),
            (State::Ended(End::Cancelled, _), _) => Done::Over("cancelled"),
            (State::Ended(..) | State::Burned(..), _) => Done::Over("failed"),
            (State::Paused, Cancelled::Yes) => Done::Recorded(true),
            (State::Paused, _) => {
                let answered = |point: &Point| point.state == PointState::Resuming;
                let stuck = self.points.iter().any(answered);
                self.cancelled = if stuck { Cancelled::Cancelling } else { Cancelled::Yes };
                Done::Recorded(!stuck)
            }
            _ => {
                self.state = State::Ended(End::Cancelled, now);
                Done::Recorded(false)
            }
        }
    }
}

fn told(name: &str, run: &str, paused: bool, reason: &str) -> Value {
    let mut told = json!({
        "success": true, "redisAvailable": true, "durablyRecorded": true, "locallyAborted": false,
        "pausedCancelled": paused, "reason": reason,
    });
    told[name] = json!(run);
    told
}
