//! The steps before and after the route of every request.

use std::future::pending;
use std::sync::Arc;

use axum::body::Body;
use axum::extract;
use axum::middleware::Next;
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use http::header::{ALLOW, CONTENT_LENGTH};
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use http_body_util::BodyExt;

use super::fault_answer;
use super::framework::{self, NoRequestId};
use super::intake::Intake;
use crate::fault::{Fault, Kind};
use crate::ids;
use crate::link::Link;
use crate::state::State;

/// The bytes of a body that a route may see.
const BODY_CAP: usize = 10 * 1024 * 1024;

/// The bytes of a body that the server reads, so that the client finishes sending and reads the answer.
const DRAIN_CAP: usize = 64 * 1024 * 1024;

/// Records the request, reads its body, and puts an id on the answer.
pub(crate) async fn handle(
    extract::State(state): extract::State<Arc<State>>,
    request: Request<Body>,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let target = parts.uri.to_string();
    let number = state.log.head(&parts.method, &target, &parts.headers);
    let link = parts.extensions.get::<Link>().cloned().unwrap_or_default();
    let kind = Kind::of(&parts);
    let fault = kind.and_then(|kind| state.faults.draw(kind));
    if fault == Some(Fault::CloseUnread) {
        return fault_answer::close(&state, Fault::CloseUnread, &link).await;
    }
    let Some((body, too_large)) = read(body, &parts.headers).await else {
        // The client left before the end, so nobody waits for an answer.
        link.close();
        return pending().await;
    };
    let fault = if kind.is_none() { state.faults.draw(Kind::of_body(&body)) } else { fault };
    if fault == Some(Fault::CloseUnread) {
        return fault_answer::close(&state, Fault::CloseUnread, &link).await;
    }
    if kind != Some(Kind::Bytes) {
        state.log.body(number, body.clone());
    }
    let body = if fault == Some(Fault::CloseEmptied) { Bytes::new() } else { body };

    let request_id = ids::request_id();
    let answer = if let Some(canned) = state.script.next() {
        canned.response()
    } else if let Some(answer) = fault_answer::replacement(&state, fault, parts.uri.path()) {
        answer
    } else if let Some(clean) = framework::clean_path(parts.uri.path()) {
        framework::moved(&clean, parts.uri.query())
    } else {
        parts.extensions.insert(Intake { request_id: request_id.clone(), body, too_large, fault });
        next.run(Request::from_parts(parts, Body::empty())).await
    };
    let mut answer = fault_answer::apply(&state, fault, &link, answer).await;
    if answer.extensions().get::<NoRequestId>().is_some() {
        answer.headers_mut().remove(ALLOW);
    } else {
        let value = HeaderValue::from_str(&request_id).expect("hexadecimal digits are a value");
        answer.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    answer
}

/// Reads the body. Returns it up to the cap, and whether it is longer, or `None` if it broke off.
async fn read(mut body: Body, headers: &HeaderMap) -> Option<(Bytes, bool)> {
    let told = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let (mut kept, mut seen) = (BytesMut::with_capacity(BODY_CAP.min(told.unwrap_or(0))), 0_usize);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.ok()?.into_data() else { continue };
        seen = seen.saturating_add(data.len());
        let room = BODY_CAP - kept.len();
        kept.extend_from_slice(&data[..data.len().min(room)]);
        if seen > DRAIN_CAP {
            break;
        }
    }
    Some((kept.freeze(), seen > BODY_CAP))
}
