//! A builder of errors, for the tests of programs.

use std::error::Error as StdError;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;

use super::construct::cause_of;
use super::{Error, ErrorKind};
use crate::error::code;
use crate::model::{RunHandle, RunStatus, Texts};
use crate::primitives::{RunId, WorkflowId};

/// A builder of an [`Error`], for tests of a program that handles errors. It combines any parts, also those that no
/// server sends.
///
/// ```
/// use std::time::Duration;
///
/// use sim_core::{Error, ErrorKind, code};
///
/// let error = Error::builder(ErrorKind::Api)
///     .code(code::RATE_LIMIT_EXCEEDED)
///     .status(429)
///     .retry_after(Duration::from_secs(7))
///     .build();
/// assert!(error.is_rate_limited());
/// ```
#[derive(Debug)]
#[must_use]
pub struct ErrorBuilder(Error);

impl Error {
    /// Returns a builder of an error of this kind, for tests.
    pub fn builder(kind: ErrorKind) -> ErrorBuilder {
        let code = match &kind {
            ErrorKind::Request => code::INVALID_REQUEST,
            ErrorKind::Resolve | ErrorKind::Connect | ErrorKind::Tls | ErrorKind::Closed => {
                code::CONNECTION_ERROR
            }
            ErrorKind::Timeout(_) | ErrorKind::WaitBound(_) => code::TIMEOUT,
            ErrorKind::Cancelled | ErrorKind::Interrupted { .. } => code::CANCELLED,
            ErrorKind::Truncated { .. } => code::TRUNCATED,
            ErrorKind::Redirect => code::REDIRECT,
            ErrorKind::TooLarge => code::RESPONSE_TOO_LARGE,
            ErrorKind::Source => code::SOURCE_ERROR,
            ErrorKind::Decode | ErrorKind::Protocol => code::INVALID_RESPONSE,
            ErrorKind::Credentials => code::CREDENTIALS_UNAVAILABLE,
            ErrorKind::Interceptor => code::INTERCEPTED,
            ErrorKind::Run(result) => match result.status {
                RunStatus::Cancelled => code::CANCELLED,
                RunStatus::Paused => code::PAUSED,
                RunStatus::TimedOut => code::TIMEOUT,
                _ => code::EXECUTION_ERROR,
            },
            ErrorKind::Ambiguous { .. } | ErrorKind::Transport => code::CONNECTION_ERROR,
            ErrorKind::Api => code::API_ERROR,
        };
        let run = match &kind {
            ErrorKind::Ambiguous { run_id, .. } | ErrorKind::Truncated { run_id, .. } => {
                run_id.clone()
            }
            ErrorKind::Interrupted { run_id } => Some(run_id.clone()),
            _ => None,
        };
        ErrorBuilder(Self::new(kind, code, "made for a test").with(|inner| inner.run_id = run))
    }
}

impl ErrorBuilder {
    fn with(self, change: impl FnOnce(&mut super::Inner)) -> Self {
        Self(self.0.with(change))
    }

    /// Sets the code, one of those in [`code`](crate::code). By default it is the usual one of the kind.
    pub fn code(self, code: &'static str) -> Self {
        self.with(|inner| inner.code = code)
    }

    /// Sets the message, which the text of the error begins with.
    pub fn message(self, message: impl Into<String>) -> Self {
        self.with(|inner| inner.message = message.into())
    }

    /// Sets the HTTP status of the answer.
    ///
    /// # Panics
    /// If it is no status: less than 100 or more than 999.
    pub fn status(self, status: u16) -> Self {
        let status = StatusCode::from_u16(status).expect("a status is 100 to 999");
        self.with(|inner| inner.status = Some(status))
    }

    /// Sets the code in the server's own body.
    pub fn server_code(self, code: impl Into<String>) -> Self {
        self.with(|inner| inner.server_code = Some(code.into()))
    }

    /// Sets the details that the server added.
    pub fn details(self, details: Value) -> Self {
        self.with(|inner| inner.details = Some(details))
    }

    /// Sets the body of the answer.
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        self.with(|inner| inner.body = body.into())
    }

    /// Sets the server's id of the request.
    pub fn request_id(self, id: impl Into<String>) -> Self {
        self.with(|inner| inner.request_id = Some(id.into()))
    }

    /// Sets the id of the run that the call was about.
    pub fn run_id(self, run: impl Into<RunId>) -> Self {
        self.with(|inner| inner.run_id = Some(run.into()))
    }

    /// Sets the id that a start sent.
    pub fn sent_id(self, sent: impl Into<RunId>) -> Self {
        self.with(|inner| inner.sent_id = Some(sent.into()))
    }

    /// Sets how long the server asked the client to wait.
    pub fn retry_after(self, delay: Duration) -> Self {
        self.with(|inner| inner.retry_after = Some(delay))
    }

    /// Sets how many times the request was sent or tried.
    pub fn attempts(self, attempts: u32) -> Self {
        self.with(|inner| inner.attempts = attempts)
    }

    /// Sets the handle to go on waiting with.
    pub fn handle(self, handle: RunHandle) -> Self {
        self.with(|inner| inner.handle = Some(Box::new(handle)))
    }

    /// Sets the text that arrived before a stream was cut.
    pub fn texts(self, texts: Texts) -> Self {
        self.with(|inner| inner.texts = Some(texts))
    }

    /// Sets the name of the operation that failed.
    pub fn operation(self, name: &'static str) -> Self {
        self.with(|inner| inner.operation = Some(name))
    }

    /// Sets the workflow that the call was about.
    pub fn workflow_id(self, workflow: impl Into<WorkflowId>) -> Self {
        self.with(|inner| inner.workflow = Some(workflow.into()))
    }

    /// Sets the underlying error.
    pub fn source(self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let source = source.into();
        self.with(|inner| {
            inner.cause = Some(cause_of(&*source));
            inner.source = Some(source);
        })
    }

    /// Returns the error with all parts that were set.
    pub fn build(self) -> Error {
        self.0
    }
}
