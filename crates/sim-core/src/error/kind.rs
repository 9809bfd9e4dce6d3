//! The kinds of errors that a call can end with.

use crate::model::{WaitBound, WorkflowExecutionResult};
use crate::primitives::RunId;
use crate::wire::TimeoutKind;

/// The kind of an error, for programs to match on.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request could not be built, or was refused before anything was sent.
    Request,
    /// The attempt was not sent, because the provider of credentials gave none; its own error is the
    /// [source](std::error::Error::source).
    Credentials,
    /// The attempt was not sent, because an interceptor of the program refused it; its own error is the
    /// [source](std::error::Error::source).
    Interceptor,
    /// Nothing was sent, because the host name cannot be resolved.
    Resolve,
    /// Nothing was sent, because no connection was made.
    Connect,
    /// Nothing was sent, because no trusted TLS connection was made.
    Tls,
    /// The API refused the request; [`Error::code`](crate::Error::code) says why.
    Api,
    /// The answer is a redirect. The SDK never follows one; the message names its target.
    Redirect,
    /// The request was sent and no trustworthy answer came. The run may have started, or the change may have been
    /// made.
    Ambiguous {
        /// The id of the run if it started; `None` for a request without a run id.
        run_id: Option<RunId>,
        /// The reason why no trustworthy answer came.
        cause: Box<ErrorKind>,
    },
    /// The server cancelled the run because the caller's connection was lost.
    Interrupted {
        /// The id of the cancelled run.
        run_id: RunId,
    },
    /// A stream was cut before its end mark, after events of the run had arrived.
    Truncated {
        /// The id of the run, by which you can read it; `None` if it is not known.
        run_id: Option<RunId>,
        /// The failure on the wire; `None` if the bytes ended without one.
        cause: Option<Box<ErrorKind>>,
    },
    /// A limit of [`Timeouts`](crate::Timeouts) passed.
    Timeout(TimeoutKind),
    /// A bound of the [`WaitPolicy`](crate::WaitPolicy) was reached. This is the cause of an
    /// [`Ambiguous`](Self::Ambiguous) error, whose [`handle`](crate::Error::handle) is what a program needs to go on
    /// waiting.
    WaitBound(WaitBound),
    /// The connection closed before the answer was complete.
    Closed,
    /// The answer is not valid HTTP.
    Protocol,
    /// The answer is larger than the limit for it.
    TooLarge,
    /// A part of the request's body could not be read from its source. The request stayed incomplete, so the server
    /// did not act on it.
    Source,
    /// The answer is not what the API documents; [`Error::body`](crate::Error::body) holds it.
    Decode,
    /// The transport failed in a way that no other kind describes.
    Transport,
    /// The run ended but did not complete; this holds its whole result. Only `into_result()` and the text of a stream
    /// return it, never a call.
    Run(Box<WorkflowExecutionResult>),
    /// The caller cancelled the call.
    Cancelled,
}
