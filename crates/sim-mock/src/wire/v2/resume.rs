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
use crate::run::Mode;
use crate::runs::{NotResumed, ResumedBy};
use crate::state::State;
use crate::wire::intake::Intake;

/// The longest id of a pause point, in characters.
const CONTEXT: u64 = 1024;

impl From<NotResumed> for Problem {
    fn from(not: NotResumed) -> Self {
        Self::new(not.status(), not.message())
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
    run::find(&state, &workflow, &run_id)?;
    if let Some(message) = state.usage().refusal() {
        return Err(Problem::new(StatusCode::PAYMENT_REQUIRED, message));
    }
    let resumed = state.runs.resume((&workflow, &run_id, &context), input, ResumedBy::Caller)?;
    let (id, ahead, mode) = (resumed.run_id.clone(), resumed.ahead.len(), resumed.mode);
    engine::launch_attempt(&state, resumed, None);
    if mode == Mode::Sync && ahead == 0 {
        let caller = CancelOnDisconnect::new(&state, &id);
        return Ok(result::ended(&state, &id, Vec::new(), caller).await);
    }
    Ok(Receipt::new(&state, &workflow, id).behind(ahead).answer())
}
