//! Endpoints around endpoints: options, metadata, the raw answer.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::answer::Answer;
use crate::error::Result;
use crate::id::RunId;
use crate::operation::{CallOptions, Endpoint, Operation, Route, RunClaim, StreamEndpoint};
use crate::page::{Cursor, Paginated};
use crate::rate_limit::RateLimitInfo;
use crate::retry::Repeat;
use crate::run::WorkflowExecutionResult;
use crate::timeouts::Timeouts;

/// Passes everything that an operation says on to the one inside, but what is named here.
macro_rules! forward {
    ($wrapper:ident $(, $own:item)*) => {
        impl<O: Operation> Operation for $wrapper<O> {
            fn route(&self) -> Route {
                self.inner.route()
            }
            fn speak(&mut self, generation: $crate::Generation) -> bool {
                self.inner.speak(generation)
            }
            fn path(&self) -> Result<String> {
                self.inner.path()
            }
            fn query(&self) -> Result<String> {
                self.inner.query()
            }
            fn body(&self) -> Result<Option<Bytes>> {
                self.inner.body()
            }
            fn headers(&self, headers: &mut HeaderMap) -> Result<()> {
                self.inner.headers(headers)
            }
            fn repeat(&self) -> Repeat {
                self.inner.repeat()
            }
            fn claim(&self) -> Option<RunClaim> {
                self.inner.claim()
            }
            fn concerns(&self) -> Option<&RunId> {
                self.inner.concerns()
            }
            fn timeouts(&self) -> Timeouts {
                self.inner.timeouts()
            }
            $($own)*
        }
    };
}

pub(crate) use forward;

/// An operation with options for one call.
#[derive(Debug, Clone)]
#[must_use]
pub struct With<O> {
    inner: O,
    options: CallOptions,
}

impl<O: Operation> With<O> {
    pub(crate) fn new(inner: O, change: impl FnOnce(&mut CallOptions)) -> Self {
        let mut options = inner.options();
        change(&mut options);
        Self { inner, options }
    }
}

forward!(
    With,
    fn options(&self) -> CallOptions {
        self.options.clone()
    }
);

impl<E: Endpoint> Endpoint for With<E> {
    type Output = E::Output;

    fn decode(&self, answer: &Answer) -> Result<E::Output> {
        self.inner.decode(answer)
    }
}

impl<E: Paginated> Paginated for With<E> {
    type Item = E::Item;

    fn after(self, cursor: Cursor) -> Self {
        Self { inner: self.inner.after(cursor), options: self.options }
    }
}

impl<E: StreamEndpoint> StreamEndpoint for With<E> {
    fn settle(&self, answer: &Answer) -> Result<WorkflowExecutionResult> {
        self.inner.settle(answer)
    }
}

/// An endpoint whose output comes with the metadata of its answer.
#[derive(Debug, Clone)]
#[must_use]
pub struct WithMeta<E> {
    inner: E,
}

/// An output and the metadata of the answer that it was read from.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Meta<T> {
    /// What the answer was read into.
    pub output: T,
    /// The HTTP status.
    pub status: StatusCode,
    /// The server's id of the request, to quote to support.
    pub request_id: Option<String>,
    /// The run that the request started or was about: as the answer's header names it, else as it was sent.
    pub run_id: Option<RunId>,
    /// What the headers said about limits.
    pub rate_limit: Option<RateLimitInfo>,
    /// The headers.
    pub headers: HeaderMap,
}

impl<E> WithMeta<E> {
    pub(crate) fn new(inner: E) -> Self {
        Self { inner }
    }
}

forward!(
    WithMeta,
    fn options(&self) -> CallOptions {
        self.inner.options()
    }
);

impl<E: Endpoint> Endpoint for WithMeta<E> {
    type Output = Meta<E::Output>;

    fn decode(&self, answer: &Answer) -> Result<Self::Output> {
        let output = self.inner.decode(answer)?;
        let named = answer.text("x-run-id").or_else(|| answer.text("x-execution-id"));
        Ok(Meta {
            output,
            status: answer.status,
            request_id: answer.text("x-request-id").map(str::to_owned),
            run_id: named.map(RunId::from).or_else(|| answer.run.clone()),
            rate_limit: RateLimitInfo::from_headers(&answer.headers),
            headers: answer.headers.clone(),
        })
    }
}

/// An endpoint whose successful answer is given as it came.
#[derive(Debug, Clone)]
#[must_use]
pub struct RawAnswer<E> {
    inner: E,
}

impl<E> RawAnswer<E> {
    pub(crate) fn new(inner: E) -> Self {
        Self { inner }
    }
}

forward!(
    RawAnswer,
    fn options(&self) -> CallOptions {
        self.inner.options()
    }
);

impl<E: Endpoint> Endpoint for RawAnswer<E> {
    type Output = Answer;

    fn decode(&self, answer: &Answer) -> Result<Answer> {
        answer.success()?;
        Ok(answer.clone())
    }
}
