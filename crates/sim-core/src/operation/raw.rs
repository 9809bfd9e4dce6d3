//! Requests by path, for endpoints that have no type yet.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::operation::{CallOptions, Endpoint, Idempotency, Operation, Query, Route, plain_path};
use crate::primitives::json;
use crate::primitives::redact::Length;
use crate::response::Answer;
use crate::wire::RequestBody;

/// A request by path, for endpoints that have no type yet. It has the same retries, limits and errors as any other
/// request. Observers see it under the path `*`.
///
/// ```
/// use sim_core::Raw;
///
/// let skills = Raw::get("/api/v2/skills").query("workspaceId", "ws 1");
/// # drop(skills);
/// ```
#[derive(Clone)]
#[must_use]
pub struct Raw<T = Value> {
    method: Method,
    path: String,
    query: Query,
    body: Option<Result<Bytes, String>>,
    idempotency: Idempotency,
    options: CallOptions,
    output: PhantomData<fn() -> T>,
}

impl Raw {
    /// Creates a request with this method and path. The path is sent as it is, so encode its parts yourself.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        let idempotency = Idempotency::of(&method);
        Self {
            method,
            path: path.into(),
            query: Query::default(),
            body: None,
            idempotency,
            options: CallOptions::default(),
            output: PhantomData,
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
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        let json = serde_json::to_vec(body)
            .and_then(|json| json::check_finite(body, &json).map(|()| Bytes::from(json)));
        self.body = Some(json.map_err(|error| error.to_string()));
        self
    }

    /// Sets the effect of sending the request twice.
    pub fn idempotency(mut self, idempotency: Idempotency) -> Self {
        self.idempotency = idempotency;
        self
    }

    /// Reads the answer into `U` in place of a [`Value`].
    pub fn output<U: DeserializeOwned>(self) -> Raw<U> {
        let Self { method, path, query, body, idempotency, options, .. } = self;
        Raw { method, path, query, body, idempotency, options, output: PhantomData }
    }
}

impl<T> fmt::Debug for Raw<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = self.body.as_ref().and_then(|body| body.as_ref().ok());
        f.debug_struct("Raw")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query)
            .field("body", &Length(body))
            .field("idempotency", &self.idempotency)
            .finish_non_exhaustive()
    }
}

impl<T> Operation for Raw<T> {
    fn route(&self) -> Route {
        Route { method: self.method.clone(), path: "*" }
    }

    fn path(&self) -> Result<String> {
        if !self.path.starts_with('/') {
            return Err(Error::request("a path begins with /"));
        }
        plain_path(&self.path)
    }

    fn query(&self) -> Result<String> {
        Ok(self.query.clone().finish())
    }

    fn body(&self) -> Result<RequestBody> {
        let body =
            self.body.clone().map_or(Ok(RequestBody::Empty), |body| body.map(RequestBody::Bytes));
        body.map_err(|error| Error::request(format!("the body cannot be serialised: {error}")))
    }

    fn idempotency(&self) -> Idempotency {
        self.idempotency
    }

    fn options(&self) -> Option<&CallOptions> {
        Some(&self.options)
    }
}

impl<T: DeserializeOwned> Endpoint for Raw<T> {
    type Output = T;

    fn decode(&self, answer: &Answer) -> Result<T> {
        answer.json()
    }
}
