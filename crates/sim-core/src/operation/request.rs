//! A request of the API: the trait that every operation implements, ours and anybody's.

use http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::error::{Error, Result};
use crate::operation::{CallOptions, Idempotency};
use crate::primitives::{Generation, RunId};
use crate::wire::{RequestBody, Timeouts};

/// A method and a path of the API, as its reference writes them: `/api/jobs/{job}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Route {
    /// The HTTP method.
    pub method: Method,
    /// The path with its parameters in braces; `*` for a [`Raw`](crate::Raw) request.
    pub path: &'static str,
}

/// A request of the API: what goes on the wire, and how it may be treated there.
///
/// The provided methods say how one call is made; they come after those that say what is asked for.
pub trait Operation {
    /// The method and the path as the reference writes them.
    fn route(&self) -> Route;

    /// Puts an operation that both generations of the API have into the form of one of them, before anything
    /// else is asked of it; false from one that exists in a single form.
    fn set_generation(&mut self, _: Generation) -> bool {
        false
    }

    /// The path with its parameters filled in and encoded.
    fn path(&self) -> Result<String>;

    /// The query string without its `?`; empty for none.
    fn query(&self) -> Result<String> {
        Ok(String::new())
    }

    /// Returns the body. It is JSON, unless [`headers`](Self::headers) names another content type.
    ///
    /// # Errors
    /// If a part of it cannot be sent.
    fn body(&self) -> Result<RequestBody> {
        Ok(RequestBody::Empty)
    }

    /// Adds the headers that are particular to the request.
    fn headers(&self, _headers: &mut HeaderMap) -> Result<()> {
        Ok(())
    }

    /// What sending it twice may do. By default `GET` reads, `POST` may start a run, the second `DELETE` may be
    /// refused, and the rest writes.
    fn idempotency(&self) -> Idempotency {
        Idempotency::of(&self.route().method)
    }

    /// How the run that the request starts gets its id, if it starts one.
    fn run_id_header(&self) -> Option<RunIdHeader> {
        None
    }

    /// The run that the request is about, if it starts none: errors name it.
    fn concerns(&self) -> Option<&RunId> {
        None
    }

    /// The limits that this request sets, for what the client leaves open.
    fn timeouts(&self) -> Timeouts {
        match self.idempotency() {
            Idempotency::StartsRun => Timeouts::RUN,
            Idempotency::Safe | Idempotency::Idempotent | Idempotency::NonIdempotent => {
                Timeouts::READ
            }
        }
    }

    /// Returns how this one call differs from what the client does by default; `None` if it does not.
    fn options(&self) -> Option<&CallOptions> {
        None
    }
}

/// The id of the run that a request starts.
#[derive(Debug, Clone)]
pub struct RunIdHeader {
    /// The header by which this operation takes the id.
    pub name: HeaderName,
    /// The caller's own id; `None` lets the SDK mint one.
    pub id: Option<RunId>,
}

impl RunIdHeader {
    /// The header's value for `id`.
    pub(crate) fn value(id: &RunId) -> Result<HeaderValue> {
        let refused = || {
            Error::request(
                "a run id is 1 to 128 characters out of A-Z a-z 0-9 . _ : - and nothing else, and neither . nor ..",
            )
        };
        id.is_claimable()
            .then(|| HeaderValue::from_str(id.as_str()).ok())
            .flatten()
            .ok_or_else(refused)
    }
}
