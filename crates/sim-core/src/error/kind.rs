//! What can happen to a call.

use crate::model::WorkflowExecutionResult;
use crate::primitives::RunId;
use crate::wire::TimeoutKind;

/// What happened to a call.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request could not be built, or was refused before anything was sent.
    Request,
    /// Nothing was sent: the host name has no address.
    Resolve,
    /// Nothing was sent: no connection.
    Connect,
    /// Nothing was sent: no trusted TLS connection.
    Tls,
    /// The API said no.
    Api,
    /// An answer that points elsewhere. It is never followed; the text names its target.
    Redirect,
    /// It was sent and no trustworthy answer came: the run may have started, or what was to be made, moved or
    /// deleted may be.
    Ambiguous {
        /// The id that the run has if there is one; `None` for a request without a run id.
        run_id: Option<RunId>,
        /// What went wrong.
        cause: Box<ErrorKind>,
    },
    /// The lost connection of its caller cancelled the run.
    Interrupted {
        /// The run.
        run_id: RunId,
    },
    /// A stream that broke off without its end mark, after events of the run had come.
    Truncated {
        /// The run; it can be read by its id.
        run_id: Option<RunId>,
        /// What went wrong on the wire; `None` if the bytes just ended.
        cause: Option<Box<ErrorKind>>,
    },
    /// A limit of `Timeouts` passed.
    Timeout(TimeoutKind),
    /// The connection closed before the answer was complete.
    Closed,
    /// The answer is not valid HTTP.
    Protocol,
    /// The answer is larger than the limit for it.
    TooLarge,
    /// A part of the request's body could not be read from its source. The request was not completed, so the server
    /// did not act on it.
    Source,
    /// The answer is not what the API documents; [`Error::body`](crate::Error::body) has it.
    Decode,
    /// The transport failed in a way that has no kind of its own.
    Transport,
    /// The run ended, but did not complete; it holds the whole result. From `into_result()` and from the text of a
    /// stream, never from a call.
    Run(Box<WorkflowExecutionResult>),
    /// The caller cancelled.
    Cancelled,
}
