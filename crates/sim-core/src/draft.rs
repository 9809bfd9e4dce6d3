//! A request while it is a plan: what the operation says of it, checked once, and made as often as it is sent.

use std::fmt;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};

use crate::base_url::BaseUrl;
use crate::error::Result;
use crate::id::RunId;
use crate::operation::{Operation, RunClaim};
use crate::shown::Length;

/// What a request has that others of its client have not.
pub(crate) struct Draft {
    method: Method,
    target: Uri,
    headers: HeaderMap,
    claim: Option<(HeaderName, HeaderValue)>,
    body: Option<Bytes>,
}

impl Draft {
    pub(crate) fn new<O: Operation>(base: &BaseUrl, operation: &O) -> Result<Self> {
        let mut headers = HeaderMap::new();
        operation.headers(&mut headers)?;
        Ok(Self {
            method: operation.route().method,
            target: base.join(&operation.path()?, &operation.query()?)?,
            headers,
            claim: None,
            body: operation.body()?,
        })
    }

    /// Gives the run that the request starts its id.
    pub(crate) fn claim(&mut self, claim: &RunClaim, run: &RunId) -> Result<()> {
        self.claim = Some((claim.header.clone(), RunClaim::value(run)?));
        Ok(())
    }

    /// The request, with the headers that all of its client have and the `extra` ones of its call. Its own take
    /// the place of those.
    pub(crate) fn request(&self, common: &HeaderMap, extra: &HeaderMap) -> http::Request<Bytes> {
        let mut headers = common.clone();
        for (name, value) in extra {
            headers.append(name, value.clone());
        }
        if self.body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if !self.headers.is_empty() {
            headers.extend(self.headers.clone());
        }
        if let Some((name, value)) = &self.claim {
            headers.insert(name, value.clone());
        }
        let mut request = http::Request::new(self.body.clone().unwrap_or_default());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.target.clone();
        *request.headers_mut() = headers;
        request
    }
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft")
            .field("method", &self.method)
            .field("target", &self.target)
            .field("headers", &self.headers)
            .field("claim", &self.claim)
            .field("body", &Length(self.body.as_ref()))
            .finish()
    }
}
