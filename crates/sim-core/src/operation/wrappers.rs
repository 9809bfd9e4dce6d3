//! Requests that wrap another request: they send the same and return a different output.

use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, StatusCode};

use crate::error::Result;
use crate::model::RunStatus;
use crate::operation::{
    CallOptions, Endpoint, FollowUp, Idempotency, Next, Operation, Reading, Route, RunIdHeader,
    Session,
};
use crate::primitives::{Generation, RateLimitInfo, RunId, WorkflowId};
use crate::response::Answer;
use crate::wire::{RequestBody, Timeouts};

/// A request that wraps another one. It is an [`Operation`] that sends the same as the one inside.
pub trait Wrapper {
    /// The type of the wrapped request.
    type Inner: Operation;

    /// Returns the wrapped request.
    fn inner(&self) -> &Self::Inner;

    /// Returns the wrapped request for changes.
    fn inner_mut(&mut self) -> &mut Self::Inner;
}

impl<W: Wrapper> Operation for W {
    fn route(&self) -> Route {
        self.inner().route()
    }

    fn name(&self) -> &'static str {
        self.inner().name()
    }

    fn set_generation(&mut self, generation: Generation) -> bool {
        self.inner_mut().set_generation(generation)
    }

    fn path(&self) -> Result<String> {
        self.inner().path()
    }

    fn query(&self) -> Result<String> {
        self.inner().query()
    }

    fn body(&self) -> Result<RequestBody> {
        self.inner().body()
    }

    fn headers(&self, headers: &mut HeaderMap) -> Result<()> {
        self.inner().headers(headers)
    }

    fn idempotency(&self) -> Idempotency {
        self.inner().idempotency()
    }

    fn relays(&self) -> Option<u16> {
        self.inner().relays()
    }

    fn run_id_header(&self) -> Option<RunIdHeader> {
        self.inner().run_id_header()
    }

    fn allowed_headers(&self) -> &'static [&'static str] {
        self.inner().allowed_headers()
    }

    fn is_anonymous(&self) -> bool {
        self.inner().is_anonymous()
    }

    fn session(&self) -> Option<Arc<dyn Session>> {
        self.inner().session()
    }

    fn body_secret(&self) -> Option<&str> {
        self.inner().body_secret()
    }

    fn concerns(&self) -> Option<&RunId> {
        self.inner().concerns()
    }

    fn workflow(&self) -> Option<&WorkflowId> {
        self.inner().workflow()
    }

    fn timeouts(&self) -> Timeouts {
        self.inner().timeouts()
    }

    fn options(&self) -> Option<&CallOptions> {
        self.inner().options()
    }
}

/// An endpoint that returns the metadata of the answer together with the output.
#[derive(Debug, Clone)]
#[must_use]
pub struct WithMeta<E> {
    inner: E,
}

/// An output and the metadata of its answer. If a second request settled the output, the metadata is that of the
/// first answer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Meta<T> {
    /// The output of the wrapped endpoint.
    pub output: T,
    /// The HTTP status of the answer.
    pub status: StatusCode,
    /// The server's id of the request, to quote to support. `None` if the server sent none.
    pub request_id: Option<String>,
    /// The id of the run that the request started or was about: from a header of the answer, else as it was sent if
    /// the server is known to honour that. `None` if no run is known.
    pub run_id: Option<RunId>,
    /// The id that a start sent for its run; `None` if the request starts no run.
    pub sent_id: Option<RunId>,
    /// The rate limits from the headers. `None` if there are none.
    pub rate_limit: Option<RateLimitInfo>,
    /// All headers of the answer.
    pub headers: HeaderMap,
}

impl Meta<()> {
    pub(crate) fn of(answer: &Answer) -> Self {
        let named = answer.text("x-run-id").or_else(|| answer.text("x-execution-id"));
        Self {
            output: (),
            status: answer.status,
            request_id: answer.text("x-request-id").map(str::to_owned),
            run_id: named.map(RunId::from).or_else(|| answer.run_id.clone()),
            sent_id: answer.sent_id().cloned(),
            rate_limit: RateLimitInfo::from_headers(&answer.headers),
            headers: answer.headers.clone(),
        }
    }

    fn with<T>(self, output: T) -> Meta<T> {
        let Self { output: (), status, request_id, run_id, sent_id, rate_limit, headers } = self;
        Meta { output, status, request_id, run_id, sent_id, rate_limit, headers }
    }
}

impl<E> WithMeta<E> {
    /// Wraps an endpoint to add metadata.
    pub fn new(inner: E) -> Self {
        Self { inner }
    }
}

impl<E: Operation> Wrapper for WithMeta<E> {
    type Inner = E;

    fn inner(&self) -> &E {
        &self.inner
    }

    fn inner_mut(&mut self) -> &mut E {
        &mut self.inner
    }
}

impl<E: Endpoint> Endpoint for WithMeta<E>
where
    E::Output: 'static,
{
    type Output = Meta<E::Output>;

    fn decode(&self, answer: &Answer) -> Result<Self::Output> {
        self.inner.decode(answer).map(|output| Meta::of(answer).with(output))
    }

    fn read(&self, answer: &Answer) -> Reading<Self::Output> {
        match self.inner.read(answer) {
            Reading::Settled(read) => {
                Reading::Settled(read.map(|output| Meta::of(answer).with(output)))
            }
            Reading::Open(inner) => {
                Reading::Open(Box::new(FollowUpWithMeta { inner, meta: Meta::of(answer) }))
            }
        }
    }

    fn run_of<'a>(&self, meta: &'a Self::Output) -> Option<(Option<&'a RunId>, &'a RunStatus)> {
        let (run, status) = self.inner.run_of(&meta.output)?;
        Some((run.or(meta.run_id.as_ref()), status))
    }
}

/// A second request whose output comes with the metadata of the first answer.
struct FollowUpWithMeta<T> {
    inner: Box<dyn FollowUp<T>>,
    meta: Meta<()>,
}

impl<T> fmt::Debug for FollowUpWithMeta<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<T> FollowUp<Meta<T>> for FollowUpWithMeta<T> {
    fn operation(&self) -> &dyn Operation {
        self.inner.operation()
    }

    fn conclude(&mut self, read: Result<Answer>) -> Next<Meta<T>> {
        match self.inner.conclude(read) {
            Next::Done(concluded) => {
                Next::Done(concluded.map(|output| self.meta.clone().with(output)))
            }
            Next::Again(delay) => Next::Again(delay),
            Next::Refused(error) => Next::Refused(error),
        }
    }
}

/// An endpoint that returns a successful answer unread. No second request follows: a result that the answer leaves
/// open stays open.
#[derive(Debug, Clone)]
#[must_use]
pub struct RawAnswer<E> {
    inner: E,
}

impl<E> RawAnswer<E> {
    /// Wraps an endpoint to return its answer unread.
    pub fn new(inner: E) -> Self {
        Self { inner }
    }
}

impl<E: Operation> Wrapper for RawAnswer<E> {
    type Inner = E;

    fn inner(&self) -> &E {
        &self.inner
    }

    fn inner_mut(&mut self) -> &mut E {
        &mut self.inner
    }
}

impl<E: Endpoint> Endpoint for RawAnswer<E> {
    type Output = Answer;

    fn decode(&self, answer: &Answer) -> Result<Answer> {
        answer.success()?;
        Ok(answer.clone())
    }
}
