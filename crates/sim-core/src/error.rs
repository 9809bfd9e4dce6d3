//! The one error type of the SDK.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;

use crate::code;
use crate::id::RunId;
use crate::rate_limit::RateLimitInfo;
use crate::retry::Fate;
use crate::text::Texts;
use crate::transport_error::{Phase, TimeoutKind, TransportError, TransportErrorKind};
use crate::v1::WorkflowExecutionResult;

/// The result of everything that can fail here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call has no result that can be trusted.
///
/// What happened is [`kind`](Self::kind); the stable word for it, the same in every version, is
/// [`code`](Self::code). Neither the text nor the `Debug` form ever holds the API key, a request body or a
/// query string.
pub struct Error(Box<Inner>);

pub(crate) struct Inner {
    pub(crate) kind: ErrorKind,
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    pub(crate) fate: Fate,
    /// The answer settles what became of the request, even one that may start a run.
    pub(crate) settled: bool,
    pub(crate) attempts: u32,
    pub(crate) run: Option<RunId>,
    pub(crate) status: Option<StatusCode>,
    pub(crate) server_code: Option<String>,
    pub(crate) details: Option<Value>,
    pub(crate) body: Bytes,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) rate_limit: Option<RateLimitInfo>,
    pub(crate) texts: Option<Texts>,
    pub(crate) source: Option<Box<dyn StdError + Send + Sync>>,
}

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
    /// It was sent and no trustworthy answer came: the run may have started.
    Ambiguous {
        /// The id that the run has if there is one; `None` for a request without a run id.
        run: Option<RunId>,
        /// What went wrong.
        cause: Box<ErrorKind>,
    },
    /// The lost connection of its caller cancelled the run.
    Interrupted {
        /// The run.
        run: RunId,
    },
    /// A stream that broke off without its end mark, after events of the run had come.
    Truncated {
        /// The run; it can be read by its id.
        run: Option<RunId>,
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
    /// The answer is not what the API documents; [`Error::body`] has it.
    Decode,
    /// The transport failed in a way that has no kind of its own.
    Transport,
    /// The run ended, but did not complete. From `into_result()` alone; it holds the whole result.
    Run(Box<WorkflowExecutionResult>),
    /// The caller cancelled.
    Cancelled,
}

impl Error {
    fn new(
        kind: ErrorKind,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self(Box::new(Inner {
            kind,
            code: code.into(),
            message: message.into(),
            fate: Fate::Final,
            settled: true,
            attempts: 0,
            run: None,
            status: None,
            server_code: None,
            details: None,
            body: Bytes::new(),
            request_id: None,
            retry_after: None,
            rate_limit: None,
            texts: None,
            source: None,
        }))
    }

