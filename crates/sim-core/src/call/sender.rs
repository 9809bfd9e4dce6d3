//! The sender of one request: it repeats the request until there is an answer or no reason to try again.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use super::draft::Draft;
use super::retry::may_repeat;
use crate::client::{Api, Attempt};
use crate::error::{Error, ErrorKind, FailureClass, Result, RunIdState};
use crate::operation::{CallOptions, Idempotency, Operation, RetryPolicy, Route, RunIdHeader};
use crate::primitives::{RateLimitInfo, RunId, rate_limit};
use crate::response::Answer;
use crate::wire::{CancelToken, Outcome, RequestBody, Timeouts, within_bounds};

/// A request that is being sent, with the state that its attempts share.
#[derive(Debug)]
pub(super) struct Sender {
    api: Api,
    draft: Draft,
    /// The options of the call, completed by those of its client's handle.
    options: CallOptions,
    /// The limits of the next attempt.
    limits: Timeouts,
    route: Route,
    idempotency: Idempotency,
    run_id_header: Option<RunIdHeader>,
    run_id: Option<RunId>,
    repeats: u32,
    /// The number of repeats that the retry budget paid for.
    paid: u32,
    /// The sum of all delays so far.
    delayed: Duration,
    /// Whether the retry budget ended the call.
    out_of_budget: bool,
    attempts: u32,
    /// The status of the latest attempt's answer; `None` if it had no answer.
    status: Option<StatusCode>,
    /// The run id of the attempt, if somebody observes it; otherwise `None`.
    sent_as: Option<RunId>,
}

/// The decision after a failed attempt.
pub(super) enum Verdict {
    /// Send the request again after this delay.
    Again(Duration),
    /// The attempt was the last; the call ends with this error.
    Last(Error),
}

impl Sender {
    /// Checks the request of an operation. `options` are those of its call, completed by those of its client's
    /// handle.
    pub(super) fn new(api: &Api, operation: &dyn Operation, options: CallOptions) -> Result<Self> {
        let mut limits = api.timeouts(options.timeouts, operation.timeouts());
        limits.total = options.deadline.into_iter().chain(limits.total).min();
        let run_id_header = operation.run_id_header();
        let run_id = match &run_id_header {
            Some(header) => Some(header.id.clone().unwrap_or_else(|| api.new_run_id())),
            None => operation.concerns().cloned(),
        };
        let mut sender = Self {
            api: api.clone(),
            draft: Draft::new(api, operation, &options)?,
            options,
            limits,
            route: operation.route(),
            idempotency: operation.idempotency(),
            run_id_header,
            run_id,
            repeats: 0,
            paid: 0,
            delayed: Duration::ZERO,
            out_of_budget: false,
            attempts: 0,
            status: None,
            sent_as: None,
        };
        sender.name_run()?;
        Ok(sender)
    }

    /// Switches to another form of the same operation, under the same run id.
    pub(super) fn replace(&mut self, operation: &dyn Operation) -> Result<()> {
        self.draft = Draft::new(&self.api, operation, &self.options)?;
        self.route = operation.route();
        self.run_id_header = operation.run_id_header();
        self.name_run()
    }

    fn name_run(&mut self) -> Result<()> {
        match self.run_id_header.as_ref().zip(self.run_id.as_ref()) {
            Some((header, run_id)) => self.draft.set_run_id(header, run_id),
            None => Ok(()),
        }
    }

    /// Makes the request part of a conversation that has a deadline, and that starts this request after `begins`.
    pub(super) fn within(&mut self, deadline: Option<Duration>, begins: Duration) {
        let left = deadline.map(|deadline| deadline.saturating_sub(begins));
        let total = &mut self.limits.total;
        *total = left.into_iter().chain(*total).min();
        self.options.deadline = deadline;
    }

    /// Limits the next attempt to the time that the deadline leaves. Returns `None` if no time is left.
    pub(super) fn cap_to_deadline(&mut self, begins: Duration) -> Option<()> {
        if let Some(deadline) = self.options.deadline {
            let left = deadline.checked_sub(begins).filter(|left| !left.is_zero())?;
            let total = self.limits.total.unwrap_or(left);
            self.limits.total = Some(total.min(left));
        }
        Some(())
    }

    pub(super) fn set_retry(&mut self, policy: RetryPolicy) {
        self.options.retry = Some(policy);
    }

    pub(super) fn options(&self) -> &CallOptions {
        &self.options
    }

    pub(super) fn run_id(&self) -> Option<&RunId> {
        self.run_id.as_ref()
    }

