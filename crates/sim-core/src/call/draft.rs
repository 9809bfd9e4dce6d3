//! The draft of a request: checked once, and built anew for each attempt.

use std::fmt;
use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};

use crate::client::Api;
use crate::error::{Error, Result};
use crate::operation::{CallOptions, Operation, Session};
use crate::wire::RequestBody;

/// The parts in which a request differs from others of its client.
pub(crate) struct Draft {
    method: Method,
    target: Uri,
    headers: HeaderMap,
    /// The id of the run that the request starts; `None` if it starts none.
    pub(super) run_id: Option<HeaderValue>,
    /// The header with the client's credentials, if the request goes without them.
    left_out: Option<HeaderName>,
    session: Option<Arc<dyn Session>>,
    body: RequestBody,
    /// The secret in the body, if it has one.
    body_secret: Option<Box<str>>,
}

impl Draft {
    pub(crate) fn new(api: &Api, operation: &dyn Operation, options: &CallOptions) -> Result<Self> {
        if let Some(why) = options.invalid {
            return Err(Error::request(why));
        }
        if !operation.is_anonymous() {
            api.check_key()?;
        }
        api.check_headers(&options.headers, operation.allowed_headers())?;
        let mut headers = HeaderMap::new();
        operation.headers(&mut headers)?;
        let is_anonymous = operation.is_anonymous();
        let has_token = is_anonymous && headers.values().any(HeaderValue::is_sensitive);
        if has_token || operation.body_secret().is_some() {
            api.check_exposure()?;
        }
        Ok(Self {
            method: operation.route().method,
            target: api.base().join(operation.path()?, &operation.query()?)?,
            headers,
            run_id: None,
            left_out: if is_anonymous { api.credentials_header() } else { None },
            session: operation.session(),
            body: operation.body()?,
            body_secret: operation.body_secret().map(Box::from),
        })
    }

    /// Removes the secret in the body from an error.
    pub(crate) fn redacted(&self, error: Error) -> Error {
        error.without(self.body_secret.as_deref())
    }

    /// Shows the headers of an answer to the session of the request, if it has one.
    pub(crate) fn answered(&self, headers: &mut HeaderMap) {
        if let Some(session) = &self.session {
            session.learn(&self.target, headers);
        }
    }

    /// Returns the request, with the headers of its client and the `extra` ones of its call. A header of the call
    /// replaces the client's of the same name, and the request's own headers replace both; the id of the run goes into
    /// `id_header`.
    pub(crate) fn request(
        &self,
        common: &HeaderMap,
        extra: &HeaderMap,
        id_header: Option<&HeaderName>,
    ) -> http::Request<RequestBody> {
        let mut headers = common.clone();
        if let Some(name) = &self.left_out {
            headers.remove(name);
        }
        replace(&mut headers, extra);
        if !matches!(self.body, RequestBody::Empty) {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        replace(&mut headers, &self.headers);
        if let Some((name, value)) = id_header.zip(self.run_id.as_ref()) {
            headers.insert(name, value.clone());
        }
        if let Some(session) = &self.session {
            session.complete(&self.target, &mut headers);
        }
        let mut request = http::Request::new(self.body.clone());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.target.clone();
        *request.headers_mut() = headers;
        request
    }
}

/// Replaces, for each name that `by` has, all values of that name.
fn replace(headers: &mut HeaderMap, by: &HeaderMap) {
    if !by.is_empty() {
        headers.extend(by.clone());
    }
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft")
            .field("method", &self.method)
            .field("target", &self.target)
            .field("headers", &self.headers)
            .field("run_id", &self.run_id)
            .field("left_out", &self.left_out)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Exchange as _;
    use crate::run::GetRun;

    #[test]
    fn a_header_of_the_call_replaces_that_of_the_client() {
        let team = HeaderName::from_static("x-team");
        let api = Api::builder([1; 32])
            .credentials(crate::client::Credentials::None)
            .base_url("http://localhost");
        let api = api.header(team.clone(), HeaderValue::from_static("of the client"));
        let api = api.build().expect("a core");
        let sent = |run: GetRun| {
            let request = api.call(run).expect("a call").request();
            let values = request.headers().get_all(&team).iter();
            values.map(|value| value.to_str().expect("text").to_owned()).collect::<Vec<_>>()
        };
        let run = GetRun::new("wf-1", "run-1");
        assert_eq!(sent(run.clone()), ["of the client"]);
        assert_eq!(sent(run.header("x-team", "of the call")), ["of the call"]);
    }
}
