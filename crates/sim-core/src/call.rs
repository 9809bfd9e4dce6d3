//! One operation and its repeats.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http::response::Parts;

use crate::answer::Answer;
use crate::api::Api;
use crate::draft::Draft;
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::{BodyPlan, Exchange, Outcome, Step};
use crate::generation::Generation;
use crate::head;
use crate::id::RunId;
use crate::observer::Attempt;
use crate::operation::{CallOptions, Endpoint, RunClaim};
use crate::rate_limit::{self, RateLimitInfo};
use crate::retry::{Claim, Fate, Repeat, may_repeat};
use crate::timeouts::Timeouts;

/// The exchange of one endpoint: it is sent until there is a result, or no reason to try again.
#[derive(Debug)]
pub struct Call<E> {
    api: Api,
    endpoint: E,
    draft: Draft,
    options: CallOptions,
    claim: Option<RunClaim>,
    run: Option<RunId>,
    /// The server may turn out to lack the generation that is spoken.
    may_fall_back: bool,
    repeats: u32,
    attempts: u32,
}

impl<E: Endpoint> Call<E> {
    pub(crate) fn new(api: Api, mut endpoint: E) -> Result<Self> {
        let generation = api.generation();
        let is_dual = endpoint.speak(generation);
        let may_fall_back = is_dual && api.is_adaptive() && generation == Generation::V2;
        let mut options = endpoint.options();
        options.timeouts = api.timeouts(options.timeouts, endpoint.timeouts());
        options.timeouts.total = options.deadline.into_iter().chain(options.timeouts.total).min();
        let claim = endpoint.claim();
        let run = match &claim {
            Some(claim) => Some(claim.id.clone().unwrap_or_else(|| api.mint())),
            None => endpoint.concerns().cloned(),
        };
        let draft = draft(&api, &endpoint, &options, claim.as_ref().zip(run.as_ref()))?;
        Ok(Self {
            api,
            endpoint,
            draft,
            options,
            claim,
            run,
            may_fall_back,
            repeats: 0,
            attempts: 0,
        })
    }

    /// Makes the call a part of a conversation that has a deadline, and comes to this call when `begins` has passed.
    pub(crate) fn within(mut self, deadline: Option<Duration>, begins: Duration) -> Self {
        let left = deadline.map(|deadline| deadline.saturating_sub(begins));
        let total = &mut self.options.timeouts.total;
        *total = left.into_iter().chain(*total).min();
        self.options.deadline = deadline;
        self
    }

    /// Lets the next attempt take no more than the deadline leaves; `None` if that is nothing.
    fn leave(&mut self, begins: Duration) -> Option<()> {
        if let Some(deadline) = self.options.deadline {
            let left = deadline.checked_sub(begins).filter(|left| !left.is_zero())?;
            let total = self.options.timeouts.total.unwrap_or(left);
            self.options.timeouts.total = Some(total.min(left));
        }
        Some(())
    }

    /// Says the same in the first generation, under the same run id.
    fn fall_back(&mut self) -> Result<()> {
        self.may_fall_back = false;
        self.endpoint.speak(Generation::V1);
        self.claim = self.endpoint.claim();
        let claim = self.claim.as_ref().zip(self.run.as_ref());
        self.draft = draft(&self.api, &self.endpoint, &self.options, claim)?;
        Ok(())
    }

    pub(crate) fn endpoint(&self) -> &E {
        &self.endpoint
    }

    fn read(&self, outcome: Outcome) -> Result<E::Output> {
        match outcome {
            Ok(response) => {
                let answer = Answer::new(response, self.run.clone()).without(self.api.secret());
                let limits = self.api.saw(&answer.headers);
                self.endpoint.decode(&answer).map_err(|error| describe(error, &answer, limits))
            }
            Err(mut error) => {
                let Some(head) = error.head.take() else { return Err(error.into()) };
                let answer = Answer::new(http::Response::from_parts(*head, Bytes::new()), None);
                let limits = RateLimitInfo::from_headers(&answer.headers);
                let error = Error::from(error).with(|inner| inner.status = Some(answer.status));
                Err(describe(error, &answer, limits))
            }
        }
    }

