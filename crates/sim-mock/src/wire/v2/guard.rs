//! The steps of every request to v2: its key, its bucket, and the headers of its answer.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::extract::{self, FromRequestParts, MatchedPath};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::CACHE_CONTROL;
use http::request::Parts;
use http::{Extensions, HeaderName, HeaderValue, Request, StatusCode};
use serde_json::json;

use super::problem::Problem;
use super::roles;
use crate::ids;
use crate::state::State;
use crate::tokens::Reading;
use crate::wire::auth::Caller;
use crate::wire::framework::NoRequestId;

/// The route of every path of v2 that the server does not know.
pub(crate) const NO_ROUTE: &str = "/api/v2/{*path}";

/// The state of the bucket for the headers of the answer, once the request has counted.
#[derive(Debug, Clone, Default)]
struct Tally(Arc<OnceLock<Reading>>);

/// The path of a declared operation, below `/api/v2`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Template(pub(crate) &'static str);

/// Returns the path of the operation of a request as it was declared.
fn path_of(extensions: &Extensions) -> &str {
    let path = extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let template = extensions.get::<Template>().filter(|_| path == NO_ROUTE);
    template.map_or(path, |Template(template)| template)
}

/// The position of a request's key: the proof that it is good and that its bucket was not empty.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guard(pub(crate) usize);

/// A caller with or without a key, before its request counts against a bucket.
#[derive(Debug)]
pub(crate) struct Visitor {
    pub(crate) caller: Caller,
    tally: Tally,
    operation: String,
}

impl Visitor {
    /// Counts the request against its bucket, or refuses it.
    pub(crate) fn count(&self, state: &State, key: usize) -> Result<(), Problem> {
        let (free, reading) = state.requests.take(key, self.operation.clone());
        // Each request counts once, so the cell is empty.
        let _ = self.tally.0.set(reading.clone());
        if free { Ok(()) } else { Err(limited(&reading)) }
    }
}

fn limited(reading: &Reading) -> Problem {
    let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "API rate limit exceeded");
    let details = json!({ "retryAfter": ids::time_text(reading.reset_at) });
    problem.details(details).retry_after(reading.wait())
}

impl FromRequestParts<Arc<State>> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &Arc<State>,
    ) -> Result<Self, Self::Rejection> {
        let operation = format!("{} {}", parts.method, path_of(&parts.extensions));
        let tally = parts.extensions.get::<Tally>().cloned().unwrap_or_default();
        Ok(Self { caller: Caller::of(state, &parts.headers), tally, operation })
    }
}

impl FromRequestParts<Arc<State>> for Guard {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<State>) -> Result<Self, Problem> {
        let Ok(visitor) = Visitor::from_request_parts(parts, state).await;
        let key = match visitor.caller {
            Caller::Anonymous => return Err(Problem::unauthorized("API key required")),
            caller => key(caller)?,
        };
        visitor.count(state, key)?;
        let path = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
        let access = state.access.get(key).copied().unwrap_or_default();
        roles::check(access, &parts.method, path)?;
        Ok(Self(key))
    }
}

/// Returns the position of the key that starts a run, or the refusal.
pub(crate) fn key(caller: Caller) -> Result<usize, Problem> {
    match caller {
        Caller::Key(key) => Ok(key),
        Caller::Wrong => Err(Problem::unauthorized("Invalid API key")),
        Caller::Anonymous => Err(Problem::unauthorized("Unauthorized")),
    }
}

/// Counts the request against the bucket of its address, and puts the headers of v2 on the answer.
pub(crate) async fn envelope(
    extract::State(state): extract::State<Arc<State>>,
    mut request: Request<Body>,
    next: Next,
) -> Response {
    let tally = Tally::default();
    request.extensions_mut().insert(tally.clone());
    let counts = !matches!(path_of(request.extensions()), "" | NO_ROUTE);
    let full = counts.then(|| state.requests.take_of_address()).filter(|(free, _)| !free);
    let answer = match full {
        Some((_, reading)) => {
            let refused = limited(&reading).into_response();
            let _ = tally.0.set(reading);
            refused
        }
        None => next.run(request).await,
    };
    let mut answer = finish(answer);
    let headers = answer.headers_mut();
    if let Some(reading) = tally.0.get() {
        let reset = ids::time_text(reading.reset_at);
        let reset = HeaderValue::from_str(&reset).expect("a time is a value of a header");
        headers.insert(rate("x-ratelimit-limit"), reading.bucket.burst.into());
        headers.insert(rate("x-ratelimit-remaining"), reading.remaining.into());
        headers.insert(rate("x-ratelimit-reset"), reset);
    }
    answer
}

/// Forbids caches to store an answer of a route, unless the answer says otherwise.
pub(crate) fn finish(mut answer: Response) -> Response {
    let has_content = answer.status() != StatusCode::NO_CONTENT;
    if has_content && answer.extensions().get::<NoRequestId>().is_none() {
        let cache = HeaderValue::from_static("private, no-store");
        answer.headers_mut().entry(CACHE_CONTROL).or_insert(cache);
    }
    answer
}

fn rate(name: &'static str) -> HeaderName {
    HeaderName::from_static(name)
}
