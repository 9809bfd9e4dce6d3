//! What can be asked of the API: the traits that every request implements, ours and anybody's.

use std::fmt;

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::answer::Answer;
use crate::error::{Error, Result};
use crate::generation::Generation;
use crate::id::RunId;
use crate::retry::{Repeat, RetryPolicy};
use crate::run::WorkflowExecutionResult;
use crate::shown;
use crate::timeouts::Timeouts;
use crate::with::{RawAnswer, With, WithMeta};

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
    fn speak(&mut self, _: Generation) -> bool {
        false
    }

    /// The path with its parameters filled in and encoded.
    fn path(&self) -> Result<String>;

    /// The query string without its `?`; empty for none.
    fn query(&self) -> Result<String> {
        Ok(String::new())
    }

    /// The JSON body.
    fn body(&self) -> Result<Option<Bytes>> {
        Ok(None)
    }

    /// Adds the headers that are particular to the request.
    fn headers(&self, _headers: &mut HeaderMap) -> Result<()> {
        Ok(())
    }

    /// What sending it twice may do. By default `GET` reads, `POST` may start a run, the second `DELETE` may be
    /// refused, and the rest writes.
    fn repeat(&self) -> Repeat {
        Repeat::of(&self.route().method)
    }

    /// How the run that the request starts gets its id, if it starts one.
    fn claim(&self) -> Option<RunClaim> {
        None
    }

    /// The run that the request is about, if it starts none: errors name it.
    fn concerns(&self) -> Option<&RunId> {
        None
    }

    /// The limits that this request sets, for what the client leaves open.
    fn timeouts(&self) -> Timeouts {
        match self.repeat() {
            Repeat::MayStartRun => Timeouts::RUN,
            Repeat::Read | Repeat::Write | Repeat::MayDouble => Timeouts::READ,
        }
    }

    /// How this one call differs from what the client does by default.
    fn options(&self) -> CallOptions {
        CallOptions::default()
    }

    /// Sets the longest time that one attempt may take, its body included.
    fn timeout(self, total: std::time::Duration) -> With<Self>
    where
        Self: Sized,
    {
        self.with_timeouts(Timeouts::default().total(total))
    }

    /// Sets limits for this call; those left out stay as they are.
    fn with_timeouts(self, timeouts: Timeouts) -> With<Self>
    where
        Self: Sized,
    {
        With::new(self, |options| options.timeouts = timeouts.or(options.timeouts))
    }

    /// Repeats this call as `policy` says, refusals that prove that nothing started included.
    fn with_retry(self, policy: RetryPolicy) -> With<Self>
    where
        Self: Sized,
    {
        With::new(self, |options| options.retry = Some(policy))
    }

    /// Bounds the whole call, repeats and waits included: no attempt begins after that time, and none lasts beyond it.
    fn with_deadline(self, deadline: std::time::Duration) -> With<Self>
    where
        Self: Sized,
    {
        With::new(self, |options| options.deadline = Some(deadline))
    }

    /// Sends one header more. The SDK's own are refused.
    fn with_header(self, name: HeaderName, value: HeaderValue) -> With<Self>
    where
        Self: Sized,
    {
        With::new(self, |options| {
            options.headers.append(name, value);
        })
    }
}

/// An operation that one document answers. Clients run it with `call`.
pub trait Endpoint: Operation {
    /// What the answer is read into.
    type Output;

    /// Reads an answer of any status.
    fn decode(&self, answer: &Answer) -> Result<Self::Output>;

    /// Says whether the body of that answer is left to the caller, to be read as a stream.
    fn hands_over(&self, _head: &Parts) -> bool {
        false
    }

    /// Gives the metadata of the answer beside its output.
    fn with_meta(self) -> WithMeta<Self>
    where
        Self: Sized,
    {
        WithMeta::new(self)
    }

    /// Gives a successful answer as it came, and any other as an error.
    fn raw(self) -> RawAnswer<Self>
    where
        Self: Sized,
    {
        RawAnswer::new(self)
    }
}

/// An operation that a stream of events answers. Clients run it with `stream`.
pub trait StreamEndpoint: Operation {
    /// Reads an answer that is no stream: the result that came instead of one, or why there is none.
    fn settle(&self, answer: &Answer) -> Result<WorkflowExecutionResult>;
}

/// The id of the run that a request starts.
#[derive(Debug, Clone)]
pub struct RunClaim {
    /// The header by which this operation takes the id.
    pub header: HeaderName,
    /// The caller's own id; `None` lets the SDK mint one.
    pub id: Option<RunId>,
}

impl RunClaim {
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

/// How one call differs from the client's defaults.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// Limits of an attempt.
    pub timeouts: Timeouts,
    /// A policy of its own, which also repeats refusals that prove that nothing started.
    pub retry: Option<RetryPolicy>,
    /// The longest time that the whole call may take, repeats and waits included.
    pub deadline: Option<std::time::Duration>,
    /// Headers beside those of the client.
    pub headers: HeaderMap,
}

impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("timeouts", &self.timeouts)
            .field("retry", &self.retry)
            .field("deadline", &self.deadline)
            .field("headers", &shown::Names(&self.headers))
            .finish()
    }
}