    /// Decides whether a failed attempt is the last, and prepares the next one if not.
    fn again(&mut self, error: &Error, elapsed: Duration) -> Option<Duration> {
        let policy = self.options.retry.unwrap_or_else(|| self.api.retry());
        if !may_repeat(self.endpoint.repeat(), self.options.retry.is_some(), error.fate()) {
            return None;
        }
        let delay = self.api.delay(&policy, self.repeats + 1, error.retry_after())?;
        let spent = error.fate() == Fate::Refused(Claim::Spent);
        // A caller's own run id cannot be replaced.
        if spent && self.claim.as_ref().is_some_and(|claim| claim.id.is_some()) {
            return None;
        }
        self.leave(elapsed.saturating_add(delay))?;
        if !self.api.spend() {
            return None;
        }
        self.repeats += 1;
        if spent {
            self.claim_afresh()?;
        }
        Some(delay)
    }

    /// Replaces a spent run id that the SDK made.
    fn claim_afresh(&mut self) -> Option<()> {
        if let Some(claim) = &self.claim {
            let run = self.api.mint();
            self.draft.claim(claim, &run).ok()?;
            self.run = Some(run);
        }
        Some(())
    }

    fn last(&self, error: Error) -> Error {
        let once = matches!(self.endpoint.repeat(), Repeat::MayStartRun | Repeat::MayDouble);
        let unsettled = once && !error.is_settled();
        let error = if unsettled { error.ambiguous(self.run.clone()) } else { error };
        let named =
            matches!(error.kind(), ErrorKind::Cancelled | ErrorKind::Redirect | ErrorKind::Api);
        self.api.redact(error.with(|inner| {
            inner.attempts = self.attempts;
            if named && inner.run.is_none() {
                inner.run.clone_from(&self.run);
            }
        }))
    }
}

impl<E: Endpoint> Exchange for Call<E> {
    type Output = E::Output;

    fn request(&self) -> http::Request<Bytes> {
        self.draft.request(self.api.headers(), &self.options.headers)
    }

    fn timeouts(&self) -> Timeouts {
        self.options.timeouts.enforced()
    }

    fn plan(&self, head: &Parts) -> BodyPlan {
        // What is no answer has no body to wait for. Left unread, it takes its connection along where it can.
        if self.endpoint.hands_over(head) || head::is_no_answer(head) {
            return BodyPlan::HandOver;
        }
        BodyPlan::Read { limit: self.api.body_limit() }
    }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<E::Output> {
        self.attempts += 1;
        let outcome = head::within_bounds(outcome);
        let sent_as = if self.api.is_observed() { self.run.clone() } else { None };
        let status = status_of(&outcome);
        let route = self.endpoint.route();
        let missing = self.may_fall_back && self.api.notes_missing(&outcome);
        let observe = |call: &Self, error: Option<&Error>, delay| {
            call.api.observe(&Attempt {
                route,
                number: call.attempts,
                run: sent_as.as_ref(),
                status,
                error,
                delay,
                elapsed,
            });
        };
        let error = match self.read(outcome) {
            Ok(output) => {
                self.api.earn(self.repeats);
                observe(self, None, None);
                return Step::Done(Ok(output));
            }
            Err(error) => error,
        };
        let (error, delay) = if missing {
            match self.leave(elapsed).map(|()| self.fall_back()) {
                Some(Ok(())) => (error, Some(Duration::ZERO)),
                Some(Err(error)) => (error, None),
                None => (error, None),
            }
        } else {
            let delay = self.again(&error, elapsed);
            (error, delay)
        };
        let error = if delay.is_some() { self.api.redact(error) } else { self.last(error) };
        observe(self, Some(&error), delay);
        delay.map_or_else(|| Step::Done(Err(error)), Step::Again)
    }
}

/// The request in the form that the endpoint is in, with the id of the run that it starts.
fn draft<E: Endpoint>(
    api: &Api,
    endpoint: &E,
    options: &CallOptions,
    claim: Option<(&RunClaim, &RunId)>,
) -> Result<Draft> {
    let mut draft = api.draft(endpoint, &options.headers)?;
    if let Some((claim, run)) = claim {
        draft.claim(claim, run)?;
    }
    Ok(draft)
}

fn status_of(outcome: &Outcome) -> Option<StatusCode> {
    match outcome {
        Ok(response) => Some(response.status()),
        Err(error) => error.head.as_ref().map(|head| head.status),
    }
}

/// Adds what the head of an answer tells to its error.
fn describe(error: Error, answer: &Answer, limits: Option<RateLimitInfo>) -> Error {
    error.with(|inner| {
        let id = answer.text("x-request-id").map(crate::code::readable);
        inner.request_id = id.filter(|id| !id.is_empty());
        inner.rate_limit = limits;
        inner.retry_after = rate_limit::retry_after(&answer.headers);
    })
}