    pub(super) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Continues the count of attempts from the previous request.
    pub(super) fn counting_from(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    pub(super) fn request(&self) -> http::Request<RequestBody> {
        self.draft.request(self.api.headers(), &self.options.headers)
    }

    pub(super) fn timeouts(&self) -> Timeouts {
        self.limits.enforced()
    }

    pub(super) fn cancel_token(&self) -> Option<&CancelToken> {
        self.options.cancel.as_ref()
    }

    /// Takes the outcome of an attempt and returns its answer or its error.
    pub(super) fn receive(&mut self, outcome: Outcome) -> Result<Answer> {
        self.attempts += 1;
        self.sent_as = if self.api.is_observed() { self.run_id.clone() } else { None };
        match within_bounds(outcome) {
            Ok(response) => {
                self.status = Some(response.status());
                let answer = Answer::new(response, self.run_id.clone())
                    .without(self.api.secret())
                    .of_server(self.api.server());
                self.api.record_headers(&self.route, answer.status, &answer.headers);
                Ok(answer)
            }
            Err(mut error) => {
                self.status = error.head.as_ref().map(|head| head.status);
                let Some(head) = error.head.take() else { return Err(error.into()) };
                let answer = Answer::new(http::Response::from_parts(*head, Bytes::new()), None);
                let error = Error::from(error).with(|inner| inner.status = Some(answer.status));
                Err(describe(error, &answer))
            }
        }
    }

    /// Records that the attempt succeeded. `delay` is the time before a further request of the call.
    pub(super) fn succeeded(&mut self, delay: Option<Duration>, elapsed: Duration) {
        self.api.refund(self.paid);
        (self.repeats, self.paid) = (0, 0);
        self.observe(None, delay, elapsed);
    }

    /// Decides what to do after a failed attempt.
    pub(super) fn failed(&mut self, error: Error, elapsed: Duration) -> Verdict {
        match self.again(&error, elapsed) {
            Some(delay) => self.goes_on(error, delay, elapsed),
            None => self.ends(error, elapsed),
        }
    }

    /// Reports a failed attempt that is not the last.
    pub(super) fn goes_on(&mut self, error: Error, delay: Duration, elapsed: Duration) -> Verdict {
        let error = self.api.redact(error);
        self.observe(Some(&error), Some(delay), elapsed);
        Verdict::Again(delay)
    }

    /// Reports a failed attempt that was the last.
    pub(super) fn ends(&mut self, error: Error, elapsed: Duration) -> Verdict {
        let error = self.last(error);
        self.observe(Some(&error), None, elapsed);
        Verdict::Last(error)
    }

    fn observe(&self, error: Option<&Error>, delay: Option<Duration>, elapsed: Duration) {
        self.api.observe(&Attempt {
            route: self.route.clone(),
            number: self.attempts,
            run_id: self.sent_as.as_ref(),
            status: self.status,
            error,
            delay,
            elapsed,
            context: self.options.context.as_ref(),
        });
    }

    /// Prepares the next attempt and returns its delay, or returns `None` if the failed attempt is the last.
    fn again(&mut self, error: &Error, elapsed: Duration) -> Option<Duration> {
        let policy = self.options.retry.unwrap_or_else(|| self.api.retry());
        if !may_repeat(self.idempotency, self.options.retry.is_some(), error.failure_class()) {
            return None;
        }
        let delay = self.api.delay_after(&policy, self.repeats + 1, error)?;
        if !policy.allows(self.delayed, delay) {
            return None;
        }
        let spent = error.failure_class() == FailureClass::Refused(RunIdState::Spent);
        // The SDK must not replace a run id that the caller chose.
        if spent && self.run_id_header.as_ref().is_some_and(|header| header.id.is_some()) {
            return None;
        }
        self.cap_to_deadline(elapsed.saturating_add(delay))?;
        if error.costs_budget() {
            self.out_of_budget = !self.api.spend();
            if self.out_of_budget {
                return None;
            }
            self.paid += 1;
        }
        self.repeats += 1;
        self.delayed = self.delayed.saturating_add(delay);
        if spent {
            self.renew_run_id()?;
        }
        Some(delay)
    }

    /// Replaces a spent run id that the SDK chose.
    fn renew_run_id(&mut self) -> Option<()> {
        if self.run_id_header.is_some() {
            self.run_id = Some(self.api.new_run_id());
            self.name_run().ok()?;
        }
        Some(())
    }

    /// Returns the error of the call after its last attempt.
    pub(super) fn last(&self, error: Error) -> Error {
        let once = matches!(self.idempotency, Idempotency::StartsRun | Idempotency::NonIdempotent);
        let unsettled = once && !error.is_settled();
        let error = if unsettled { error.ambiguous(self.run_id.clone()) } else { error };
        let error = if self.out_of_budget { error.out_of_budget() } else { error };
        let named =
            matches!(error.kind(), ErrorKind::Cancelled | ErrorKind::Redirect | ErrorKind::Api);
        self.api.redact(error.with(|inner| {
            inner.attempts = self.attempts;
            if named && inner.run_id.is_none() {
                inner.run_id.clone_from(&self.run_id);
            }
        }))
    }
}

/// Adds the data from the head of an answer to its error.
pub(super) fn describe(error: Error, answer: &Answer) -> Error {
    error.with(|inner| {
        let id = answer.text("x-request-id").map(crate::error::code::readable);
        inner.request_id = id.filter(|id| !id.is_empty());
        inner.rate_limit = RateLimitInfo::from_headers(&answer.headers);
        inner.retry_after = rate_limit::retry_after(&answer.headers);
    })
}
