//! Deploying workflows, undeploying them and rolling them back.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{self, Path};
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;

use super::read;
use crate::hosted::{Activation, Facts, Underway};
use crate::ids;
use crate::state::State;
use crate::wire::intake::Intake;
use crate::wire::v2::data::data;
use crate::wire::v2::fields::Fields;
use crate::wire::v2::guard::Guard;
use crate::wire::v2::problem::Problem;

/// The warning that the server sends with every deployment.
const WARNING: &str =
    "Deployment activation completed, and post-activation notifications are queued.";

/// The highest version number.
const NUMBER: u64 = 2_147_483_647;

/// The deployment of a workflow, as answers show it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DeploymentStatus {
    id: String,
    is_deployed: bool,
    deployed_at: Option<String>,
    warnings: Vec<&'static str>,
    active_deployment: Option<Active>,
    latest_deployment_attempt: Option<Attempt>,
    #[serde(skip_serializing_if = "Option::is_none")]
    needs_redeployment: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Active {
    deployment_version_id: String,
    version: u64,
    deployed_at: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Attempt {
    id: String,
    deployment_version_id: String,
    version: u64,
    action: &'static str,
    status: &'static str,
    is_current: bool,
    readiness: Readiness,
    requested_at: String,
    activated_at: Option<String>,
    error: Option<AttemptError>,
}

#[derive(Debug, Serialize)]
struct AttemptError {
    code: &'static str,
    message: String,
    retryable: bool,
}

#[derive(Debug, Serialize)]
struct Readiness {
    webhooks: &'static str,
    schedules: &'static str,
    mcp: &'static str,
}

impl DeploymentStatus {
    fn of(id: &str, facts: &Facts) -> Self {
        let active = facts.active.as_ref();
        Self {
            id: id.to_owned(),
            is_deployed: active.is_some(),
            deployed_at: active.map(|active| ids::time_text(active.at)),
            warnings: Vec::new(),
            active_deployment: active.map(Active::of),
            latest_deployment_attempt: facts
                .underway
                .as_ref()
                .map(Attempt::underway)
                .or_else(|| active.map(Attempt::of)),
            needs_redeployment: None,
            version: None,
        }
    }

    /// Creates the answer to the request that made the deployment.
    fn made(id: &str, facts: &Facts) -> Self {
        let underway = facts.underway.as_ref().map(|underway| &underway.attempt);
        let version = underway.or(facts.active.as_ref()).map(|active| active.version.1);
        Self { warnings: vec![WARNING], version, ..Self::of(id, facts) }
    }
}

impl Active {
    fn of(active: &Activation) -> Self {
        let (id, version) = active.version.clone();
        Self { deployment_version_id: id, version, deployed_at: ids::time_text(active.at) }
    }
}

impl Attempt {
    fn of(active: &Activation) -> Self {
        let (version_id, version) = active.version.clone();
        Self {
            id: active.id.clone(),
            deployment_version_id: version_id,
            version,
            action: active.action,
            status: "active",
            is_current: true,
            readiness: Readiness { webhooks: "ready", schedules: "ready", mcp: "ready" },
            requested_at: ids::time_text(active.at),
            activated_at: Some(ids::time_text(active.at)),
            error: None,
        }
    }

    fn underway(underway: &Underway) -> Self {
        let failure = underway.failure();
        let readiness = if failure.is_some() { "failed" } else { "pending" };
        Self {
            status: if failure.is_some() { "failed" } else { "preparing" },
            readiness: Readiness { webhooks: readiness, schedules: "pending", mcp: "pending" },
            activated_at: None,
            error: failure.map(|message| AttemptError {
                code: "DEPLOYMENT_FAILED",
                message: message.to_owned(),
                retryable: false,
            }),
            ..Self::of(&underway.attempt)
        }
    }
}

/// Answers GET `/api/v2/workflows/{id}/deployment` with the deployment.
pub(crate) async fn deployment(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path(workflow): Path<String>,
) -> Result<Response, Problem> {
    let hosted = read::find(&state, &workflow)?;
    let mut facts = hosted.facts();
    facts.read_deployment();
    let mut deployment = DeploymentStatus::of(&workflow, &facts);
    deployment.needs_redeployment = Some(facts.active.is_some() && facts.edited);
    Ok(data(StatusCode::OK, &deployment))
}

/// Answers POST `/api/v2/workflows/{id}/deploy`, which always creates a new version.
pub(crate) async fn deploy(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path(workflow): Path<String>,
    Extension(intake): Extension<Intake>,
) -> Result<Response, Problem> {
    let mut body = Fields::of_optional_body(&intake)?;
    let name = body.text("name", 1, 100);
    let description = body.change("description", 50_000).of(None);
    body.done()?;
    let hosted = read::find(&state, &workflow)?;
    let mut facts = hosted.facts();
    facts.deploy(name, description);
    Ok(data(StatusCode::OK, &DeploymentStatus::made(&workflow, &facts)))
}

/// Answers DELETE `/api/v2/workflows/{id}/deploy`: undeploys the workflow.
pub(crate) async fn undeploy(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path(workflow): Path<String>,
) -> Result<Response, Problem> {
    let hosted = read::find(&state, &workflow)?;
    let mut facts = hosted.facts();
    if facts.active.is_none() {
        return Err(Problem::bad_request("Workflow is not deployed"));
    }
    facts.undeploy();
    Ok(data(StatusCode::OK, &DeploymentStatus::of(&workflow, &facts)))
}

/// Answers POST `/api/v2/workflows/{id}/rollback`: rolls back to a version by its number, or to the one that
/// was active before.
pub(crate) async fn rollback(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path(workflow): Path<String>,
    Extension(intake): Extension<Intake>,
) -> Result<Response, Problem> {
    let mut body = Fields::of_optional_body(&intake)?;
    let number = body.count("version", NUMBER, true);
    body.done()?;
    let hosted = read::find(&state, &workflow)?;
    let mut facts = hosted.facts();
    if facts.active.is_none() {
        return Err(Problem::bad_request("Workflow is not deployed"));
    }
    let nowhere = || Problem::bad_request("No previous deployment version to roll back to");
    let number = number.or(facts.before).ok_or_else(nowhere)?;
    if facts.activate(number, "activate").is_none() {
        return Err(Problem::not_found("Deployment version"));
    }
    Ok(data(StatusCode::OK, &DeploymentStatus::made(&workflow, &facts)))
}