    /// An error of kind [`ErrorKind::Request`], for endpoints that cannot build their request.
    pub fn request(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Request, code::INVALID_REQUEST, message)
    }

    pub(crate) fn api(code: Cow<'static, str>, message: String, fate: Fate) -> Self {
        Self::new(ErrorKind::Api, code, message).with(|inner| inner.fate = fate)
    }

    pub(crate) fn redirect(message: String) -> Self {
        Self::new(ErrorKind::Redirect, code::REDIRECT, message)
    }

    pub(crate) fn decode(message: String) -> Self {
        Self::new(ErrorKind::Decode, code::INVALID_RESPONSE, message)
            .with(|inner| inner.settled = false)
    }

    pub(crate) fn run_ended(code: Cow<'static, str>, result: WorkflowExecutionResult) -> Self {
        let message =
            result.error.clone().unwrap_or_else(|| format!("the run is {}", result.status));
        let (run, status) = (result.run_id.clone(), result.http_status);
        Self::new(ErrorKind::Run(Box::new(result)), code, message).with(|inner| {
            inner.run = run;
            inner.status = status;
        })
    }

    #[must_use]
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(&mut self.0);
        self
    }

    /// Turns a loss into what it means for a call that may have started a run.
    #[must_use]
    pub(crate) fn ambiguous(self, run: Option<RunId>) -> Self {
        self.with(|inner| {
            let cause = Box::new(inner.kind.clone());
            inner.kind = ErrorKind::Ambiguous { run: run.clone(), cause };
            inner.run = run;
        })
    }

    /// Hides `secret` wherever a server's text is shown.
    pub(crate) fn redacted(self, secret: &str) -> Self {
        let hide = |text: &mut String| {
            if text.contains(secret) {
                *text = text.replace(secret, "***");
            }
        };
        self.with(|inner| {
            hide(&mut inner.message);
            inner.server_code.iter_mut().chain(&mut inner.request_id).for_each(hide);
            if inner.code.contains(secret) {
                inner.code = Cow::Owned(inner.code.replace(secret, "***"));
            }
        })
    }

    /// Turns a loss in the middle of a stream into a stream that broke off.
    #[must_use]
    pub(crate) fn truncated(self, run: Option<RunId>) -> Self {
        self.with(|inner| {
            let cause = Some(Box::new(inner.kind.clone()));
            inner.kind = ErrorKind::Truncated { run: run.clone(), cause };
            inner.run = run;
        })
    }

    pub(crate) fn interrupted(run: RunId) -> Self {
        let message = "the connection was lost, and the server cancelled the run";
        Self::new(ErrorKind::Interrupted { run: run.clone() }, code::CANCELLED, message)
            .with(|inner| inner.run = Some(run))
    }

    /// The time that a caller has for a run is over, and the run is not.
    pub(crate) fn still_running(run: RunId) -> Self {
        let message = "the run was not over when the time to wait for it was";
        Self::new(ErrorKind::Timeout(TimeoutKind::Total), code::TIMEOUT, message)
            .ambiguous(Some(run))
    }

    /// A server that takes no run ids lost an answer.
    pub(crate) fn unknowable(self) -> Self {
        self.with(|inner| {
            inner.message.push_str("; the server knows no run ids, so the run cannot be looked up");
        })
    }

    /// A stream whose bytes ended without saying how the run did.
    pub(crate) fn unfinished(run: Option<RunId>) -> Self {
        let message = "the stream ended without saying how the run did";
        let kind = ErrorKind::Truncated { run: run.clone(), cause: None };
        Self::new(kind, code::TRUNCATED, message).with(|inner| inner.run = run)
    }

    pub(crate) fn too_large(message: String, run: Option<RunId>) -> Self {
        Self::new(ErrorKind::TooLarge, code::RESPONSE_TOO_LARGE, message)
            .with(|inner| inner.run = run)
    }

    pub(crate) fn fate(&self) -> Fate {
        self.0.fate
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.0.settled
    }

    /// What happened.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The stable word for what happened. [`Ambiguous`](ErrorKind::Ambiguous) has the word of its cause.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// The code in the server's own body, as it was sent.
    pub fn server_code(&self) -> Option<&str> {
        self.0.server_code.as_deref()
    }

    /// What happened, in words: the server's where it gave any, without control characters and cut to a
    /// readable length.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The HTTP status of the answer, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The id under which the run was asked for. There is such a run if the call is
    /// [ambiguous](ErrorKind::Ambiguous) and it arrived; a refusal may leave a failed log entry under the id.
    pub fn run(&self) -> Option<&RunId> {
        self.0.run.as_ref()
    }

    /// The server's id of the request, to quote to support.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The details that the server added, as JSON.
    pub fn details(&self) -> Option<&Value> {
        self.0.details.as_ref()
    }

    /// How long the server asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// What the headers of the answer said about limits.
    pub fn rate_limit(&self) -> Option<&RateLimitInfo> {
        self.0.rate_limit.as_ref()
    }

    /// The text that came before a stream broke off, where it was being collected.
    pub fn texts(&self) -> Option<&Texts> {
        self.0.texts.as_ref()
    }

    /// How many times the request was sent or tried; 0 if it was refused before.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The body of the answer: 64 KiB of a refusal, all of an answer that could not be read.
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// The API key is missing, wrong or expired.
    pub fn is_unauthorized(&self) -> bool {
        self.code() == code::UNAUTHORIZED
    }

    /// A rate or concurrency limit refused the call.
    pub fn is_rate_limited(&self) -> bool {
        self.code() == code::RATE_LIMIT_EXCEEDED
    }

    /// A spending limit refused the call.
    pub fn is_usage_limited(&self) -> bool {
        self.code() == code::USAGE_LIMIT_EXCEEDED
    }

    /// What was asked for does not exist, or this key may not see it.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// A limit passed: one of the client's, or the server's own.
    pub fn is_timeout(&self) -> bool {
        self.code() == code::TIMEOUT
    }

    /// The run may have started; see [`ErrorKind::Ambiguous`].
    pub fn is_ambiguous(&self) -> bool {
        matches!(self.kind(), ErrorKind::Ambiguous { .. })
    }

    /// A stream broke off; see [`ErrorKind::Truncated`].
    pub fn is_truncated(&self) -> bool {
        matches!(self.kind(), ErrorKind::Truncated { .. })
    }

    /// The caller cancelled.
    pub fn is_cancelled(&self) -> bool {
        matches!(self.kind(), ErrorKind::Cancelled)
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        use TransportErrorKind as T;
        let (kind, code) = match error.kind {
            T::Resolve => (ErrorKind::Resolve, code::CONNECTION_ERROR),
            T::Connect => (ErrorKind::Connect, code::CONNECTION_ERROR),
            T::Tls => (ErrorKind::Tls, code::CONNECTION_ERROR),
            T::Timeout(which) => (ErrorKind::Timeout(which), code::TIMEOUT),
            T::Closed => (ErrorKind::Closed, code::CONNECTION_ERROR),
            T::Protocol => (ErrorKind::Protocol, code::INVALID_RESPONSE),
            T::TooLarge => (ErrorKind::TooLarge, code::RESPONSE_TOO_LARGE),
            T::Cancelled => (ErrorKind::Cancelled, code::CANCELLED),
            T::Other => (ErrorKind::Transport, code::CONNECTION_ERROR),
        };
        let fate = match (error.phase, error.kind) {
            (_, T::Cancelled | T::Tls | T::Protocol | T::TooLarge | T::Other) => Fate::Final,
            (Phase::NotSent, _) => Fate::NeverSent,
            (Phase::Sent | Phase::Body, _) => Fate::Lost,
        };
        let mut message = error.kind.to_string();
        // A limit that passed says all there is to say.
        if let (Some(source), false) = (&error.source, matches!(error.kind, T::Timeout(_))) {
            message = code::readable(&format!("{message}: {}", root_cause(&**source)));
        }
        Self::new(kind, code, message).with(|inner| {
            inner.fate = fate;
            inner.settled = error.phase == Phase::NotSent || error.kind == T::Cancelled;
            inner.source = error.source;
        })
    }
}

/// What a chain of errors ends in: transports wrap the reason in less telling words.
fn root_cause<'a>(mut error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    while let Some(source) = error.source() {
        error = source;
    }
    error
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, message, code, .. } = &*self.0;
        if let ErrorKind::Ambiguous { .. } = kind {
            f.write_str("the run may have started, but no trustworthy answer came: ")?;
        }
        write!(f, "{message} ({code}")?;
        if let Some(status) = self.0.status {
            write!(f, ", HTTP {}", status.as_u16())?;
        }
        if let Some(request_id) = &self.0.request_id {
            write!(f, ", request {request_id}")?;
        }
        if let Some(run) = &self.0.run {
            write!(f, ", run {run}")?;
        }
        if self.0.attempts > 1 {
            write!(f, ", {} attempts", self.0.attempts)?;
        }
        f.write_str(")")
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("code", &self.0.code)
            .field("message", &self.0.message)
            .field("status", &self.0.status)
            .field("request_id", &self.0.request_id)
            .field("run", &self.0.run)
            .field("retry_after", &self.0.retry_after)
            .field("attempts", &self.0.attempts)
            .field("body", &format_args!("{} bytes", self.0.body.len()))
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
