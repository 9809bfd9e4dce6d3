//! JSON answers, and the output of a run in them.

use axum::body::Body;
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};

use crate::outcome::Outcome;
use crate::runs::Record;
use crate::state::State;

/// Returns the JSON text of a body.
pub(crate) fn text(body: &impl Serialize) -> String {
    serde_json::to_string(body).expect("the bodies of this crate have string keys")
}

/// Returns an answer with a JSON body.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    json_text(status, text(body))
}

/// Returns an answer whose body is JSON text already.
pub(crate) fn json_text(status: StatusCode, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

/// Returns the output of a run that ended this way.
pub(crate) fn output(state: &State, record: &Record, outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Completed(output) => output.clone(),
        Outcome::Failed(failure) => failure.output.clone(),
        Outcome::Response(block) => block.output(),
        Outcome::Paused(pause) => {
            pause.output(&state.app_url, &record.workflow, record.paused_id())
        }
        Outcome::TimedOut(_) | Outcome::Cancelled => json!({}),
    }
}
