//! The one error type of the SDK: its kinds, its stable codes, and the class of a failure. Every room above reports
//! with it. It must not depend on requests, or on how an answer is read.

mod builder;
pub mod code;
mod construct;
mod display;
mod failure;
mod kind;
mod redact;

pub use builder::ErrorBuilder;
pub(crate) use failure::{FailureClass, RunIdState};
pub use kind::ErrorKind;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;

#[cfg(doc)]
use crate::model::RunError;
use crate::model::{RunHandle, RunStatus, Texts};
use crate::primitives::{RateLimitInfo, RunId, WorkflowId};

/// The result of every function of the SDK that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The reason why a call has no result that you can trust.
///
/// [`kind`](Self::kind) says what happened; [`code`](Self::code) is a stable word for it, the same in every version.
///
/// `{error}` is one line with the message, the code, the operation and the ids to quote to support. `{error:#}` adds the
/// cause, which `{error}` leaves to [`source`](std::error::Error::source). `{error:?}`, which is what a `main` that
/// fails prints, adds the kind as well; `{error:#?}` names each part. None of them ever holds the API key, a request body
/// or a query string.
///
/// ```
/// use sim_core::{Error, ErrorKind, code};
///
/// fn advise(error: &Error) -> &'static str {
///     match error.kind() {
///         ErrorKind::Ambiguous { .. } => "look the run up by its id before you start it again",
///         _ if error.code() == code::RATE_LIMIT_EXCEEDED => "wait and try again",
///         _ => "give up",
///     }
/// }
///
/// assert_eq!(advise(&Error::request("the workflow id is empty")), "give up");
/// ```
pub struct Error(Box<Inner>);

