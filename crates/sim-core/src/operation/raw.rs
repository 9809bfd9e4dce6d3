//! Requests by path, for endpoints that have no type yet.

use std::fmt;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::operation::{
    CallOptions, Endpoint, Form, Idempotency, Operation, Query, Route, RunIdHeader, plain_path,
};
use crate::primitives::redact::Length;
use crate::primitives::{Generation, RunId, WorkflowId, json};
use crate::response::Answer;
use crate::wire::RequestBody;

/// A request by path, for endpoints that have no type yet. It has the same retries, limits and errors as any other
/// request. Observers see it under the path `*`.
///
/// A `POST` to the path of an execute is one: it carries the id of a run as the typed request does, its errors name that
/// id, and it takes the headers that belong to an execute.
///
/// ```
/// use sim_core::Raw;
/// use serde_json::json;
///
/// let skills = Raw::get("/api/v2/skills").query("workspaceId", "ws 1");
/// let picture = Raw::get("/api/v2/pictures/1").output_bytes();
/// let deleted = Raw::delete("/api/v2/things/1").no_output();
/// let run = Raw::post("/api/workflows/wf-1/execute").json(&json!({"n": 1})).run_id("order-7741");
/// # drop((skills, picture, deleted, run));
/// ```
#[derive(Clone)]
#[must_use]
pub struct Raw<T = Value> {
    method: Method,
    path: String,
    query: Query,
    body: Option<Result<Content, String>>,
    idempotency: Idempotency,
    run_id: Option<RunId>,
    /// The generation and the workflow, if the path is that of an execute.
    execute: Option<(Generation, WorkflowId)>,
    options: CallOptions,
    decode: fn(&Answer) -> Result<T>,
}

/// The body of a request, with its content type.
#[derive(Clone)]
struct Content {
    kind: HeaderValue,
    bytes: Bytes,
}

/// The headers that belong to an execute, beside the id of its run.
macro_rules! execute_headers {
    ($id:literal) => {
        &[
            "accept",
            "x-execution-mode",
            "x-execution-timeout-seconds",
            "x-sim-stream-protocol",
            "x-stream-response",
            $id,
        ]
    };
}

impl Raw {
    /// Creates a request with this method and path. The path is sent as it is, so encode its parts yourself.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        let path = path.into();
        let execute = executed(&path).filter(|_| method == Method::POST);
        Self {
            idempotency: Idempotency::of(&method),
            method,
            path,
            query: Query::default(),
            body: None,
            run_id: None,
            execute,
            options: CallOptions::default(),
            decode: json_or_null,
        }
    }

    /// Creates a `GET` request for a path.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    /// Creates a `POST` request for a path. The client assumes that it starts a run unless
    /// [`idempotency`](Self::idempotency) says otherwise.
    pub fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path)
    }

    /// Creates a `PUT` request for a path.
    pub fn put(path: impl Into<String>) -> Self {
        Self::new(Method::PUT, path)
    }

    /// Creates a `PATCH` request for a path.
    pub fn patch(path: impl Into<String>) -> Self {
        Self::new(Method::PATCH, path)
    }

    /// Creates a `DELETE` request for a path. The client does not repeat it after a lost answer unless
    /// [`idempotency`](Self::idempotency) says so: the server may refuse the second request because the first took
    /// effect.
    pub fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path)
    }
}

impl<T> Raw<T> {
    crate::call_options!();
    crate::output_options!();

    /// Adds a query parameter; encodes its name and its value.
    pub fn query(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.query.pair(name, &value.to_string());
        self
    }

    /// Sends `body` as JSON.
    pub fn json(self, body: &(impl Serialize + ?Sized)) -> Self {
        let json = serde_json::to_vec(body)
            .and_then(|json| json::check_finite(body, &json).map(|()| Bytes::from(json)));
        let json = json.map_err(|error| format!("the body cannot be serialised: {error}"));
        self.with(json.map(|bytes| Content { kind: JSON, bytes }))
    }

    /// Sends bytes as they are, under a content type.
    pub fn bytes(self, content_type: &str, body: impl Into<Bytes>) -> Self {
        let bytes = body.into();
        let kind = HeaderValue::from_str(content_type);
        let refused = |_| "the content type cannot be sent as it is".to_owned();
        self.with(kind.map(|kind| Content { kind, bytes }).map_err(refused))
    }

    /// Sends a form, such as one with files.
    pub fn form(self, form: &Form) -> Self {
        match form.encode() {
            Ok((content_type, body)) => self.bytes(&content_type, body),
            Err(error) => self.with(Err(error.message().to_owned())),
        }
    }

    fn with(mut self, body: Result<Content, String>) -> Self {
        self.body = Some(body);
        self
    }

    /// Sets the effect of sending the request twice.
    pub fn idempotency(mut self, idempotency: Idempotency) -> Self {
        self.idempotency = idempotency;
        self
    }

