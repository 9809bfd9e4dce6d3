//! The sender of one request: it repeats the request until there is an answer or no reason to try again.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use super::draft::Draft;
use super::named::Named;
use super::renewal::Renewal;
use super::retry::{Verdict, is_relayed, may_repeat};
use super::whole::whole;
use crate::client::{Api, Ids, Pending, SentSecret, Telling, Tried};
use crate::error::{Error, FailureClass, Result, RunIdState, code};
use crate::exchange::Step;
use crate::model::Claims;
use crate::operation::{CallOptions, Idempotency, Operation, RetryPolicy, Route, RunIdHeader};
use crate::primitives::{RunId, Secret};
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
    relays: Option<u16>,
    run_id_header: Option<RunIdHeader>,
    /// The id that a start sends, or of the run that the request concerns; `None` if it is about no run.
    id: Option<RunId>,
    /// What was known about the server before the first start under this id that may have arrived.
    claims: Claims,
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
    /// What tells the observers of the call, or `None` if there are none.
    watch: Option<Arc<Telling>>,
    /// Where the secret of the latest attempt is kept, if the client has a provider of credentials.
    secret: Option<SentSecret>,
    renewal: Renewal,
    is_anonymous: bool,
    /// What hooks are told of the request; `None` if the client has none.
    named: Option<Box<Named>>,
    /// The run id of the attempt, if somebody observes it; otherwise `None`.
    sent_as: Option<RunId>,
}

impl Sender {
    /// Checks the request of an operation. `options` are those of its call, completed by those of its client's
    /// handle, and `watch` tells the observers of the call what happens to the request.
    pub(super) fn new(
        api: &Api,
        operation: &dyn Operation,
        options: CallOptions,
        watch: Option<&Arc<Telling>>,
    ) -> Result<Box<Self>> {
        Self::of(api, operation, options, watch).map_err(|error| {
            let sent = operation.run_id_header().and_then(|header| header.id);
            error.about(operation.concerns()).with(|inner| inner.sent_id = sent)
        })
    }

    fn of(
        api: &Api,
        operation: &dyn Operation,
        options: CallOptions,
        watch: Option<&Arc<Telling>>,
    ) -> Result<Box<Self>> {
        let mut limits = api.timeouts(options.timeouts, operation.timeouts());
        limits.total = options.deadline.into_iter().chain(limits.total).min();
        let run_id_header = operation.run_id_header();
        let id = match &run_id_header {
            Some(header) => Some(header.id.clone().unwrap_or_else(|| api.new_run_id())),
            None => operation.concerns().cloned(),
        };
        let route = operation.route();
        let mut sender = Box::new(Self {
            api: api.clone(),
            draft: Draft::new(api, operation, &options)?,
            options,
            limits,
            claims: claims_of(api, run_id_header.as_ref(), &route),
            route,
            idempotency: operation.idempotency(),
            relays: operation.relays(),
            run_id_header,
            id,
            repeats: 0,
            paid: 0,
            delayed: Duration::ZERO,
            out_of_budget: false,
            attempts: 0,
            status: None,
            watch: watch.cloned(),
            secret: api.has_provider().then(SentSecret::default),
            renewal: Renewal::Unneeded,
            is_anonymous: operation.is_anonymous(),
            named: api.has_hooks().then(|| Box::new(Named::of(operation))),
            sent_as: None,
        });
        sender.name_run()?;
        Ok(sender)
    }

    /// Switches to another form of the same operation, under the same run id.
    pub(super) fn replace(&mut self, operation: &dyn Operation) -> Result<()> {
        self.draft = Draft::new(&self.api, operation, &self.options)?;
        self.route = operation.route();
        self.run_id_header = operation.run_id_header();
        self.claims = claims_of(&self.api, self.run_id_header.as_ref(), &self.route);
        self.name_run()
    }

