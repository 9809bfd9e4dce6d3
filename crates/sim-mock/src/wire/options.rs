//! Options in the body that callers with a key may not use.

use http::StatusCode;

use super::body::ExecuteBody;
use super::delivery::Delivery;
use super::refusal::Refusal;
use crate::release::Release;

/// The options that only the editor may use.
const OF_EDITOR: [&str; 4] =
    ["workflowStateOverride", "runFromBlock", "deploymentVersionId", "copilotToolCallId"];

/// The options that a queued run may not have.
const NOT_QUEUED: [&str; 6] = [
    "useDraftState",
    "workflowStateOverride",
    "runFromBlock",
    "stopAfterBlockId",
    "includeFileBase64",
    "base64MaxBytes",
];

/// Refuses options that the caller may not use.
pub(crate) fn check(
    body: &ExecuteBody,
    delivery: Delivery,
    workspace: &str,
    release: Release,
) -> Result<(), Refusal> {
    if body.has("inputFromExecutionId") {
        return forbidden("inputFromExecutionId requires an authenticated user session");
    }
    if body.text("parentWorkspaceId").is_some_and(|parent| parent != workspace) {
        return forbidden("Parent workspace does not match the workspace of the workflow");
    }
    if delivery == Delivery::Queued
        && (!body.selected_outputs().is_empty() || NOT_QUEUED.iter().any(|name| body.has(name)))
    {
        return bad("Async execution does not support draft or override execution controls");
    }
    let names_trigger = body.text("triggerType").is_some_and(|trigger| trigger != "api");
    if names_trigger && release >= Release::V089 {
        return bad("triggerType must be api for API key callers");
    }
    for name in ["useDraftState", "isClientSession"] {
        if body.flag(name) {
            return bad(&format!("{name} is not supported for API key callers"));
        }
    }
    for name in OF_EDITOR {
        if body.has(name) {
            return bad(&format!("{name} is not supported for API key callers"));
        }
    }
    Ok(())
}

fn bad(error: &str) -> Result<(), Refusal> {
    Err(Refusal::text(StatusCode::BAD_REQUEST, error))
}

fn forbidden(error: &str) -> Result<(), Refusal> {
    Err(Refusal::text(StatusCode::FORBIDDEN, error))
}