pub(crate) struct Inner {
    pub(crate) kind: ErrorKind,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// The innermost source in words, if the error has a source.
    pub(crate) cause: Option<String>,
    /// The operation or the conversation that failed.
    pub(crate) operation: Option<&'static str>,
    pub(crate) workflow: Option<WorkflowId>,
    /// The base URL, where it may be to blame.
    pub(crate) base_url: Option<String>,
    pub(crate) failure_class: FailureClass,
    /// Whether the answer settles the effect of the request, even if the request may start a run.
    pub(crate) settled: bool,
    pub(crate) attempts: u32,
    pub(crate) run_id: Option<RunId>,
    pub(crate) sent_id: Option<RunId>,
    /// Whether a run may have started although the server seems to refuse it.
    pub(crate) is_doubtful: bool,
    pub(crate) status: Option<StatusCode>,
    /// The status of a head whose answer did not count.
    pub(crate) head_status: Option<StatusCode>,
    pub(crate) server_code: Option<String>,
    pub(crate) details: Option<Value>,
    pub(crate) body: Bytes,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) rate_limit: Option<RateLimitInfo>,
    pub(crate) texts: Option<Texts>,
    pub(crate) handle: Option<Box<RunHandle>>,
    pub(crate) last_status: Option<RunStatus>,
    pub(crate) source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// Returns the kind of the error.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Returns the stable code of the error. An [`Ambiguous`](ErrorKind::Ambiguous) error has the code of its cause.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// Returns the code in the server's own body as the server sent it, or `None` if there is none.
    pub fn server_code(&self) -> Option<&str> {
        self.0.server_code.as_deref()
    }

    /// Returns the message: the server's own where it sent one, without control characters and cut to a readable
    /// length. It does not repeat the [source](std::error::Error::source); `{error:#}` prints both.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns the message with the cause of a failure on the wire.
    pub(crate) fn message_and_cause(&self) -> Cow<'_, str> {
        match &self.0.cause {
            Some(cause) => Cow::Owned(format!("{}: {cause}", self.0.message)),
            None => Cow::Borrowed(&self.0.message),
        }
    }

    /// Returns the name of the operation that failed, which is that of its type, such as `ExecuteWorkflow`; of a
    /// conversation that gave up by itself, such as `Once` or `Wait`. `None` if no call failed, as where a client
    /// cannot be built.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// Returns the workflow that the call was about, or `None` if it was about none.
    pub fn workflow_id(&self) -> Option<&WorkflowId> {
        let of_handle = || self.0.handle.as_ref().map(|handle| &handle.workflow_id);
        self.0.workflow.as_ref().or_else(of_handle)
    }

    /// Returns the base URL of the client if it may be to blame: no connection was made, or somebody else than Sim
    /// seems to have answered. `None` for any other error.
    pub fn base_url(&self) -> Option<&str> {
        self.0.base_url.as_deref()
    }

    /// Returns the block whose failure ended the run, as [`RunError::block`] tells it. `None` if the error does not hold
    /// the [result of a run](ErrorKind::Run), or if no block is named.
    pub fn block(&self) -> Option<&str> {
        match self.kind() {
            ErrorKind::Run(result) => result.error.as_ref()?.block(),
            _ => None,
        }
    }

    /// Returns the HTTP status of the final answer, or `None` if no answer counted: there was none, or its body did not
    /// arrive. [`head_status`](Self::head_status) then has the status of the head.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// Returns the HTTP status of the last head that arrived, even if its answer did not count. `None` if no head came.
    pub fn head_status(&self) -> Option<StatusCode> {
        self.0.head_status.or(self.0.status)
    }

    /// Returns the more specific code that the server put into the [details](Self::details), as the server sent it.
    /// `None` if there is none.
    pub fn detail_code(&self) -> Option<&str> {
        self.details()?.get("code")?.as_str()
    }

    /// Returns the id of the run that the call was about. `None` if it was about no run, or if the run has an id of the
    /// server's that no answer told. If the error is [ambiguous](ErrorKind::Ambiguous), a run with this id exists only
    /// if the request arrived. A refusal may leave a failed log entry under the id.
    pub fn run_id(&self) -> Option<&RunId> {
        self.0.run_id.as_ref()
    }

    /// Returns the id that a start sent for its run, or `None` if the call started no run. A server that ignores such
    /// ids knows no run by it, so only [`run_id`](Self::run_id) finds a run.
    pub fn sent_id(&self) -> Option<&RunId> {
        self.0.sent_id.as_ref()
    }

    /// Returns whether the run may have started, or the change may have been made, in spite of the error. If false, the
    /// call started no run and never will, unless the error holds the result of one.
    pub fn may_have_started(&self) -> bool {
        let started = matches!(self.kind(), ErrorKind::Interrupted { .. });
        let was_seen = self.0.last_status.is_some();
        self.0.is_doubtful || self.is_ambiguous() || self.is_truncated() || started || was_seen
    }

    /// Returns the server's id of the request, to quote to support. `None` if the server sent none.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Returns the details that the server added, or `None` if it added none.
    pub fn details(&self) -> Option<&Value> {
        self.0.details.as_ref()
    }

    /// Returns how long the server asked the client to wait, or `None` if it did not ask, or asked for no time.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after.filter(|wait| !wait.is_zero())
    }

    /// Returns the rate limits from the headers of the answer, or `None` if there are none.
    pub fn rate_limit(&self) -> Option<&RateLimitInfo> {
        self.0.rate_limit.as_ref()
    }

    /// Returns the text that arrived before a stream was cut, or `None` if nothing collected it.
    pub fn texts(&self) -> Option<&Texts> {
        self.0.texts.as_ref()
    }

    /// Returns the handle of the run that a wait gave up or whose stream was cut, to go on waiting with
    /// [`wait`](crate::Api::wait) now or in another process. `None` if the call did not wait for a run.
    pub fn handle(&self) -> Option<&RunHandle> {
        self.0.handle.as_deref()
    }

    /// Returns the status that a wait saw last before it gave up. `None` if no read showed the run.
    pub fn last_status(&self) -> Option<&RunStatus> {
        self.0.last_status.as_ref()
    }

    /// Returns how many times the request was sent or tried; 0 if the SDK rejected it first.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns the body of the answer: up to 64 KiB of a refusal, the whole of an answer that could not be read.
    /// Empty if there is none.
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// Returns whether the API key is missing, wrong or expired.
    pub fn is_unauthorized(&self) -> bool {
        self.code() == code::UNAUTHORIZED
    }

    /// Returns whether a rate or concurrency limit refused the call.
    pub fn is_rate_limited(&self) -> bool {
        self.code() == code::RATE_LIMIT_EXCEEDED
    }

    /// Returns whether a spending limit refused the call.
    pub fn is_usage_limited(&self) -> bool {
        self.code() == code::USAGE_LIMIT_EXCEEDED
    }

    /// Returns whether the API says that the resource does not exist or that this key may not see it.
    pub fn is_not_found(&self) -> bool {
        let api = match self.kind() {
            ErrorKind::Ambiguous { cause, .. } => **cause == ErrorKind::Api,
            kind => *kind == ErrorKind::Api,
        };
        api && self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// Returns the kind of the error, or of its cause if the error is ambiguous.
    pub(crate) fn root_kind(&self) -> &ErrorKind {
        match self.kind() {
            ErrorKind::Ambiguous { cause, .. } => cause,
            kind => kind,
        }
    }

    /// Returns whether an answer has the status 404, whoever wrote it.
    pub(crate) fn is_404(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// Returns whether a limit passed, of the client or of the server.
    pub fn is_timeout(&self) -> bool {
        let cut_by = match self.kind() {
            ErrorKind::Truncated { cause, .. } => cause.as_deref(),
            ErrorKind::Ambiguous { cause, .. } => Some(&**cause),
            _ => None,
        };
        self.code() == code::TIMEOUT || matches!(cut_by, Some(ErrorKind::Timeout(_)))
    }

    /// Returns whether the request may have taken effect; see [`ErrorKind::Ambiguous`].
    pub fn is_ambiguous(&self) -> bool {
        matches!(self.kind(), ErrorKind::Ambiguous { .. })
    }

    /// Returns whether a stream was cut; see [`ErrorKind::Truncated`].
    pub fn is_truncated(&self) -> bool {
        matches!(self.kind(), ErrorKind::Truncated { .. })
    }

    /// Returns whether the caller cancelled the call.
    pub fn is_cancelled(&self) -> bool {
        matches!(self.kind(), ErrorKind::Cancelled)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
