//! Reaches operations that have no type here, through the same retry, limits and errors.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::answer::Answer;
use crate::base_url;
use crate::error::{Error, Result};
use crate::operation::{Endpoint, Operation, Route};
use crate::param::Query;
use crate::retry::Repeat;
use crate::shown::Length;

/// A request by path, for operations that have no type here. Observers see it under the path `*`.
///
/// ```
/// use sim_core::Raw;
///
/// let skills = Raw::get("/api/v2/skills").query("workspaceId", "ws 1");
/// ```
#[derive(Clone)]
#[must_use]
pub struct Raw<T = Value> {
    method: Method,
    path: String,
    query: Query,
    body: Option<Result<Bytes, String>>,
    repeat: Repeat,
    output: PhantomData<fn() -> T>,
}

impl Raw {
    /// A request with that method to that path, which is taken as it is: encode what needs it.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        let repeat = Repeat::of(&method);
        Self {
            method,
            path: path.into(),
            query: Query::default(),
            body: None,
            repeat,
            output: PhantomData,
        }
    }

    /// A `GET`.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    /// A `POST`. It is taken to start a run unless [`repeat`](Self::repeat) says otherwise.
    pub fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path)
    }

    /// A `PUT`.
    pub fn put(path: impl Into<String>) -> Self {
        Self::new(Method::PUT, path)
    }

    /// A `PATCH`.
    pub fn patch(path: impl Into<String>) -> Self {
        Self::new(Method::PATCH, path)
    }

    /// A `DELETE`. A lost answer is not asked for again unless [`repeat`](Self::repeat) says otherwise: the second
    /// may be refused because the first was done.
    pub fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path)
    }
}

impl<T> Raw<T> {
    /// Adds a query parameter; both sides are encoded.
    pub fn query(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.query.pair(name, &value.to_string());
        self
    }

    /// Sends `body` as JSON.
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        let json = serde_json::to_vec(body).map(Bytes::from).map_err(|error| error.to_string());
        self.body = Some(json);
        self
    }

    /// Says what sending the request twice may do.
    pub fn repeat(mut self, repeat: Repeat) -> Self {
        self.repeat = repeat;
        self
    }

    /// Reads the answer into `U` instead of a [`Value`].
    pub fn output<U: DeserializeOwned>(self) -> Raw<U> {
        let Self { method, path, query, body, repeat, .. } = self;
        Raw { method, path, query, body, repeat, output: PhantomData }
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
            .field("repeat", &self.repeat)
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
        base_url::plain_path(&self.path)
    }

    fn query(&self) -> Result<String> {
        Ok(self.query.clone().finish())
    }

    fn body(&self) -> Result<Option<Bytes>> {
        let body = self.body.clone().transpose();
        body.map_err(|error| Error::request(format!("the body cannot be serialised: {error}")))
    }

    fn repeat(&self) -> Repeat {
        self.repeat
    }
}

impl<T: DeserializeOwned> Endpoint for Raw<T> {
    type Output = T;

    fn decode(&self, answer: &Answer) -> Result<T> {
        answer.json()
    }
}
