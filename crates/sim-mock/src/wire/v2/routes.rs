//! The routes of v2, and what the server answers while v2 is off.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, delete, get, post, put};
use http::{Request, StatusCode};

use super::problem::Problem;
use super::resource::{Declared, Operation};
use super::shelves::{OfBases, OfTables, OfThings};
use super::workflows::folders::OfWorkflows;
use super::workflows::{deploy, edit, portable, read, versions};
use super::{
    audit_logs, billing, cancel, credentials, custom_tools, execute, files, folders, guard,
    knowledge, log, logs, mcp_servers, resource, resume, run, runs, secrets, skills, tables,
    workspaces,
};
use crate::release::V2;
use crate::state::State;
use crate::wire::auth::Caller;
use crate::wire::framework;

/// Returns the routes of v2.
pub(crate) fn router(state: &Arc<State>) -> Router<Arc<State>> {
    Router::new()
        .route("/api/v2/workflows", get(read::list).post(edit::create))
        .route("/api/v2/workflows/folders", folders::route::<OfWorkflows>())
        .route("/api/v2/workflows/import", post(portable::import))
        .route(
            "/api/v2/workflows/{workflow}",
            get(read::get).patch(edit::update).delete(edit::delete),
        )
        .route("/api/v2/workflows/{workflow}/versions", get(versions::list))
        .route("/api/v2/workflows/{workflow}/versions/{version}", get(versions::get))
        .route("/api/v2/workflows/{workflow}/deployment", get(deploy::deployment))
        .route("/api/v2/workflows/{workflow}/deploy", post(deploy::deploy).delete(deploy::undeploy))
        .route("/api/v2/workflows/{workflow}/rollback", post(deploy::rollback))
        .route("/api/v2/workflows/{workflow}/export", get(portable::export))
        .route("/api/v2/workflows/{workflow}/execute", post(execute::execute))
        .route("/api/v2/workflows/{workflow}/runs", get(runs::runs))
        .route("/api/v2/workflows/{workflow}/runs/{run}", get(run::run))
        .route("/api/v2/workflows/{workflow}/runs/{run}/cancel", post(cancel::cancel))
        .route("/api/v2/workflows/{workflow}/runs/{run}/resume", post(resume::resume))
        .route("/api/v2/logs", get(logs::logs))
        .route("/api/v2/logs/{run}", get(log::log))
        .route("/api/v2/billing/status", get(billing::status))
        .route("/api/v2/billing/logs", get(billing::logs))
        .merge(of_files())
        .route("/api/v2/knowledge/folders", folders::route::<OfThings<OfBases>>())
        .route("/api/v2/tables/folders", folders::route::<OfThings<OfTables>>())
        .route(guard::NO_ROUTE, any(declared))
        .method_not_allowed_fallback(framework::wrong_verb)
        .layer(from_fn_with_state(Arc::clone(state), guard::envelope))
        .layer(from_fn_with_state(Arc::clone(state), switch))
}

/// The operations of the resources that declare themselves.
const ALL: &[&[Operation]] = &[
    &tables::OPERATIONS,
    &knowledge::OPERATIONS,
    &skills::OPERATIONS,
    &custom_tools::OPERATIONS,
    &mcp_servers::OPERATIONS,
    &credentials::OPERATIONS,
    &secrets::OPERATIONS,
    &workspaces::OPERATIONS,
    &audit_logs::OPERATIONS,
];

/// Returns the routes of files, and those that take the bytes of uploads.
fn of_files() -> Router<Arc<State>> {
    use files::{bytes, edit, many, read, share, uploads};

    Router::new()
        .route("/api/v2/files", get(read::list).post(edit::create))
        .route("/api/v2/files/move", post(many::relocate))
        .route("/api/v2/files/bulk-delete", post(many::delete))
        .route("/api/v2/files/folders", folders::route::<files::folders::OfFiles>())
        .route("/api/v2/files/uploads", post(uploads::begin))
        .route("/api/v2/files/uploads/{upload}", delete(uploads::abort))
        .route("/api/v2/files/uploads/{upload}/parts", post(uploads::parts))
        .route("/api/v2/files/uploads/{upload}/complete", post(uploads::complete))
        .route("/api/v2/files/{file}", get(read::download).patch(edit::rename).delete(edit::delete))
        .route("/api/v2/files/{file}/metadata", get(read::metadata))
        .route("/api/v2/files/{file}/content", put(edit::replace))
        .route("/api/v2/files/{file}/restore", post(edit::restore))
        .route("/api/v2/files/{file}/share", get(share::get).patch(share::set))
        .route("/api/v2/uploads/{upload}", put(bytes::whole))
        .route("/api/v2/uploads/{upload}/parts/{part}", put(bytes::part))
}

/// Answers according to [`V2`]. A server with v2 switched off still checks the key.
async fn switch(
    extract::State(state): extract::State<Arc<State>>,
    mut request: Request<Body>,
    next: Next,
) -> Response {
    if let Some(declared) = resource::find(ALL, request.uri().path()) {
        request.extensions_mut().insert(guard::Template(declared.path));
        request.extensions_mut().insert(declared);
    }
    match state.v2() {
        V2::On => next.run(request).await,
        V2::Missing => framework::no_page().await,
        V2::Off => {
            let wrong = Caller::of(&state, request.headers()) == Caller::Wrong;
            let refused = if wrong { Problem::unauthorized("Invalid API key") } else { nothing() };
            guard::finish(refused.into_response())
        }
    }
}

fn nothing() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "Not found")
}

/// Answers a request for a path that no route of its own serves: a declared operation, or nothing.
async fn declared(
    extract::State(state): extract::State<Arc<State>>,
    mut request: Request<Body>,
) -> Response {
    match request.extensions_mut().remove::<Declared>() {
        Some(declared) => declared.serve(&state, request).await,
        None => nothing().into_response(),
    }
}
