//! The trait of a request of the API. Implement it for an endpoint of your own.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::error::{Error, Result};
use crate::operation::{CallOptions, Idempotency, Session};
use crate::primitives::{Generation, RunId, WorkflowId};
use crate::wire::{RequestBody, Timeouts};

/// The method and path of an operation, as the API reference writes them: `/api/jobs/{job}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Route {
    /// The HTTP method of the operation.
    pub method: Method,
    /// The path, with its parameters in braces; `*` for a [`Raw`](crate::Raw) request that is no execute.
    pub path: &'static str,
}

/// A request of the API: its content, and the rules for sending it.
///
/// The first methods describe the request. The provided methods that follow describe how a client calls it.
pub trait Operation {
    /// Returns the method and path, as the API reference writes them.
    fn route(&self) -> Route;

    /// Returns the name of the operation, for observers: by default that of its type.
    fn name(&self) -> &'static str {
        let path = std::any::type_name::<Self>();
        let path = path.split('<').next().unwrap_or(path);
        path.rsplit("::").next().unwrap_or(path)
    }

    /// Switches an operation that both generations have to one of them. The client calls it before any other method.
    /// Returns false if the operation has only one form.
    fn set_generation(&mut self, _: Generation) -> bool {
        false
    }

    /// Returns the path with its parameters filled in and encoded.
    ///
    /// # Errors
    /// If a parameter cannot be part of a path.
    fn path(&self) -> Result<String>;

    /// Returns the query string without its `?`; empty if there is none.
    ///
    /// # Errors
    /// If a parameter cannot be part of a query string.
    fn query(&self) -> Result<String> {
        Ok(String::new())
    }

    /// Returns the body. It is JSON unless [`headers`](Self::headers) sets another content type.
    ///
    /// # Errors
    /// If a part of the body cannot be sent.
    fn body(&self) -> Result<RequestBody> {
        Ok(RequestBody::Empty)
    }

    /// Adds the headers that only this request sends.
    ///
    /// # Errors
    /// If a header cannot be sent.
    fn headers(&self, _headers: &mut HeaderMap) -> Result<()> {
        Ok(())
    }

    /// Returns the effect of sending the request twice. By default, a `GET` is safe, a `POST` may start a run, a
    /// `DELETE` is not idempotent, and any other method is idempotent.
    fn idempotency(&self) -> Idempotency {
        Idempotency::of(&self.route().method)
    }

    /// Returns the status with which the server itself tells that a service behind it failed: a model, or somebody's
    /// MCP server. Such a refusal is not repeated, and says nothing against Sim's own server. By default there is none.
    fn relays(&self) -> Option<u16> {
        None
    }

    /// Returns how the run that the request starts gets its id, or `None` if it starts no run.
    fn run_id_header(&self) -> Option<RunIdHeader> {
        None
    }

    /// Returns the names of the headers of the SDK's own that the caller of this request may set. By default there are
    /// none.
    fn allowed_headers(&self) -> &'static [&'static str] {
        &[]
    }

    /// Returns the run that the request is about if it starts none; errors name it. `None` if it is about no run.
    fn concerns(&self) -> Option<&RunId> {
        None
    }

    /// Returns whether the request goes without the credentials of the client. By default it carries them.
    fn is_anonymous(&self) -> bool {
        false
    }

    /// Returns the session that the request belongs to, or `None` if it belongs to none.
    fn session(&self) -> Option<Arc<dyn Session>> {
        None
    }

    /// Returns the secret in the body of the request, such as a password. The client refuses to send it where somebody
    /// on the way could read it, and removes it from errors. `None` if the body holds none.
    fn body_secret(&self) -> Option<&str> {
        None
    }

    /// Returns the workflow that the request is about, or `None` if it is about none.
    fn workflow(&self) -> Option<&WorkflowId> {
        None
    }

    /// Returns this request's own limits, for those that the client leaves open.
    fn timeouts(&self) -> Timeouts {
        match self.idempotency() {
            Idempotency::StartsRun => Timeouts::RUN,
            Idempotency::Safe
            | Idempotency::Idempotent
            | Idempotency::NonIdempotent
            | Idempotency::StartsRunOnce => Timeouts::READ,
        }
    }

    /// Returns the options of this call, or `None` if it has none.
    fn options(&self) -> Option<&CallOptions> {
        None
    }
}

/// The header with the id of the run that a request starts.
#[derive(Debug, Clone)]
pub struct RunIdHeader {
    /// The name of the header in which this operation takes the id.
    pub name: HeaderName,
    /// The id that the caller chose; `None` lets the SDK choose one.
    pub id: Option<RunId>,
    /// Whether the server may take the id for that of the run. Otherwise it is a key that tells one start from another,
    /// and names no run.
    pub names_run: bool,
}

impl RunIdHeader {
    /// Returns the value of the header for `id`.
    ///
    /// # Errors
    /// If the server would not accept the id.
    pub(crate) fn value(id: &RunId) -> Result<HeaderValue> {
        let refused = || {
            Error::request(
                "a run id must be 1 to 128 characters of A-Z a-z 0-9 . _ : - and must not be . or ..",
            )
        };
        id.is_claimable()
            .then(|| HeaderValue::from_str(id.as_str()).ok())
            .flatten()
            .ok_or_else(refused)
    }
}
