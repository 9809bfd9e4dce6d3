//! One complete answer of the server, and the reading that all endpoints share.

use bytes::Bytes;
use http::header::LOCATION;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::code;
use crate::credentials::Secret;
use crate::error::{Error, Result};
use crate::id::RunId;
use crate::refusal;

/// What the server answered, and the run that the request was for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
    /// The run that the request starts or is about.
    pub run: Option<RunId>,
    /// What the texts in it must not show.
    secret: Option<Secret>,
}

impl Answer {
    /// An answer to a request that starts `run` or is about it.
    pub fn new(response: http::Response<Bytes>, run: Option<RunId>) -> Self {
        let (head, body) = response.into_parts();
        Self { status: head.status, headers: head.headers, body, run, secret: None }
    }

    /// Keeps a secret out of the texts that are read from this answer.
    #[must_use]
    pub(crate) fn without(mut self, secret: Option<&Secret>) -> Self {
        self.secret = secret.cloned();
        self
    }

    /// The same answer with another status and body.
    pub(crate) fn with(&self, status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self { status, body: body.into(), ..self.clone() }
    }

    pub(crate) fn secret(&self) -> Option<&Secret> {
        self.secret.as_ref()
    }

    /// Reads a successful answer as JSON, and any other as the error that it is.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        self.success()?;
        serde_json::from_slice(&self.body).map_err(|error| self.not_as_documented(&error))
    }

    /// Reads the `data` of a successful answer of the second generation, and any other as the error that it is.
    pub fn data<T: DeserializeOwned>(&self) -> Result<T> {
        #[derive(Deserialize)]
        struct Envelope<T> {
            data: T,
        }
        self.json().map(|Envelope { data }| data)
    }

    /// Nothing if the status says success, else the error that the answer is.
    pub fn success(&self) -> Result<()> {
        if self.status.is_success() { Ok(()) } else { Err(self.refused()) }
    }

    pub(crate) fn text(&self, header: &str) -> Option<&str> {
        self.headers.get(header)?.to_str().ok()
    }

    /// The error of an answer without success.
    pub(crate) fn refused(&self) -> Error {
        if self.status.is_redirection() {
            return self.redirected();
        }
        refusal::error(self)
    }

    /// Says whether the API itself wrote this refusal, in either of its envelopes.
    pub(crate) fn is_the_apis_refusal(&self) -> bool {
        serde_json::from_slice(&self.body)
            .is_ok_and(|body| refusal::Envelope::read(&body).is_some())
    }

    /// The error of an answer that an endpoint cannot read, with the code `INVALID_RESPONSE`. It keeps the whole body: a
    /// result may be in there.
    pub fn not_as_documented(&self, why: &dyn std::fmt::Display) -> Error {
        let hint = match self.body.trim_ascii_start().first() {
            Some(b'<') => " (it looks like a web page: does the base URL point at Sim?)",
            Some(_) => "",
            None => " (it is empty)",
        };
        let message = format!("the answer is not what the API documents{hint}: {why}");
        Error::decode(code::readable(&message)).with(|inner| {
            inner.status = Some(self.status);
            inner.body = self.body.clone();
        })
    }

    fn redirected(&self) -> Error {
        let target = self.text(LOCATION.as_str());
        // A query may carry what belongs to nobody's log.
        let target = target.and_then(|target| target.split(['?', '#']).next());
        let message = match target {
            Some(target) => format!(
                "the server points to {}; redirects are never followed: does the base URL name the API?",
                code::readable(target)
            ),
            None => "the server answered with a redirect that names no target".to_owned(),
        };
        Error::redirect(message).with(|inner| {
            inner.status = Some(self.status);
            inner.body = refusal::kept(&self.body);
        })
    }
}
