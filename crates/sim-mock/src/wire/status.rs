//! GET `/api/workflows/{id}/status`: whether a workflow is deployed.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{self, Path};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use super::answer;
use super::auth::Caller;
use super::intake::Intake;
use super::refusal::Refusal;
use crate::ids;
use crate::state::State;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    is_deployed: bool,
    deployed_at: Option<String>,
    needs_redeployment: bool,
}

pub(crate) async fn status(
    extract::State(state): extract::State<Arc<State>>,
    Path(workflow): Path<String>,
    Extension(intake): Extension<Intake>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let request = &intake.request_id;
    let Caller::Key(_) = Caller::of(&state, &headers) else {
        return Err(Refusal::traced(StatusCode::UNAUTHORIZED, "Unauthorized", None, request));
    };
    // A workflow of another workspace must look as if it did not exist.
    let Some(hosted) = state.own_workflow(&workflow) else {
        let code = Some("WORKFLOW_NOT_FOUND");
        return Err(Refusal::traced(StatusCode::NOT_FOUND, "Workflow not found", code, request));
    };
    let facts = hosted.facts();
    let answer = Answer {
        is_deployed: facts.active.is_some(),
        deployed_at: facts.active.as_ref().map(|active| ids::time_text(active.at)),
        needs_redeployment: facts.active.is_some() && facts.edited,
    };
    Ok(answer::json(StatusCode::OK, &answer))
}
