//! How errors come about, and what they turn into on their way to the caller.

use std::borrow::Cow;
use std::error::Error as StdError;

use bytes::Bytes;

use super::{Error, ErrorKind, Inner};
use crate::error::{FailureClass, code};
use crate::model::WorkflowExecutionResult;
use crate::primitives::{RunId, Secret};
use crate::wire::{Phase, TimeoutKind, TransportError, TransportErrorKind};

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
            failure_class: FailureClass::Final,
            settled: true,
            attempts: 0,
            run_id: None,
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

    pub(crate) fn api(code: Cow<'static, str>, message: String, fate: FailureClass) -> Self {
        Self::new(ErrorKind::Api, code, message).with(|inner| inner.failure_class = fate)
    }

    pub(crate) fn redirect(message: String) -> Self {
        Self::new(ErrorKind::Redirect, code::REDIRECT, message)
    }

    pub(crate) fn decode(message: String) -> Self {
        Self::new(ErrorKind::Decode, code::INVALID_RESPONSE, message)
            .with(|inner| inner.settled = false)
    }

    pub(crate) fn run_ended(code: Cow<'static, str>, result: WorkflowExecutionResult) -> Self {
        let message = match &result.error {
            Some(error) => code::readable(&error.message),
            None => code::readable(&format!("the run is {}", result.status)),
        };
        let (run, status) = (result.run_id.clone(), result.http_status);
        Self::new(ErrorKind::Run(Box::new(result)), code, message).with(|inner| {
            inner.run_id = run;
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
            inner.kind = ErrorKind::Ambiguous { run_id: run.clone(), cause };
            inner.run_id = run;
        })
    }

    /// Hides `secret` wherever a server's text is shown.
    pub(crate) fn redacted(self, secret: Option<&Secret>) -> Self {
        let Some(secret) = secret else { return self };
        self.with(|inner| {
            secret.hide(&mut inner.message);
            let texts = inner.server_code.iter_mut().chain(&mut inner.request_id);
            texts.for_each(|text| secret.hide(text));
            secret.hide(inner.code.to_mut());
        })
    }

    /// Turns a loss in the middle of a stream into a stream that broke off.
    #[must_use]
    pub(crate) fn truncated(self, run: Option<RunId>) -> Self {
        self.with(|inner| {
            let cause = Some(Box::new(inner.kind.clone()));
            inner.kind = ErrorKind::Truncated { run_id: run.clone(), cause };
            inner.run_id = run;
        })
    }

    /// Names the run that a conversation was about when its caller cancelled it.
    #[must_use]
    pub(crate) fn cancelled_for(self, run: &RunId) -> Self {
        self.with(|inner| inner.run_id = Some(run.clone()))
    }

    pub(crate) fn interrupted(run: RunId) -> Self {
        let message = "the connection was lost, and the server cancelled the run";
        Self::new(ErrorKind::Interrupted { run_id: run.clone() }, code::CANCELLED, message)
            .with(|inner| inner.run_id = Some(run))
    }

    /// The time that a caller has for a run is over before its end is known.
    pub(crate) fn out_of_time() -> Self {
        let message = "the time to wait for the run was over before its end was known";
        Self::new(ErrorKind::Timeout(TimeoutKind::Total), code::TIMEOUT, message)
    }

    /// Says of what hides an output that its run is completed.
    #[must_use]
    pub(crate) fn without_output(self, run: RunId) -> Self {
        self.with(|inner| {
            inner.message =
                format!("the run completed, but its output did not come: {}", inner.message);
            inner.run_id = Some(run);
        })
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
        let kind = ErrorKind::Truncated { run_id: run.clone(), cause: None };
        Self::new(kind, code::TRUNCATED, message).with(|inner| {
            inner.run_id = run;
            inner.attempts = 1;
        })
    }

    pub(crate) fn too_large(message: String, run: Option<RunId>) -> Self {
        Self::new(ErrorKind::TooLarge, code::RESPONSE_TOO_LARGE, message).with(|inner| {
            inner.run_id = run;
            inner.attempts = 1;
        })
    }

    pub(crate) fn failure_class(&self) -> FailureClass {
        self.0.failure_class
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.0.settled
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
            T::Source => (ErrorKind::Source, code::SOURCE_ERROR),
            T::Cancelled => (ErrorKind::Cancelled, code::CANCELLED),
            T::Other => (ErrorKind::Transport, code::CONNECTION_ERROR),
        };
        let fate = match (error.phase, error.kind) {
            (_, T::Cancelled | T::Tls | T::Protocol | T::TooLarge | T::Source | T::Other) => {
                FailureClass::Final
            }
            (Phase::NotSent, _) => FailureClass::NeverSent,
            (Phase::Sent | Phase::Body, _) => FailureClass::Lost,
        };
        let mut message = error.kind.to_string();
        // A limit that passed says all there is to say.
        if let (Some(source), false) = (&error.source, matches!(error.kind, T::Timeout(_))) {
            message = code::readable(&format!("{message}: {}", root_cause(&**source)));
        }
        Self::new(kind, code, message).with(|inner| {
            inner.failure_class = fate;
            inner.settled =
                error.phase == Phase::NotSent || matches!(error.kind, T::Cancelled | T::Source);
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
