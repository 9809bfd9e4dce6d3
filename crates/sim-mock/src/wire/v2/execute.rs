//! POST `/api/v2/workflows/{id}/execute`: the checks, in Sim's order.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{self, Path};
use axum::response::Response;
use http::HeaderMap;
use serde_json::json;

use super::guard::{self, Visitor};
use super::options::Options;
use super::problem::Problem;
use super::receipt::Receipt;
use super::{result, result_stream};
use crate::fault::Fault;
use crate::slots::Slot;
use crate::state::State;
use crate::stream::StreamOptions;
use crate::tokens::Charge;
use crate::wire::auth::Caller;
use crate::wire::claim::take_id;
use crate::wire::delivery::Delivery;
use crate::wire::execute::RETRY_AFTER;
use crate::wire::headers::{CALL_CHAIN, Controls};
use crate::wire::intake::Intake;
use crate::wire::preprocess::{self, Ready};
use crate::wire::{queued, stream};

pub(crate) async fn execute(
    extract::State(state): extract::State<Arc<State>>,
    Path(workflow): Path<String>,
    Extension(intake): Extension<Intake>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (ready, stream_options, _ticket) = accept(&state, &workflow, &intake, &visitor, &headers)?;
    match ready.delivery {
        Delivery::Stream => Ok(stream::answer(&state, ready, stream_options).await),
        Delivery::Queued => {
            let (id, workflow) = (ready.record.id.clone(), ready.record.workflow.clone());
            if !queued::enqueue(&state, ready) {
                return Err(Problem::ambiguous(&id));
            }
            Ok(Receipt::new(&state, &workflow, id).answer())
        }
        Delivery::Sync if result_stream::is_wanted(&state, &headers) => {
            Ok(result_stream::answer(&state, ready).await)
        }
        Delivery::Sync => Ok(result::answer(&state, ready).await),
    }
}

/// Makes every check that may refuse the request. The returned ticket is the request's slot among the
/// requests being handled; the caller keeps it until the answer is ready.
fn accept(
    state: &Arc<State>,
    workflow: &str,
    intake: &Intake,
    visitor: &Visitor,
    headers: &HeaderMap,
) -> Result<(Ready, StreamOptions, Slot), Problem> {
    let guest = visitor.caller == Caller::Anonymous && visitor.caller.may_execute(state, workflow);
    let owner = if guest { 0 } else { guard::key(visitor.caller)? };
    if !guest {
        visitor.count(state, owner)?;
    }
    check_call_chain(headers)?;
    if let Some(fault @ Fault::Gate(seconds)) = intake.fault {
        state.faults.count(fault);
        return Err(Problem::at_capacity(seconds));
    }
    let ticket = state.admission.take().ok_or_else(|| Problem::at_capacity(RETRY_AFTER))?;
    let options = Options::read(intake, headers)?;
    if guest && options.delivery == Delivery::Queued {
        return Err(Problem::bad_request("Async execution requires an API key"));
    }
    let hosted = state.own_workflow(workflow).ok_or_else(|| Problem::not_found("Workflow"))?;
    // The server checks the run id of a caller without a key, and then ignores it.
    let id = take_id(state, visitor.caller, options.id, intake.fault)?;
    let queued = options.delivery == Delivery::Queued;
    let ready = preprocess::check(
        state,
        &hosted,
        preprocess::StartRequest {
            id,
            owner,
            request_id: intake.request_id.clone(),
            input: options.input,
            selected: options.selected,
            delivery: options.delivery,
            charge: if queued { Charge::Queued } else { Charge::Sync },
            limit: options.limit,
            fault: intake.fault,
        },
    )?;
    Ok((ready, options.stream, ticket))
}

/// Refuses a workflow that too many others have called. With one call less, the server finds out only after
/// it adds this workflow, and refuses without a code.
fn check_call_chain(headers: &HeaderMap) -> Result<(), Problem> {
    let callers = Controls::callers(headers);
    if callers + 1 < CALL_CHAIN {
        return Ok(());
    }
    let message = format!("Maximum workflow call chain depth ({CALL_CHAIN}) exceeded.");
    let problem = Problem::conflict(message);
    if callers < CALL_CHAIN {
        return Err(problem);
    }
    Err(problem.details(json!({ "code": "CALL_CHAIN_DEPTH_EXCEEDED" })))
}
