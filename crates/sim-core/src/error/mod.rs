//! The one error type of the SDK: its kinds, its stable codes, and what a failure says about the request. Every
//! room above reports with it. It must not know a request or how an answer is read.

pub mod code;
mod construct;
mod display;
mod failure;
mod kind;

pub(crate) use failure::{FailureClass, RunIdState};
pub use kind::ErrorKind;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;

use crate::model::Texts;
use crate::primitives::{RateLimitInfo, RunId};

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
    pub(crate) failure_class: FailureClass,
    /// The answer settles what became of the request, even one that may start a run.
    pub(crate) settled: bool,
    pub(crate) attempts: u32,
    pub(crate) run_id: Option<RunId>,
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

impl Error {
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
    pub fn run_id(&self) -> Option<&RunId> {
        self.0.run_id.as_ref()
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
        let api = match self.kind() {
            ErrorKind::Ambiguous { cause, .. } => **cause == ErrorKind::Api,
            kind => *kind == ErrorKind::Api,
        };
        api && self.status() == Some(StatusCode::NOT_FOUND)
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

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
