//! The details of pauses, which only the first generation lists.

use serde_json::{Value, json};

use super::reply::Reply;
use super::run::{Cancelled, Point, PointState, Run, State};
use super::time::{Millis, iso};
use super::{Asked, Server};

impl Server {
    pub(super) fn list_paused(&self, asked: &Asked<'_>, workflow: &str, now: Millis) -> Reply {
        if let Err(reply) = Self::admit(asked, workflow, now) {
            return reply;
        }
        let wanted = asked.query.split('&').find_map(|pair| pair.strip_prefix("status="));
        let listed = |run: &&Run| {
            run.asks() && wanted.is_none_or(|status| status.split(',').any(|it| it == run.pause()))
        };
        let of = |run: &&Run| run.workflow.id() == workflow;
        let runs = self.runs.iter().filter(of).filter(listed);
        let rows: Vec<_> = runs.map(|run| run.summary(&run.id, run.points.iter(), false)).collect();
        Reply::json(200, &json!({"pausedExecutions": rows}), now)
    }

    pub(super) fn read_paused(
        &self,
        asked: &Asked<'_>,
        workflow: &str,
        run: &str,
        now: Millis,
    ) -> Reply {
        if let Err(reply) = Self::admit(asked, workflow, now) {
            return reply;
        }
        match self.detail(workflow, run) {
            Some(detail) => Reply::json(200, &detail, now),
            None => Reply::error(404, "Paused execution not found", now),
        }
    }

    pub(super) fn read_context(
        &self,
        asked: &Asked<'_>,
        (workflow, run, context): (&str, &str, &str),
        now: Millis,
    ) -> Reply {
        if let Err(reply) = Self::admit(asked, workflow, now) {
            return reply;
        }
        let found = self.detail(workflow, run).and_then(|execution| {
            let points = execution["pausePoints"].as_array()?;
            let point = points.iter().find(|point| point["contextId"] == context)?.clone();
            let queue = execution["queue"].clone();
            Some(json!({"execution": execution, "pausePoint": point, "queue": queue}))
        });
        match found {
            Some(found) => Reply::json(200, &found, now),
            None => Reply::error(404, "Pause context not found", now),
        }
    }

    /// Returns the detail of a pause that is filed under this id.
    fn detail(&self, workflow: &str, id: &str) -> Option<Value> {
        if let Some(at) = self.find(workflow, id) {
            let run = &self.runs[at];
            return run.asks().then(|| run.with_queue(run.summary(id, run.points.iter(), true)));
        }
        let of = |run: &&Run| run.workflow.id() == workflow;
        self.runs.iter().filter(of).find_map(|run| {
            let strays = run.strays.iter().filter(|(attempt, _)| attempt == id);
            let points: Vec<_> = strays.map(|(_, point)| point).collect();
            let detail = || {
                let mut detail = run.summary(id, points.iter().copied(), true);
                detail["status"] = json!("paused");
                run.with_queue(detail)
            };
            (!points.is_empty()).then(detail)
        })
    }
}

impl Run {
    /// Returns the status of the whole pause.
    pub(super) fn pause(&self) -> &'static str {
        let resumed = self.points.iter().filter(|point| point.state == PointState::Resumed).count();
        match self.cancelled {
            Cancelled::Cancelling => "cancelling",
            Cancelled::Yes => "cancelled",
            Cancelled::No if resumed == self.points.len() => "fully_resumed",
            Cancelled::No if resumed > 0 => "partially_resumed",
            Cancelled::No => "paused",
        }
    }

    fn summary<'a>(
        &self,
        id: &str,
        points: impl Iterator<Item = &'a Point> + Clone,
        with_entries: bool,
    ) -> Value {
        let resumed = points.clone().filter(|point| point.state == PointState::Resumed).count();
        let times = iso(self.row);
        let mut told: Vec<_> = points.map(|point| self.point(id, point, with_entries)).collect();
        // Points are sorted by their contexts, not by time.
        told.sort_by(|one, other| one["contextId"].as_str().cmp(&other["contextId"].as_str()));
        json!({
            "id": format!("paused-{id}"), "workflowId": self.workflow.id(), "executionId": id,
            "status": self.pause(), "totalPauseCount": told.len(), "resumedCount": resumed,
            "pausedAt": times, "updatedAt": times, "expiresAt": null, "triggerIds": [],
            "pausePoints": told,
        })
    }

    fn with_queue(&self, mut detail: Value) -> Value {
        let id = detail["executionId"].as_str().unwrap_or_default().to_owned();
        let own = self.points.iter().filter(|_| id == self.id);
        let strays = self.strays.iter().filter(|(attempt, _)| *attempt == id);
        let points = own.chain(strays.map(|(_, point)| point));
        let queue: Vec<_> = points.filter_map(|point| self.entry(&id, point)).collect();
        detail["queue"] = json!(queue);
        detail
    }

    fn point(&self, id: &str, point: &Point, with_entry: bool) -> Value {
        let word = match point.state {
            PointState::Paused => "paused",
            PointState::Queued => "queued",
            PointState::Resuming => "resuming",
            PointState::Resumed => "resumed",
            PointState::Failed => "failed",
        };
        let position = (point.state == PointState::Queued && with_entry).then_some(1);
        let workflow = self.workflow.id();
        let links = json!({
            "apiUrl": format!("http://127.0.0.1:3401/api/resume/{workflow}/{id}/{}", point.context),
            "contextId": point.context, "executionId": id, "workflowId": workflow,
        });
        let mut told = json!({
            "contextId": point.context, "blockId": point.context, "registeredAt": iso(self.row),
            "resumeStatus": word, "snapshotReady": true, "pauseKind": "human",
            "resumeLinks": links, "queuePosition": position,
            "latestResumeEntry": if with_entry { self.entry(id, point) } else { None },
        });
        let reason = point.answer.as_ref().and_then(|answer| answer.reason.as_deref());
        if let Some(reason) = reason.filter(|_| point.state == PointState::Paused) {
            let text = format!("Automatic resume requires manual intervention: {reason}");
            told["automaticResumeWaitingReason"] = json!(text);
        }
        told
    }

    fn entry(&self, id: &str, point: &Point) -> Option<Value> {
        let answer = point.answer.as_ref()?;
        let over = matches!(answer.status, "completed" | "failed");
        Some(json!({
            "id": format!("entry-{id}-{}", point.context), "parentExecutionId": id,
            "pausedExecutionId": format!("paused-{id}"), "newExecutionId": answer.attempt,
            "contextId": point.context, "resumeInput": answer.input, "status": answer.status,
            "queuedAt": iso(self.row), "claimedAt": (answer.status != "pending").then(|| iso(self.row)),
            "completedAt": over.then(|| iso(self.row)), "failureReason": answer.reason,
        }))
    }

    /// Returns whether the run waits, or seems to wait.
    pub(super) fn is_paused(&self) -> bool {
        matches!(self.state, State::Paused) || self.attempt.is_some()
    }
}
