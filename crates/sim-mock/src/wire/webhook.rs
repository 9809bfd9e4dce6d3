//! `/api/webhooks/trigger/{path}`: the checks, in Sim's order.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{self, Path};
use axum::response::Response;
use http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use serde_json::{Map, Value, json};

use super::answer;
use super::delivery::Delivery;
use super::execute::RETRY_AFTER;
use super::intake::Intake;
use super::preprocess::{self, Denied, StartRequest};
use super::queued::enqueue;
use super::refusal::Refusal;
use crate::ids;
use crate::state::State;
use crate::tokens::Charge;
use crate::webhook::{Token, Webhook};

/// The headers by which the server knows a delivery again, in their order.
const KEYS: [&str; 13] = [
    "webhook-id",
    "x-webhook-id",
    "x-shopify-webhook-id",
    "x-github-delivery",
    "x-gitlab-event-uuid",
    "x-event-id",
    "x-teams-notification-id",
    "svix-id",
    "linear-delivery",
    "greenhouse-event-id",
    "x-zm-request-id",
    "x-atlassian-webhook-identifier",
    "idempotency-key",
];

pub(crate) async fn trigger(
    extract::State(state): extract::State<Arc<State>>,
    Path(path): Path<String>,
    method: Method,
    uri: Uri,
    Extension(intake): Extension<Intake>,
    headers: HeaderMap,
) -> Response {
    handle(&state, &path, &method, (&uri, &intake, &headers)).unwrap_or_else(|refused| *refused)
}

/// A request: its address, its body and its headers.
type Asked<'a> = (&'a Uri, &'a Intake, &'a HeaderMap);

fn handle(
    state: &Arc<State>,
    path: &str,
    method: &Method,
    (uri, intake, headers): Asked<'_>,
) -> Result<Response, Box<Response>> {
    if intake.too_large {
        return Err(Box::new(text(StatusCode::PAYLOAD_TOO_LARGE, "Request body too large")));
    }
    let body = read(intake)
        .ok_or_else(|| Box::new(text(StatusCode::BAD_REQUEST, "Invalid payload format")))?;
    let query = query(uri);
    if method == Method::POST {
        if let Some(echo) = handshake(&body, &query) {
            return Ok(echo);
        }
    } else {
        let mut refused = text(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed");
        refused.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
        return Err(Box::new(refused));
    }
    let missing = || Box::new(text(StatusCode::NOT_FOUND, "Not Found"));
    let (hosted, webhook) = state.catalog.webhook(path).ok_or_else(missing)?;
    if !is_allowed(&webhook, headers) {
        let error = "Unauthorized - Invalid authentication token";
        return Err(Box::new(text(StatusCode::UNAUTHORIZED, error)));
    }
    let key = key(&webhook, &body, headers);
    let ready = preprocess::check(
        state,
        &hosted,
        StartRequest {
            id: ids::uuid(),
            owner: 0,
            request_id: intake.request_id.clone(),
            input: input(body, query),
            selected: Vec::new(),
            delivery: Delivery::Queued,
            charge: Charge::Sync,
            limit: None,
            fault: intake.fault,
        },
    );
    let mut ready = ready.map_err(|why| Box::new(denied(why)))?;
    ready.record.is_delivery = true;
    // The job looks at the key, after the answer is certain.
    if key.is_none_or(|key| hosted.facts().deliveries.insert(key)) {
        enqueue(state, ready);
    }
    Ok(taken(&webhook))
}

/// Reads the body: JSON whatever its type says, and nothing at all as an object.
fn read(intake: &Intake) -> Option<Value> {
    let text = String::from_utf8_lossy(&intake.body);
    let text = text.trim_start_matches('\u{feff}');
    if text.is_empty() { Some(json!({})) } else { text.parse().ok() }
}

/// Returns the parameters of the address; the last of one name counts.
fn query(uri: &Uri) -> Map<String, Value> {
    let pairs = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| (decode(name), Value::from(decode(value)))).collect()
}

/// Returns the echo of a handshake, for which no run starts.
fn handshake(body: &Value, query: &Map<String, Value>) -> Option<Response> {
    let kind = body.get("type");
    let asks = kind.is_none_or(|kind| kind == "url_verification");
    if let Some(challenge) = body["challenge"].as_str().filter(|_| asks) {
        return Some(answer::json(StatusCode::OK, &json!({ "challenge": challenge })));
    }
    let token = query.get("validationToken")?.as_str().filter(|token| !token.is_empty())?;
    Some(text(StatusCode::OK, token))
}

fn is_allowed(webhook: &Webhook, headers: &HeaderMap) -> bool {
    let sent = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match &webhook.token {
        None => true,
        Some(Token::Header(name, token)) => sent(name) == Some(token),
        Some(Token::Bearer(token)) => {
            let scheme = sent(AUTHORIZATION.as_str()).and_then(|value| value.split_once(' '));
            scheme
                .is_some_and(|(scheme, own)| scheme.eq_ignore_ascii_case("bearer") && own == token)
        }
    }
}

/// Returns the key by which the server knows the delivery again.
fn key(webhook: &Webhook, body: &Value, headers: &HeaderMap) -> Option<String> {
    let field = webhook.deduplication_field.as_ref().and_then(|field| body.get(field));
    let own = field.and_then(|value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    });
    let sent = || {
        let sent = KEYS.iter().filter_map(|name| headers.get(*name)?.to_str().ok());
        sent.map(str::to_owned).find(|key| !key.is_empty())
    };
    own.or_else(sent)
}

/// Returns the input of the run. A body that is no object is lost.
fn input(body: Value, query: Map<String, Value>) -> Value {
    let Value::Object(mut fields) = body else { return json!({}) };
    if !query.is_empty() {
        fields.entry("query").or_insert(Value::Object(query));
    }
    Value::Object(fields)
}

fn denied(denied: Denied) -> Response {
    match denied {
        Denied::NotDeployed => text(StatusCode::NOT_FOUND, "Not Found"),
        Denied::Concurrency => {
            let body = json!({
                "error": denied.message(), "code": "EXECUTION_CONCURRENCY_LIMIT",
                "retryable": true, "retryAfterSeconds": RETRY_AFTER,
            });
            let mut refused = answer::json(StatusCode::TOO_MANY_REQUESTS, &body);
            refused.headers_mut().insert(http::header::RETRY_AFTER, RETRY_AFTER.into());
            refused
        }
        denied => axum::response::IntoResponse::into_response(Refusal::from(denied)),
    }
}

/// Returns the answer to a delivery that was taken: the owner's, or the usual one.
fn taken(webhook: &Webhook) -> Response {
    let Some((status, body)) = &webhook.answer else {
        return answer::json(StatusCode::OK, &json!({"message": "Webhook processed"}));
    };
    let can_be_built =
        matches!(status, 200..=599) && (!matches!(status, 204 | 304) || body.is_empty());
    let broken = || {
        let body = json!({"error": "Internal server error"});
        answer::json(StatusCode::INTERNAL_SERVER_ERROR, &body)
    };
    match StatusCode::from_u16(*status) {
        Ok(status) if can_be_built => match serde_json::from_str::<Value>(body) {
            Ok(value) => answer::json(status, &value),
            Err(_) => text(status, body),
        },
        _ => broken(),
    }
}

fn text(status: StatusCode, text: &str) -> Response {
    let mut answer = Response::new(Body::from(text.to_owned()));
    *answer.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain;charset=UTF-8");
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}
