//! The settings that a client was built with, and the headers that follow from them.

use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, ACCEPT_ENCODING, USER_AGENT};
use http::{HeaderMap, HeaderValue};

use crate::client::own_headers::check_headers;
use crate::client::{BaseUrl, Credentials, Hooks, Observers};
use crate::error::{Error, Result};
use crate::operation::RetryPolicy;
use crate::primitives::Generation;
use crate::response::ServerFacts;
use crate::wire::Timeouts;

/// The settings that a client was built with.
#[derive(Clone)]
pub(crate) struct Config {
    pub(crate) base_url: BaseUrl,
    pub(crate) credentials: Credentials,
    /// Why there are no credentials, or `None` if there are some, or if the program chose to have none.
    pub(crate) missing_key: Option<&'static str>,
    pub(crate) allow_insecure: bool,
    pub(crate) user_agent: HeaderValue,
    pub(crate) extra_headers: HeaderMap,
    /// The headers of every request, as `prepare` made them.
    pub(crate) headers: HeaderMap,
    pub(crate) timeouts: Timeouts,
    pub(crate) retry: RetryPolicy,
    pub(crate) retry_budget: u32,
    pub(crate) deadline: Option<Duration>,
    pub(crate) body_limit: usize,
    pub(crate) generation: Generation,
    pub(crate) server: Arc<ServerFacts>,
    pub(crate) observers: Option<Observers>,
    /// The hooks of each attempt, or `None` if there are none.
    pub(crate) hooks: Option<Arc<Hooks>>,
}

/// The number of headers that the SDK and an operation add to those of the client.
const ROOM: usize = 10;

impl Config {
    /// Returns whether requests carry a key or a token, be it one that a provider gives.
    pub(super) fn has_key(&self) -> bool {
        let provided = self.hooks.as_ref().is_some_and(|hooks| hooks.provider.is_some());
        provided || self.credentials.secret().is_some()
    }

    /// Checks settings that depend on each other, and builds the headers of every request.
    pub(super) fn prepare(&mut self) -> Result<()> {
        if self.base_url.exposes_key() && self.has_key() && !self.allow_insecure {
            return Err(Error::request(
                "the API key would be readable on its way to an http:// address; use https://, or allow it on the \
                 builder with `allow_insecure_http()`",
            ));
        }
        check_headers(&self.extra_headers, &self.credentials, &[])?;
        // A clone keeps the capacity of the index, so headers that a request adds cause no rehashing.
        self.headers = HeaderMap::with_capacity(self.extra_headers.len() + ROOM);
        self.headers.extend(self.extra_headers.clone());
        self.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        self.headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        self.headers.insert(USER_AGENT, self.user_agent.clone());
        self.credentials.apply(&mut self.headers);
        Ok(())
    }
}
