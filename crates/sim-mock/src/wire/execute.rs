//! POST `/api/workflows/{id}/execute`: the checks, in Sim's order.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{self, Path};
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::auth::Caller;
use super::body::ExecuteBody;
use super::claim::take_id;
use super::delivery::Delivery;
use super::headers::Controls;
use super::intake::Intake;
use super::preprocess::{self, Ready};
use super::refusal::Refusal;
use super::stream::NOT_UNDERSTOOD;
use super::{options, queued, stream, sync};
use crate::fault::Fault;
use crate::hosted::Hosted;
use crate::slots::Slot;
use crate::state::State;
use crate::stream::StreamOptions;
use crate::tokens::Charge;

/// The `Retry-After` of a server at capacity, in seconds.
pub(crate) const RETRY_AFTER: u16 = 5;

pub(crate) async fn execute(
    extract::State(state): extract::State<Arc<State>>,
    Path(workflow): Path<String>,
    Extension(intake): Extension<Intake>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (ready, stream_options, _ticket) = accept(&state, &workflow, &intake, &headers)?;
    match ready.delivery {
        Delivery::Sync => Ok(sync::answer(&state, ready).await),
        Delivery::Queued => queued::receipt(&state, ready),
        Delivery::Stream => Ok(stream::answer(&state, ready, stream_options).await),
    }
}

/// Makes every check that may refuse the request. The returned ticket is the request's slot among the
/// requests being handled; the caller keeps it until the answer is ready.
fn accept(
    state: &Arc<State>,
    workflow: &str,
    intake: &Intake,
    headers: &HeaderMap,
) -> Result<(Ready, StreamOptions, Slot), Refusal> {
    let (caller, release) = (Caller::of(state, headers), state.release());
    let owner = caller.key_to_execute(state, workflow)?;
    Controls::check_call_chain(headers)?;
    if let Some(fault @ Fault::Gate(seconds)) = intake.fault {
        state.faults.count(fault);
        return Err(Refusal::at_capacity(seconds, release));
    }
    let ticket =
        state.admission.take().ok_or_else(|| Refusal::at_capacity(RETRY_AFTER, release))?;
    let body = ExecuteBody::read(intake)?;
    let controls = Controls::read(headers, release)?;
    let delivery = delivery(&body, &controls);
    options::check(&body, delivery, &state.workspace, release)?;
    let hosted = authorize(state, workflow)?;
    let chosen = controls.id.clone().or(body.id(release)?);
    let id = take_id(state, caller, chosen, intake.fault)?;
    let stream_options = StreamOptions::read(&body, headers, release);
    let ready = preprocess::check(
        state,
        &hosted,
        preprocess::StartRequest {
            id,
            owner,
            request_id: intake.request_id.clone(),
            selected: body.selected_outputs(),
            input: body.input,
            delivery,
            charge: Charge::Sync,
            limit: controls.time_limit,
            fault: intake.fault,
        },
    )?;
    if delivery == Delivery::Stream && !stream_options.is_understood() {
        state.runs.release_id(&ready.record.id);
        return Err(Refusal::text(StatusCode::BAD_REQUEST, NOT_UNDERSTOOD));
    }
    Ok((ready, stream_options, ticket))
}

fn delivery(body: &ExecuteBody, controls: &Controls) -> Delivery {
    if controls.queued {
        Delivery::Queued
    } else if controls.stream || body.flag("stream") {
        Delivery::Stream
    } else {
        Delivery::Sync
    }
}

fn authorize(state: &State, workflow: &str) -> Result<Arc<Hosted>, Refusal> {
    let hosted = state
        .workflow(workflow)
        .ok_or_else(|| Refusal::text(StatusCode::NOT_FOUND, "Workflow not found"))?;
    if hosted.workflow.foreign {
        let error = "Unauthorized: Access denied to read this workflow";
        return Err(Refusal::text(StatusCode::FORBIDDEN, error));
    }
    Ok(hosted)
}
