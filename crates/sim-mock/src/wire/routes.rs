//! The routes of the server.

use std::sync::Arc;

use axum::Router;
use axum::extract;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{any, get, post};

use super::{
    cancel, chat, execute, executions, framework, jobs, middleware, paused, resume, status, usage,
    v2, webhook,
};
use crate::release::Release;
use crate::state::State;

/// Returns every route of the server.
pub(crate) fn router(state: &Arc<State>) -> Router {
    let routes = Router::new()
        .route("/api/workflows/{workflow}/execute", post(execute::execute))
        .route("/api/workflows/{workflow}/status", get(status::status))
        .route("/api/workflows/{workflow}/executions/{run}", get(executions::execution))
        .route("/api/workflows/{workflow}/executions/{run}/cancel", post(cancel::cancel))
        .route("/api/workflows/{workflow}/paused", get(paused::list))
        .route("/api/workflows/{workflow}/paused/{run}", get(paused::detail))
        .route("/api/resume/{workflow}/{run}", get(paused::detail))
        .route("/api/resume/{workflow}/{run}/{context}", get(paused::context).post(resume::resume))
        .route("/api/jobs/{job}", get(jobs::job))
        .route("/api/users/me/usage-limits", get(usage::usage_limits))
        .route("/api/webhooks/trigger/{path}", any(webhook::trigger))
        .route("/api/files/serve/{*path}", get(exported))
        .route("/api/chat/{identifier}", get(chat::settings).post(chat::post))
        .route("/api/chat/{identifier}/otp", post(chat::send_code).put(chat::check_code))
        .route("/api/chat/{identifier}/sso", post(chat::check_sso))
        .merge(v2::router(state))
        .fallback(framework::no_page)
        .method_not_allowed_fallback(framework::wrong_verb)
        .with_state(Arc::clone(state));
    // A separate router, so that the middleware sees what the inner router adds to an answer.
    Router::new()
        .fallback_service(routes)
        .layer(from_fn_with_state(Arc::clone(state), middleware::handle))
}

/// Answers with the bytes of an export where the storage gives them out. A server with storage of its own wants a session of
/// a browser, and so does whatever else lies there.
async fn exported(
    extract::State(state): extract::State<Arc<State>>,
    extract::Path(path): extract::Path<String>,
) -> Response {
    let is_hosted = state.release() == Release::Hosted;
    match v2::exported(&state, &path).filter(|_| is_hosted) {
        Some(answer) => answer,
        None => framework::not_served(),
    }
}
