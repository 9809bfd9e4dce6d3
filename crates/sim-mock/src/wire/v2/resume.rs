//! POST `/api/v2/workflows/{id}/runs/{run}/resume`: resumes a waiting run.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{self, Path};
use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use super::fields::Fields;
use super::guard::Guard;
use super::problem::Problem;
use super::receipt::Receipt;
use super::{result, run};
use crate::engine::{self, CancelOnDisconnect};
use crate::outcome::Outcome;
use crate::release::Release;
use crate::run::Mode;
use crate::runs::{NotResumed, ResumedBy};
use crate::state::State;
use crate::wire::intake::Intake;

/// The longest id of a pause point, in characters.
const CONTEXT: u64 = 1024;

impl NotResumed {
    fn problem(self, release: Release) -> Problem {
        Problem::new(self.status(release), self.message(release))
    }
}

/// Resumes a run. Answers with the result if the caller of the run waited for it, and with a receipt
/// otherwise.
pub(crate) async fn resume(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path((workflow, run_id)): Path<(String, String)>,
    Extension(intake): Extension<Intake>,
) -> Result<Response, Problem> {
    let mut body = Fields::of_body(&intake)?;
    let context = body.required("contextId", CONTEXT);
    let input = body.any("input").unwrap_or_else(|| json!({}));
    body.done()?;
    find(&state, &workflow, &run_id)?;
    if let Some(message) = state.usage().refusal() {
        return Err(Problem::new(StatusCode::PAYMENT_REQUIRED, message));
    }
    let place = (workflow.as_str(), run_id.as_str(), context.as_str());
    let resumed = state.runs.resume(place, input, ResumedBy::Caller);
    let resumed = resumed.map_err(|not| not.problem(state.release()))?;
    let (id, ahead, mode) = (resumed.run_id.clone(), resumed.ahead.len(), resumed.mode);
    engine::launch_attempt(&state, resumed, None);
    if mode == Mode::Sync && ahead == 0 {
        let caller = CancelOnDisconnect::new(&state, &id);
        return ended(&state, &id, caller).await;
    }
    Ok(Receipt::new(&state, &workflow, id).behind(ahead).answer())
}

/// Finds the run, or an attempt to resume one that waits once more, or returns the refusal.
fn find(state: &State, workflow: &str, run: &str) -> Result<(), Problem> {
    let waits_again = state.runs.get(run).is_some_and(|record| record.pauses.is_some());
    if waits_again && state.own_workflow(workflow).is_some() {
        return Ok(());
    }
    run::find(state, workflow, run).map(drop)
}

/// Waits for the end of an attempt. If it fails, the server tells no cause.
async fn ended(
    state: &Arc<State>,
    id: &str,
    caller: CancelOnDisconnect,
) -> Result<Response, Problem> {
    let answer = result::ended(state, id, Vec::new(), caller).await;
    let record = state.runs.get(id);
    let failed = record.as_ref().and_then(|record| record.outcome()).and_then(Outcome::error);
    match failed {
        Some(_) => Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")),
        None => Ok(answer),
    }
}
