//! The constructors of errors, and the changes that an error undergoes on its way to the caller.

use std::error::Error as StdError;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;

use super::{Error, ErrorKind, Inner};
use crate::error::{FailureClass, RunIdState, code};
use crate::model::{RunHandle, RunStatus, WaitBound, WorkflowExecutionResult};
use crate::primitives::{RunId, WorkflowId};
use crate::wire::{Phase, TimeoutKind, TransportError, TransportErrorKind};

impl Error {
    pub(super) fn new(kind: ErrorKind, code: &'static str, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            code,
            message: message.into(),
            cause: None,
            operation: None,
            workflow: None,
            base_url: None,
            failure_class: FailureClass::Final,
            settled: true,
            attempts: 0,
            run_id: None,
            sent_id: None,
            is_doubtful: false,
            status: None,
            head_status: None,
            server_code: None,
            details: None,
            body: Bytes::new(),
            request_id: None,
            retry_after: None,
            rate_limit: None,
            texts: None,
            handle: None,
            last_status: None,
            source: None,
        }))
    }

    /// Creates an error of kind [`ErrorKind::Request`], for endpoints that cannot build their request.
    pub fn request(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Request, code::INVALID_REQUEST, message)
    }

    pub(crate) fn api(code: &'static str, message: String, fate: FailureClass) -> Self {
        Self::new(ErrorKind::Api, code, message).with(|inner| inner.failure_class = fate)
    }

    pub(crate) fn redirect(message: String) -> Self {
        Self::new(ErrorKind::Redirect, code::REDIRECT, message)
    }

    pub(crate) fn decode(message: String) -> Self {
        Self::new(ErrorKind::Decode, code::INVALID_RESPONSE, message)
            .with(|inner| inner.settled = false)
    }

    pub(crate) fn run_ended(code: &'static str, result: WorkflowExecutionResult) -> Self {
        let message = match (&result.error, &result.status) {
            (error, RunStatus::Other(word)) => {
                let why = error.as_ref().map(|error| format!(": {}", error.told()));
                format!("the run has the unknown status {word:?}{}", why.unwrap_or_default())
            }
            (Some(error), _) => error.told().into_owned(),
            (None, status) => format!("the run is {status}"),
        };
        let message = code::readable(&message);
        let (run, status) = (result.run_id.clone(), result.http_status);
        let workflow = result.workflow_id.clone();
        Self::new(ErrorKind::Run(Box::new(result)), code, message).with(|inner| {
            inner.workflow = workflow;
            inner.run_id = run;
            inner.status = status;
        })
    }

    #[must_use]
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(&mut self.0);
        self
    }

    /// Turns a lost answer into the error of a call that may have started a run.
    #[must_use]
    pub(crate) fn ambiguous(self, run: Option<RunId>) -> Self {
        self.with(|inner| {
            let cause = Box::new(inner.kind.clone());
            inner.kind = ErrorKind::Ambiguous { run_id: run.clone(), cause };
            inner.run_id = run;
        })
    }

    /// Turns a lost connection into the error of a stream that was cut.
    #[must_use]
    pub(crate) fn truncated(self, run: Option<RunId>) -> Self {
        self.with(|inner| {
            inner.code = code::TRUNCATED;
            let cause = Some(Box::new(inner.kind.clone()));
            inner.kind = ErrorKind::Truncated { run_id: run.clone(), cause };
            inner.run_id = run;
        })
    }

    /// Turns a lost connection into the error of a stream that was cut before its first event.
    #[must_use]
    pub(crate) fn never_begun(self, run: Option<RunId>) -> Self {
        self.ambiguous(run).with(|inner| inner.code = code::TRUNCATED)
    }

    /// Adds the words of somebody else who wrote into the stream.
    #[must_use]
    pub(crate) fn quoting(self, words: Option<&str>) -> Self {
        let Some(words) = words else { return self };
        self.with(|inner| {
            inner.message = code::readable(&format!("{}; it said: {words}", inner.message));
        })
    }

    /// Creates the error for a request body that is larger than the API accepts.
    pub(crate) fn payload_too_large(message: String) -> Self {
        Self::new(ErrorKind::Request, code::PAYLOAD_TOO_LARGE, message)
    }

    /// Names the run that the call was about, unless the error names one.
    #[must_use]
    pub(crate) fn about(self, run: Option<&RunId>) -> Self {
        self.with(|inner| {
            if inner.run_id.is_none() {
                inner.run_id = run.cloned();
            }
        })
    }

    /// Names the operation that failed and its workflow, unless the error names them.
    #[must_use]
    pub(crate) fn of(self, operation: &'static str, workflow: Option<&WorkflowId>) -> Self {
        self.with(|inner| {
            inner.operation.get_or_insert(operation);
            if inner.workflow.is_none() {
                inner.workflow = workflow.cloned();
            }
        })
    }

    /// Names the run of a conversation that its caller cancelled.
    #[must_use]
    pub(crate) fn cancelled_for(self, run: &RunId) -> Self {
        self.with(|inner| inner.run_id = Some(run.clone()))
    }

    pub(crate) fn interrupted(run: RunId) -> Self {
        let message = "the connection was lost, and the server cancelled the run";
        Self::new(ErrorKind::Interrupted { run_id: run.clone() }, code::CANCELLED, message)
            .with(|inner| inner.run_id = Some(run))
    }

    /// Creates the error for a deadline that passed before the end of the run was known.
    pub(crate) fn out_of_time() -> Self {
        let message = "the deadline passed before the end of the run was known";
        Self::new(ErrorKind::Timeout(TimeoutKind::Total), code::TIMEOUT, message)
    }

    /// Creates the error of a wait that reached a bound after `waited`.
    pub(crate) fn bound_reached(bound: WaitBound, waited: Duration) -> Self {
        let message = format!("{bound} within {waited:?}, which is the bound of the wait");
        Self::new(ErrorKind::WaitBound(bound), code::TIMEOUT, message)
    }

    /// Adds what is needed to go on waiting, and what the wait saw last. The run may still end in any way.
    #[must_use]
    pub(crate) fn given_up(self, handle: &RunHandle, last: Option<&RunStatus>) -> Self {
        self.ambiguous(Some(handle.run_id.clone())).with(|inner| {
            inner.handle = Some(Box::new(handle.clone()));
            inner.last_status = last.cloned();
        })
    }

    /// Creates the error of an answer to a pause that the server accepted and then took back.
    pub(crate) fn taken_back(reason: &str, run: &RunId) -> Self {
        let reason = code::readable(reason);
        let message =
            format!("the server accepted the answer and could not go on with it: {reason}");
        Self::new(ErrorKind::Api, code::CONFLICT, message)
            .with(|inner| inner.run_id = Some(run.clone()))
    }

    /// Creates the error of a run that went on with another answer to its pause than the one that was given. The
    /// error's details hold the other answer.
    pub(crate) fn answer_replaced(refusal: Self, given: Value, run: &RunId) -> Self {
        let is_empty = given.as_object().is_some_and(serde_json::Map::is_empty) || given.is_null();
        let what = if is_empty { "an empty answer" } else { "another answer" };
        let message = format!("the run went on with {what} in place of the one that was sent");
        refusal.with(|inner| {
            inner.code = code::ANSWER_REPLACED;
            inner.message = message;
            inner.run_id = Some(run.clone());
            inner.details = Some(given);
        })
    }

    /// Turns a refusal into that of a pause which was answered before. The details hold the answer that counted, as far as
    /// the server tells it.
    #[must_use]
    pub(crate) fn answered(self, given: Option<Value>, is_ours: bool) -> Self {
        self.with(|inner| {
            inner.code = if is_ours { code::ANSWER_REPEATED } else { code::CONFLICT };
            inner.details = given.or(inner.details.take());
        })
    }

    /// Adds the handle by which the run can be found.
    #[must_use]
    pub(crate) fn with_handle(self, handle: Option<&RunHandle>) -> Self {
        self.with(|inner| inner.handle = handle.cloned().map(Box::new))
    }

    /// Adds to an error that its run completed although the output did not arrive.
    #[must_use]
    pub(crate) fn without_output(self, run: RunId) -> Self {
        self.with(|inner| {
            inner.message =
                format!("the run completed, but its output did not arrive: {}", inner.message);
            inner.run_id = Some(run);
            inner.last_status = Some(RunStatus::Completed);
        })
    }

    /// Creates the error of a stored id whose server ignores such ids now, although it honoured them before.
    pub(crate) fn contradicted() -> Self {
        let message = "the server ignores run ids now, so an earlier start may have made a run under another id";
        Self::new(ErrorKind::Request, code::INVALID_RESPONSE, message).ambiguous(None)
    }

    /// Creates the error of a start whose refusal was not heard: the row that it left under the id has this text. Only
    /// a limit of runs passes with time.
    pub(crate) fn burned(run: RunId, text: &str) -> Self {
        let begins = |begin: &str| text.starts_with(begin);
        let passes = begins("Rate limit") || begins("Concurren");
        let (code, class) = match passes {
            true => (code::RATE_LIMIT_EXCEEDED, FailureClass::Refused(RunIdState::Spent)),
            false if begins("Usage limit") => (code::USAGE_LIMIT_EXCEEDED, FailureClass::Final),
            false => (code::FORBIDDEN, FailureClass::Final),
        };
        Self::new(ErrorKind::Api, code, code::readable(text)).with(|inner| {
            inner.failure_class = class;
            inner.run_id = Some(run);
        })
    }

    /// Returns whether the row of a run told of a refusal that was not heard, and that passes with time.
    pub(crate) fn is_burned(&self) -> bool {
        let by_row = self.0.kind == ErrorKind::Api && self.0.status.is_none();
        by_row && self.0.failure_class == FailureClass::Refused(RunIdState::Spent)
    }

    /// Adds that the server does not know run ids, so that nobody can look the run up.
    pub(crate) fn unknowable(self) -> Self {
        self.with(|inner| {
            inner.message.push_str("; the server knows no run ids, so the run cannot be looked up");
        })
    }

    /// Turns the 404 of an id into the error of a handle that may have been used on a server which ignores ids.
    pub(crate) fn unproven_handle(self) -> Self {
        self.ambiguous(None).with(|inner| {
            inner.message.push_str(
                "; nothing proved that the server honours run ids before the handle was made, so an earlier start may \
                 have made a run under another id",
            );
        })
    }

    /// Creates the error of a stream that ended without reporting how the run ended.
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

    /// Returns whether a repeat after this failure burdens a server that may be in trouble. A refusal by a limit, or
    /// one which proves that nothing started, is the answer of a healthy server.
    pub(crate) fn costs_budget(&self) -> bool {
        let is_limit = self.0.status == Some(StatusCode::TOO_MANY_REQUESTS);
        !is_limit && !matches!(self.0.failure_class, FailureClass::Refused(_))
    }

    /// Returns whether a rate limit refused the call without saying when its bucket is refilled.
    pub(crate) fn hides_refill(&self) -> bool {
        self.0.retry_after.is_none()
            && self.0.failure_class == FailureClass::Refused(RunIdState::Spent)
            && self.0.message.starts_with("Rate limit exceeded")
    }

    /// Adds that the retry budget ended the call.
    #[must_use]
    pub(crate) fn out_of_budget(self) -> Self {
        self.with(|inner| inner.message.push_str("; the retry budget of the client is used up"))
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
            T::Credentials => (ErrorKind::Credentials, code::CREDENTIALS_UNAVAILABLE),
            T::Interceptor => (ErrorKind::Interceptor, code::INTERCEPTED),
            T::Cancelled => (ErrorKind::Cancelled, code::CANCELLED),
            T::Other => (ErrorKind::Transport, code::CONNECTION_ERROR),
        };
        let fate = match (error.phase, error.kind) {
            (
                _,
                T::Cancelled
                | T::Tls
                | T::Protocol
                | T::TooLarge
                | T::Source
                | T::Credentials
                | T::Interceptor
                | T::Other,
            ) => FailureClass::Final,
            (Phase::NotSent, _) => FailureClass::NeverSent,
            (Phase::Sent | Phase::Body, _) => FailureClass::Lost,
        };
        let message = error.kind.to_string();
        // The message of a timeout is complete by itself.
        let source = error.source.as_ref().filter(|_| !matches!(error.kind, T::Timeout(_)));
        let cause = source.map(|source| cause_of(&**source));
        Self::new(kind, code, message).with(|inner| {
            inner.cause = cause;
            inner.failure_class = fate;
            inner.settled =
                error.phase == Phase::NotSent || matches!(error.kind, T::Cancelled | T::Source);
            inner.source = error.source;
        })
    }
}

/// Returns the innermost source of an error in words. Transports wrap it in less specific errors.
pub(super) fn cause_of(mut error: &(dyn StdError + 'static)) -> String {
    while let Some(source) = error.source() {
        error = source;
    }
    code::readable(&error.to_string())
}
