//! The draft of a request: checked once, and built anew for each attempt.

use std::fmt;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};

use crate::client::Api;
use crate::error::{Error, Result};
use crate::operation::{CallOptions, Operation, RunIdHeader};
use crate::primitives::RunId;
use crate::wire::RequestBody;

/// The parts in which a request differs from others of its client.
pub(crate) struct Draft {
    method: Method,
    target: Uri,
    headers: HeaderMap,
    run_id: Option<(HeaderName, HeaderValue)>,
    body: RequestBody,
}

impl Draft {
    pub(crate) fn new(api: &Api, operation: &dyn Operation, options: &CallOptions) -> Result<Self> {
        if let Some(why) = options.invalid {
            return Err(Error::request(why));
        }
        api.check_headers(&options.headers)?;
        let mut headers = HeaderMap::new();
        operation.headers(&mut headers)?;
        Ok(Self {
            method: operation.route().method,
            target: api.base().join(&operation.path()?, &operation.query()?)?,
            headers,
            run_id: None,
            body: operation.body()?,
        })
    }

    /// Sets the id of the run that the request starts.
    pub(crate) fn set_run_id(&mut self, header: &RunIdHeader, run_id: &RunId) -> Result<()> {
        self.run_id = Some((header.name.clone(), RunIdHeader::value(run_id)?));
        Ok(())
    }

    /// Returns the request, with the headers of its client and the `extra` ones of its call. Its own headers replace
    /// those.
    pub(crate) fn request(
        &self,
        common: &HeaderMap,
        extra: &HeaderMap,
    ) -> http::Request<RequestBody> {
        let mut headers = common.clone();
        for (name, value) in extra {
            if *name == AUTHORIZATION {
                headers.insert(name, value.clone());
            } else {
                headers.append(name, value.clone());
            }
        }
        if !matches!(self.body, RequestBody::Empty) {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if !self.headers.is_empty() {
            headers.extend(self.headers.clone());
        }
        if let Some((name, value)) = &self.run_id {
            headers.insert(name, value.clone());
        }
        let mut request = http::Request::new(self.body.clone());
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
            .field("run_id", &self.run_id)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}
