//! A waiting run as v1 describes it.

use serde::Serialize;
use serde_json::{Value, json};

use crate::ids;
use crate::outcome::Links;
use crate::pauses::{Attempt, Pauses, Place};
use crate::release::Release;
use crate::runs::Record;
use crate::state::State;

/// A run that waits or has waited.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    id: String,
    workflow_id: String,
    execution_id: String,
    status: &'static str,
    total_pause_count: usize,
    resumed_count: usize,
    paused_at: String,
    updated_at: String,
    expires_at: Option<String>,
    metadata: Value,
    trigger_ids: [&'static str; 0],
    pub(crate) pause_points: Vec<Point>,
}

/// A point where the run waits.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Point {
    context_id: String,
    block_id: String,
    response: Value,
    registered_at: String,
    resume_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    automatic_resume_waiting_reason: Option<String>,
    snapshot_ready: bool,
    resume_links: Value,
    pause_kind: &'static str,
    queue_position: Option<usize>,
    latest_resume_entry: Option<Entry>,
}

/// An attempt to resume the run.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    id: String,
    paused_execution_id: String,
    parent_execution_id: String,
    new_execution_id: String,
    pub(crate) context_id: String,
    resume_input: Value,
    pub(crate) status: &'static str,
    queued_at: String,
    claimed_at: Option<String>,
    completed_at: Option<String>,
    failure_reason: Option<String>,
}

impl Entry {
    fn new(release: Release, record: &Record, pauses: &Pauses, attempt: &Attempt) -> Self {
        let named = release.names_attempts();
        Self {
            id: attempt.id.clone(),
            paused_execution_id: pauses.id.clone(),
            parent_execution_id: record.id.clone(),
            new_execution_id: if named { &attempt.run_id } else { &record.id }.clone(),
            context_id: attempt.context.clone(),
            resume_input: attempt.input.clone(),
            status: attempt.status(),
            queued_at: ids::time_text(attempt.queued_at),
            claimed_at: attempt.claimed_at.map(ids::time_text),
            completed_at: attempt.completed_at.map(ids::time_text),
            failure_reason: attempt.failure.clone(),
        }
    }

    /// Returns every attempt, in order.
    pub(crate) fn all(release: Release, record: &Record, pauses: &Pauses) -> Vec<Self> {
        let attempts = pauses.attempts.iter();
        attempts.map(|attempt| Self::new(release, record, pauses, attempt)).collect()
    }
}

impl Point {
    fn new(state: &State, record: &Record, pauses: &Pauses, place: &Place) -> Self {
        let (pause, app_url) = (&place.pause, state.app_url.as_str());
        let (workflow, run) = (record.workflow.as_str(), record.id.as_str());
        let mut attempts = pauses.attempts.iter().rev();
        let latest = attempts.find(|attempt| attempt.context == pause.context_id);
        Self {
            context_id: pause.context_id.clone(),
            block_id: pause.context_id.clone(),
            response: pause.response(app_url, workflow, run),
            registered_at: ids::time_text(place.registered_at),
            resume_status: place.status.as_str(),
            automatic_resume_waiting_reason: place.refused.clone(),
            snapshot_ready: true,
            resume_links: Links::new(pause, app_url, workflow, run).value(),
            pause_kind: pause.kind(),
            queue_position: latest.and_then(|attempt| pauses.position(&attempt.run_id)),
            latest_resume_entry: latest
                .map(|attempt| Entry::new(state.release(), record, pauses, attempt)),
        }
    }
}

impl Summary {
    pub(crate) fn new(state: &State, record: &Record, pauses: &Pauses) -> Self {
        // v1 shows humans what they can answer, and no more.
        let places = pauses.places.iter().filter(|place| place.pause.time.is_none());
        Self {
            id: pauses.id.clone(),
            workflow_id: record.workflow.clone(),
            execution_id: record.id.clone(),
            status: pauses.status(),
            total_pause_count: pauses.places.len(),
            resumed_count: pauses.resumed(),
            paused_at: ids::time_text(pauses.paused_at),
            updated_at: ids::time_text(pauses.updated_at),
            expires_at: None,
            metadata: json!({
                "pauseScope": "execution",
                "triggerIds": [],
                "workspaceId": state.workspace,
                "executorUserId": State::user(record.owner),
            }),
            trigger_ids: [],
            pause_points: places.map(|place| Point::new(state, record, pauses, place)).collect(),
        }
    }

    /// Leaves out the attempts to resume the points, as lists do.
    pub(crate) fn without_attempts(mut self) -> Self {
        self.pause_points.iter_mut().for_each(|point| point.latest_resume_entry = None);
        self
    }

    /// Returns the point with this id, the newest if there are several.
    pub(crate) fn point(&mut self, context: &str) -> Option<Point> {
        let at = self.pause_points.iter().rposition(|point| point.context_id == context)?;
        Some(self.pause_points.remove(at))
    }
}
