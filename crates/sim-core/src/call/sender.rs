//! Sends one request until there is an answer, or no reason to try again.

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

/// One request on its way, with what its attempts have in common.
#[derive(Debug)]
pub(super) struct Sender {
    api: Api,
    draft: Draft,
    /// What the caller asked for, the scope of its client included.
    options: CallOptions,
    /// The limits of the next attempt.
    limits: Timeouts,
    route: Route,
    idempotency: Idempotency,
    run_id_header: Option<RunIdHeader>,
    run_id: Option<RunId>,
    repeats: u32,
    attempts: u32,
    /// The status of the attempt that was received last.
    status: Option<StatusCode>,
    /// The run id that the attempt was sent with, where somebody observes it.
    sent_as: Option<RunId>,
}

/// What follows a failed attempt.
pub(super) enum Verdict {
    /// Send the request again after this delay.
    Again(Duration),
    /// It was the last.
    Last(Error),
}

impl Sender {
    /// Checks the request of an operation. `options` are those of its call, the scope of its client included.
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
            attempts: 0,
            status: None,
            sent_as: None,
        };
        sender.name_run()?;
        Ok(sender)
    }

    /// Sends the same operation in another form, under the same run id.
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

    /// Makes the request a part of a conversation that has a deadline, and comes to it when `begins` has passed.
    pub(super) fn within(&mut self, deadline: Option<Duration>, begins: Duration) {
        let left = deadline.map(|deadline| deadline.saturating_sub(begins));
        let total = &mut self.limits.total;
        *total = left.into_iter().chain(*total).min();
        self.options.deadline = deadline;
    }

    /// Lets the next attempt take no more than the deadline leaves; `None` if that is nothing.
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

    /// Counts on from the attempts of the request before.
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

    /// Takes what an attempt led to: an answer, or why there is none.
    pub(super) fn receive(&mut self, outcome: Outcome) -> Result<Answer> {
        self.attempts += 1;
        self.sent_as = if self.api.is_observed() { self.run_id.clone() } else { None };
        match within_bounds(outcome) {
            Ok(response) => {
                self.status = Some(response.status());
                let answer = Answer::new(response, self.run_id.clone())
                    .without(self.api.secret())
                    .of_server(self.api.server());
                self.api.record_headers(&self.route, &answer.headers);
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

    /// Notes that the attempt led to something that is worth its repeats. `delay` is how long the call waits before
    /// a further request.
    pub(super) fn succeeded(&mut self, delay: Option<Duration>, elapsed: Duration) {
        self.api.refund(self.repeats);
        self.repeats = 0;
        self.observe(None, delay, elapsed);
    }

    /// Decides what follows a failed attempt.
    pub(super) fn failed(&mut self, error: Error, elapsed: Duration) -> Verdict {
        match self.again(&error, elapsed) {
            Some(delay) => self.goes_on(error, delay, elapsed),
            None => self.ends(error, elapsed),
        }
    }

    /// Reports that a failed attempt is not the last.
    pub(super) fn goes_on(&mut self, error: Error, delay: Duration, elapsed: Duration) -> Verdict {
        let error = self.api.redact(error);
        self.observe(Some(&error), Some(delay), elapsed);
        Verdict::Again(delay)
    }

    /// Reports that a failed attempt was the last.
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

    /// Decides whether a failed attempt is the last, and prepares the next one if not.
    fn again(&mut self, error: &Error, elapsed: Duration) -> Option<Duration> {
        let policy = self.options.retry.unwrap_or_else(|| self.api.retry());
        if !may_repeat(self.idempotency, self.options.retry.is_some(), error.failure_class()) {
            return None;
        }
        let delay = self.api.delay(&policy, self.repeats + 1, error.retry_after())?;
        let spent = error.failure_class() == FailureClass::Refused(RunIdState::Spent);
        // A caller's own run id cannot be replaced.
        if spent && self.run_id_header.as_ref().is_some_and(|header| header.id.is_some()) {
            return None;
        }
        self.cap_to_deadline(elapsed.saturating_add(delay))?;
        if !self.api.spend() {
            return None;
        }
        self.repeats += 1;
        if spent {
            self.renew_run_id()?;
        }
        Some(delay)
    }

    /// Replaces a spent run id that the SDK made.
    fn renew_run_id(&mut self) -> Option<()> {
        if self.run_id_header.is_some() {
            self.run_id = Some(self.api.new_run_id());
            self.name_run().ok()?;
        }
        Some(())
    }

    /// Says what a failure that is the last means for the call.
    pub(super) fn last(&self, error: Error) -> Error {
        let once = matches!(self.idempotency, Idempotency::StartsRun | Idempotency::NonIdempotent);
        let unsettled = once && !error.is_settled();
        let error = if unsettled { error.ambiguous(self.run_id.clone()) } else { error };
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

/// Adds what the head of an answer tells to its error.
pub(super) fn describe(error: Error, answer: &Answer) -> Error {
    error.with(|inner| {
        let id = answer.text("x-request-id").map(crate::error::code::readable);
        inner.request_id = id.filter(|id| !id.is_empty());
        inner.rate_limit = RateLimitInfo::from_headers(&answer.headers);
        inner.retry_after = rate_limit::retry_after(&answer.headers);
    })
}
