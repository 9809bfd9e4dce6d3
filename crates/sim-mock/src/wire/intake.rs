//! What every request goes through before and after its route.

use std::sync::Arc;

use axum::body::Body;
use axum::extract;
use axum::middleware::Next;
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use http::header::ALLOW;
use http::{HeaderName, HeaderValue, Request};
use http_body_util::BodyExt;

use super::framework::{self, Bare};
use crate::ids;
use crate::state::State;

/// Bytes of a body that a route gets to see.
const BODY_CAP: usize = 10 * 1024 * 1024;

/// Bytes of a body that are read, so that its sender comes to reading the answer.
const DRAIN_CAP: usize = 64 * 1024 * 1024;

/// What was taken in for a route: an id for the request, and its body.
#[derive(Debug, Clone)]
pub(crate) struct Intake {
    pub(crate) request_id: String,
    pub(crate) body: Bytes,
    /// There was more body than a route may see.
    pub(crate) too_large: bool,
}

/// Notes the request, reads its body, and puts an id on the answer.
pub(crate) async fn intake(
    extract::State(state): extract::State<Arc<State>>,
    request: Request<Body>,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let target = parts.uri.to_string();
    let number = state.log.head(&parts.method, &target, &parts.headers);
    let (body, too_large) = read(body).await;
    state.log.body(number, body.clone());

    let request_id = ids::request_id();
    let mut answer = if let Some(canned) = state.script.next() {
        canned.response()
    } else if let Some(clean) = framework::clean_path(parts.uri.path()) {
        framework::moved(&clean, parts.uri.query())
    } else {
        parts.extensions.insert(Intake { request_id: request_id.clone(), body, too_large });
        next.run(Request::from_parts(parts, Body::empty())).await
    };
    if answer.extensions().get::<Bare>().is_some() {
        answer.headers_mut().remove(ALLOW);
    } else {
        let value = HeaderValue::from_str(&request_id).expect("hexadecimal digits are a value");
        answer.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    answer
}

/// The body up to the cap, and whether there was more.
async fn read(mut body: Body) -> (Bytes, bool) {
    let (mut kept, mut seen) = (BytesMut::new(), 0_usize);
    while let Some(Ok(frame)) = body.frame().await {
        let Ok(data) = frame.into_data() else { continue };
        seen = seen.saturating_add(data.len());
        let room = BODY_CAP - kept.len();
        kept.extend_from_slice(&data[..data.len().min(room)]);
        if seen > DRAIN_CAP {
            break;
        }
    }
    (kept.freeze(), seen > BODY_CAP)
}