    /// Sets the id of the run that an execute starts, as [`ExecuteWorkflow::run_id`](crate::ExecuteWorkflow::run_id)
    /// does. By default, the SDK creates one. The call of any other request fails.
    pub fn run_id(mut self, id: impl Into<RunId>) -> Self {
        self.run_id = Some(id.into());
        self
    }

    /// Reads the answer into `U` in place of a [`Value`]. An answer without a body is read as `null`.
    pub fn output<U: DeserializeOwned>(self) -> Raw<U> {
        self.decoded(json_or_null)
    }

    /// Returns the bytes of the answer as they are.
    pub fn output_bytes(self) -> Raw<Bytes> {
        self.decoded(|answer| answer.success().map(|()| answer.body.clone()))
    }

    /// Returns nothing, whatever the body of a successful answer is.
    pub fn no_output(self) -> Raw<()> {
        self.decoded(Answer::success)
    }

    fn decoded<U>(self, decode: fn(&Answer) -> Result<U>) -> Raw<U> {
        let Self { method, path, query, body, idempotency, run_id, execute, options, .. } = self;
        Raw { method, path, query, body, idempotency, run_id, execute, options, decode }
    }

    /// Returns the id that the caller chose for the run of an execute, by the setter or by its header.
    fn chosen_id(&self, header: &HeaderName) -> Option<RunId> {
        let by_header = || self.options.headers.get(header)?.to_str().ok().map(RunId::from);
        self.run_id.clone().or_else(by_header)
    }
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Reads an answer as JSON, and one without a body as `null`.
fn json_or_null<T: DeserializeOwned>(answer: &Answer) -> Result<T> {
    if answer.status.is_success() && answer.body.trim_ascii().is_empty() {
        return answer.with(StatusCode::OK, "null").json();
    }
    answer.json()
}

/// Returns the generation and the workflow of a path that is that of an execute.
fn executed(path: &str) -> Option<(Generation, WorkflowId)> {
    let (generation, rest) = match path.strip_prefix("/api/v2/workflows/") {
        Some(rest) => (Generation::V2, rest),
        None => (Generation::V1, path.strip_prefix("/api/workflows/")?),
    };
    let workflow = rest.strip_suffix("/execute")?;
    let workflow = percent_decode_str(workflow).decode_utf8().ok()?;
    let is_one = !workflow.is_empty() && !rest[..rest.len() - "/execute".len()].contains('/');
    is_one.then(|| (generation, WorkflowId::from(&*workflow)))
}

impl<T> fmt::Debug for Raw<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = self.body.as_ref().and_then(|body| body.as_ref().ok());
        f.debug_struct("Raw")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query)
            .field("body", &Length(body.map(|body| &body.bytes)))
            .field("idempotency", &self.idempotency)
            .field("run_id", &self.run_id)
            .finish_non_exhaustive()
    }
}

impl<T> Operation for Raw<T> {
    fn route(&self) -> Route {
        let path = match &self.execute {
            Some((Generation::V1, _)) => "/api/workflows/{workflow}/execute",
            Some(_) => "/api/v2/workflows/{workflow}/execute",
            None => "*",
        };
        Route { method: self.method.clone(), path }
    }

    fn path(&self) -> Result<String> {
        if !self.path.starts_with('/') {
            return Err(Error::request("a path begins with /"));
        }
        if self.run_id.is_some() && self.execute.is_none() {
            return Err(Error::request("only an execute takes the id of a run"));
        }
        plain_path(&self.path)
    }

    fn query(&self) -> Result<String> {
        Ok(self.query.clone().finish())
    }

    fn body(&self) -> Result<RequestBody> {
        match &self.body {
            None => Ok(RequestBody::Empty),
            Some(Ok(content)) => Ok(RequestBody::Bytes(content.bytes.clone())),
            Some(Err(why)) => Err(Error::request(why)),
        }
    }

    fn headers(&self, headers: &mut HeaderMap) -> Result<()> {
        if let Some(Ok(content)) = &self.body {
            headers.insert(CONTENT_TYPE, content.kind.clone());
        }
        Ok(())
    }

    fn idempotency(&self) -> Idempotency {
        self.idempotency
    }

    fn run_id_header(&self) -> Option<RunIdHeader> {
        let (generation, _) = self.execute.as_ref()?;
        let name = generation.choose("x-execution-id", "x-run-id");
        let name = HeaderName::from_static(name);
        Some(RunIdHeader { id: self.chosen_id(&name), name, names_run: true })
    }

    fn allowed_headers(&self) -> &'static [&'static str] {
        match &self.execute {
            Some((Generation::V1, _)) => execute_headers!("x-execution-id"),
            Some(_) => execute_headers!("x-run-id"),
            None => &[],
        }
    }

    fn workflow(&self) -> Option<&WorkflowId> {
        self.execute.as_ref().map(|(_, workflow)| workflow)
    }

    fn options(&self) -> Option<&CallOptions> {
        Some(&self.options)
    }
}

impl<T> Endpoint for Raw<T> {
    type Output = T;

    fn decode(&self, answer: &Answer) -> Result<T> {
        (self.decode)(answer)
    }
}