    fn name_run(&mut self) -> Result<()> {
        let id = self.id.as_ref().filter(|_| self.run_id_header.is_some());
        self.draft.run_id = id.map(RunIdHeader::value).transpose()?;
        Ok(())
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

    /// Returns the id that a start sends, or `None` if the request starts no run.
    fn sent_id(&self) -> Option<&RunId> {
        self.run_id_header.as_ref().and(self.id.as_ref())
    }

    /// Returns the id of the run that the request is about. The id of a start counts only if the server honours it.
    fn run_id(&self) -> Option<&RunId> {
        let counts = self.run_id_header.is_none() || self.claims == Claims::Proven;
        self.id.as_ref().filter(|_| counts)
    }

    pub(super) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Counts the attempts of a further request of the call.
    pub(super) fn count_to(&mut self, further: &Self) {
        (self.attempts, self.renewal) = (further.attempts, further.renewal);
    }

    pub(super) fn request(&self) -> http::Request<RequestBody> {
        if let Some(watch) = &self.watch {
            watch.begin(self.ids(self.id.as_ref()));
        }
        let id_header = self.run_id_header.as_ref().map(|header| &header.name);
        let mut request = self.draft.request(self.api.headers(), &self.options.headers, id_header);
        let pending = self.named.as_deref().zip(self.api.pending(self.is_anonymous));
        if let Some((named, (hooks, credentials))) = pending {
            request.extensions_mut().insert(Pending {
                hooks,
                credentials,
                is_refused: self.renewal == Renewal::Asked,
                secret: self.secret.clone().unwrap_or_default(),
                operation: named.operation,
                route: self.route.clone(),
                workflow: named.workflow.clone(),
                run_id: self.id.clone(),
                attempt: self.attempts + 1,
                context: self.options.context.clone(),
            });
        }
        request
    }

    /// Returns the secret that messages must not show.
    fn secret(&self) -> Option<Secret> {
        self.secret.as_ref().and_then(SentSecret::get).or_else(|| self.api.secret())
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
        if self.renewal == Renewal::Asked {
            self.renewal = Renewal::Spent;
        }
        self.sent_as = self.watch.as_ref().and_then(|_| self.id.clone());
        match within_bounds(outcome).or_else(whole) {
            Ok(mut response) => {
                self.draft.answered(response.headers_mut());
                self.status = Some(response.status());
                let answer = match self.sent_id() {
                    Some(sent) => Answer::new(response, None).of_start(sent, self.claims),
                    None => Answer::new(response, self.id.clone()),
                };
                let answer = answer.without(self.secret().as_ref()).of_server(self.api.server());
                self.api.record_headers(&self.route, answer.status, &answer.headers);
                Ok(answer)
            }
            Err(mut error) => {
                self.status = error.head.as_ref().map(|head| head.status);
                let Some(head) = error.head.take() else { return Err(error.into()) };
                let answer = Answer::new(http::Response::from_parts(*head, Bytes::new()), None);
                let error =
                    Error::from(error).with(|inner| inner.head_status = Some(answer.status));
                Err(answer.describe(error))
            }
        }
    }

    /// Records that the attempt succeeded.
    pub(super) fn succeeded(&mut self, elapsed: Duration) {
        self.repay();
        self.observe(None, None, elapsed);
    }

    /// Records that the attempt was answered, and that a further request of the call follows after `delay`.
    pub(super) fn left_open(&self, delay: Option<Duration>, elapsed: Duration) {
        self.observe(None, delay, elapsed);
    }

    /// Records that the attempt was answered, and what the call does next.
    pub(super) fn answered<T>(&mut self, step: &Step<T>, elapsed: Duration) {
        self.repay();
        let delay = match step {
            Step::Again(delay) => Some(*delay),
            Step::Done(_) => None,
        };
        self.left_open(delay, elapsed);
    }

    /// Gives the cost of the repeats back, because the call reached its end.
    pub(super) fn repay(&mut self) {
        self.api.refund(self.paid);
        (self.repeats, self.paid) = (0, 0);
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
        let error = self.redacted(error);
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
        let Some(watch) = &self.watch else { return };
        let ids = self.ids(self.sent_as.as_ref());
        let tried = Tried { route: &self.route, status: self.status, error, delay, elapsed };
        watch.tried(self.attempts, &ids, &tried);
    }

    /// Returns what observers are told of a request that was sent about the run `id`.
    fn ids(&self, id: Option<&RunId>) -> Ids {
        Ids {
            run_id: id.filter(|_| self.run_id().is_some()).cloned(),
            sent_id: id.filter(|_| self.run_id_header.is_some()).cloned(),
        }
    }

    /// Prepares the next attempt and returns its delay, or returns `None` if the failed attempt is the last.
    pub(super) fn again(&mut self, error: &Error, elapsed: Duration) -> Option<Duration> {
        if self.renews_credentials(error) {
            self.cap_to_deadline(elapsed)?;
            self.renewal = Renewal::Asked;
            return Some(Duration::ZERO);
        }
        let policy = self.options.retry.unwrap_or_else(|| self.api.retry());
        let (refusals, class) = (self.options.retry.is_some(), error.failure_class());
        if is_relayed(self.relays, error) || !may_repeat(self.idempotency, refusals, class) {
            return None;
        }
        let delay = self.api.delay_after(&policy, self.repeats + 1, error);
        let delay = delay.filter(|delay| policy.allows(self.delayed, *delay))?;
        let spent = class == FailureClass::Refused(RunIdState::Spent);
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
        // Nothing has started so far, so what was proven meanwhile counts for the next start.
        self.claims = claims_of(&self.api, self.run_id_header.as_ref(), &self.route);
        Some(delay)
    }

    /// Returns whether the provider may have better credentials: the server refused those of this attempt, and it is the
    /// first time in this call. A refusal of that kind starts nothing.
    fn renews_credentials(&self, error: &Error) -> bool {
        self.renewal == Renewal::Unneeded
            && !self.is_anonymous
            && self.api.has_provider()
            && error.status() == Some(StatusCode::UNAUTHORIZED)
            && error.is_settled()
    }

    /// Replaces a spent run id that the SDK chose.
    fn renew_run_id(&mut self) -> Option<()> {
        if self.run_id_header.is_some() {
            self.id = Some(self.api.new_run_id());
            self.name_run().ok()?;
        }
        Some(())
    }

    /// Returns the error of the call after its last attempt.
    pub(super) fn last(&self, error: Error) -> Error {
        let once = !matches!(self.idempotency, Idempotency::Safe | Idempotency::Idempotent);
        let unsettled = once && !error.is_settled();
        let error = if unsettled { error.ambiguous(self.run_id().cloned()) } else { error };
        // The id was taken: by this start, if something on the way sent it twice.
        let doubtful = once && error.code() == code::EXECUTION_ID_CONFLICT;
        let error = if doubtful { error.with(|inner| inner.is_doubtful = true) } else { error };
        let error = if self.out_of_budget { error.out_of_budget() } else { error };
        let error = error.with(|inner| {
            inner.attempts = self.attempts;
            inner.sent_id = self.sent_id().cloned();
        });
        self.redacted(self.api.advise(error.about(self.run_id())))
    }

    /// Removes from an error the secrets that the request was sent with.
    fn redacted(&self, error: Error) -> Error {
        self.draft.redacted(error.redacted(self.secret().as_ref()))
    }
}

/// Returns whether the start claims the id that it sends. A key that names no run claims none.
fn claims_of(api: &Api, header: Option<&RunIdHeader>, route: &Route) -> Claims {
    match header {
        Some(header) if !header.names_run => Claims::Refuted,
        _ => api.claims_by(route),
    }
}
