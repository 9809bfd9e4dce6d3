//! POST `/api/workflows/{id}/execute`: the checks, in the order of Sim.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{self, Path};
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::auth::Caller;
use super::body::Call;
use super::delivery::Delivery;
use super::headers::Controls;
use super::intake::Intake;
use super::preprocess::{self, Ready};
use super::refusal::Refusal;
use super::stream::NOT_UNDERSTOOD;
use super::{options, queued, stream, sync};
use crate::fault::Fault;
use crate::hosted::Hosted;
use crate::ids;
use crate::slots::Slot;
use crate::state::State;
use crate::stream::Wish;
use crate::tokens::Charge;

/// Seconds to wait for a server that handles as many requests as it can.
pub(crate) const RETRY_AFTER: u16 = 5;

pub(crate) async fn execute(
    extract::State(state): extract::State<Arc<State>>,
    Path(workflow): Path<String>,
    Extension(intake): Extension<Intake>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (ready, wish, _ticket) = accept(&state, &workflow, &intake, &headers)?;
    match ready.delivery {
        Delivery::Sync => Ok(sync::answer(&state, ready).await),
        Delivery::Queued => queued::receipt(&state, ready),
        Delivery::Stream => Ok(stream::answer(&state, ready, wish).await),
    }
}

/// Everything that may refuse the request. The ticket is the place that it
/// takes among the requests being handled, until it is answered.
fn accept(
    state: &Arc<State>,
    workflow: &str,
    intake: &Intake,
    headers: &HeaderMap,
) -> Result<(Ready, Wish, Slot), Refusal> {
    let owner = Caller::of(state, headers).key_to_execute(state, workflow)?;
    Controls::check_call_chain(headers)?;
    if let Some(fault @ Fault::Gate(seconds)) = intake.fault {
        state.faults.count(fault);
        return Err(Refusal::at_capacity(seconds));
    }
    let ticket = state.admission.take().ok_or_else(|| Refusal::at_capacity(RETRY_AFTER))?;
    let call = Call::read(intake)?;
    let controls = Controls::read(headers)?;
    let delivery = delivery(&call, &controls);
    options::check(&call, delivery, &state.workspace)?;
    let hosted = authorize(state, workflow)?;
    let id = controls.id.clone().or(call.id()?).unwrap_or_else(ids::uuid);
    if !state.runs.claim(&id) {
        return Err(Refusal::id_conflict(&id));
    }
    let wish = Wish::read(&call, headers);
    let ready = preprocess::check(
        state,
        &hosted,
        preprocess::Asked {
            id,
            owner,
            request_id: intake.request_id.clone(),
            selected: call.selected_outputs(),
            input: call.input,
            delivery,
            charge: Charge::Sync,
            limit: controls.time_limit,
            fault: intake.fault,
        },
    )?;
    if delivery == Delivery::Stream && !wish.is_understood() {
        state.runs.release(&ready.record.id);
        return Err(Refusal::text(StatusCode::BAD_REQUEST, NOT_UNDERSTOOD));
    }
    Ok((ready, wish, ticket))
}

fn delivery(call: &Call, controls: &Controls) -> Delivery {
    if controls.queued {
        Delivery::Queued
    } else if controls.stream || call.flag("stream") {
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
