//! One call: sending the request, repeating it, the second request that it may need, and the result. Conversations
//! consist of calls, and adapters drive them. It must not depend on a conversation.

mod draft;
mod named;
mod renewal;
mod retry;
mod sender;
mod whole;

use std::sync::Arc;
use std::time::Duration;

use http::response::Parts;

use crate::client::{Api, Telling};
use crate::error::{Error, Result};
use crate::exchange::{BodyPlan, Exchange, Step};
use crate::operation::{Ending, Endpoint, FollowUp, Next, Reading, RetryPolicy};
use crate::primitives::Generation;
use crate::response::Answer;
use crate::wire::{CancelToken, Outcome, RequestBody, Timeouts, is_no_answer};
use retry::Verdict;
use sender::Sender;

/// The exchange of one endpoint. It sends the request until there is an answer or no reason to try again. If the
/// answer leaves the result open, a [`FollowUp`] settles it.
#[derive(Debug)]
pub struct Call<E: Endpoint> {
    api: Api,
    endpoint: E,
    /// In a box, because a call moves several times before its request is sent.
    sender: Box<Sender>,
    /// What tells the observers of the call, or `None` if there are none.
    watch: Option<Arc<Telling>>,
    /// Whether the server may turn out to lack the generation in use.
    may_fall_back: bool,
    /// Whether that ends the call, because its conversation decides what follows.
    ends_there: bool,
    /// Whether the server did turn out to lack it.
    lacks_generation: bool,
    open: Option<Open<E::Output>>,
}

/// The second request of a call whose first answer left the result open.
#[derive(Debug)]
struct Open<T> {
    follow_up: Box<dyn FollowUp<T>>,
    sender: Box<Sender>,
}

impl Api {
    /// Returns the exchange of an endpoint.
    ///
    /// # Errors
    /// If its request cannot be built.
    pub fn call<E: Endpoint>(&self, endpoint: E) -> Result<Call<E>> {
        Call::new(self.clone(), endpoint)
    }
}

impl<E: Endpoint> Call<E> {
    pub(crate) fn new(api: Api, mut endpoint: E) -> Result<Self> {
        let generation = api.generation();
        let is_dual = endpoint.set_generation(generation);
        let may_fall_back = is_dual && api.is_adaptive() && generation == Generation::V2;
        let options = api.options_of(&endpoint);
        let watch = api.observed(&endpoint, &options);
        let sender = Sender::new(&api, &endpoint, options, watch.as_ref())
            .map_err(|error| error.of(endpoint.name(), endpoint.workflow()))?;
        Ok(Self {
            api,
            endpoint,
            sender,
            watch,
            may_fall_back,
            ends_there: false,
            lacks_generation: false,
            open: None,
        })
    }

    /// Makes the call part of a conversation that has a deadline, and that starts this call after `begins`. Both are
    /// since the conversation began.
    #[must_use]
    pub fn within(mut self, deadline: Option<Duration>, begins: Duration) -> Self {
        self.sender.within(deadline, begins);
        self
    }

    /// Ends the call where it would fall back to the first generation.
    pub(crate) fn without_fall_back(mut self) -> Self {
        self.ends_there = true;
        self
    }

    /// Returns whether the call ended because the server lacks the generation in use. It did nothing then.
    pub(crate) fn lacks_generation(&self) -> bool {
        self.lacks_generation
    }

    /// Repeats the call by `policy`, whatever its options say.
    #[must_use]
    pub fn with_retry(mut self, policy: RetryPolicy) -> Self {
        self.sender.set_retry(policy);
        self
    }

    /// Returns how many requests the call has sent or tried, including second requests.
    pub fn attempts(&self) -> u32 {
        self.open.as_ref().map_or(&self.sender, |open| &open.sender).attempts()
    }

    pub(crate) fn endpoint(&self) -> &E {
        &self.endpoint
    }

    /// Makes the next attempt in the first generation, under the same run id and with what is known of the server now.
    /// Returns `None` if the deadline leaves no time for it.
    pub(crate) fn fall_back(&mut self, elapsed: Duration) -> Option<Result<()>> {
        self.sender.cap_to_deadline(elapsed)?;
        self.may_fall_back = false;
        self.endpoint.set_generation(Generation::V1);
        Some(self.sender.replace(&self.endpoint))
    }

    fn failed(&mut self, error: Error, missing: bool, elapsed: Duration) -> Step<E::Output> {
        self.lacks_generation = missing;
        let falls_back = missing && !self.ends_there;
        let fallen_back = if falls_back { self.fall_back(elapsed) } else { None };
        let verdict = match fallen_back {
            Some(Ok(())) => self.sender.goes_on(error, Duration::ZERO, elapsed),
            Some(Err(error)) => self.sender.ends(error, elapsed),
            None if missing => self.sender.ends(error, elapsed),
            None => self.sender.failed(error, elapsed),
        };
        match verdict {
            Verdict::Again(delay) => Step::Again(delay),
            Verdict::Last(error) => Step::Done(Err(error)),
        }
    }

    /// Starts the second request.
    fn follow(
        &mut self,
        mut follow_up: Box<dyn FollowUp<E::Output>>,
        elapsed: Duration,
    ) -> Step<E::Output> {
        let options = self.sender.options().clone();
        let deadline = options.deadline;
        let watch = self.watch.as_ref();
        let sender = Sender::new(&self.api, follow_up.operation(), options, watch);
        self.sender.left_open(sender.is_ok().then_some(Duration::ZERO), elapsed);
        let sender = sender.and_then(|mut sender| {
            sender.count_to(&self.sender);
            sender.within(deadline, elapsed);
            sender.cap_to_deadline(elapsed).ok_or_else(Error::out_of_time).map(|()| sender)
        });
        match sender {
            Ok(sender) => {
                self.open = Some(Open { follow_up, sender });
                Step::Again(Duration::ZERO)
            }
            Err(error) => self.concluded(follow_up.conclude(Err(error)), elapsed),
        }
    }

    /// Takes the outcome of the second request.
    fn followed(
        &mut self,
        mut open: Open<E::Output>,
        outcome: Outcome,
        elapsed: Duration,
    ) -> Step<E::Output> {
        let read = open.sender.receive(outcome).and_then(|answer| match answer.success() {
            Ok(()) => Ok(answer),
            Err(error) => Err(answer.describe(error)),
        });
        let is_answered = read.is_ok();
        let read = match read {
            Ok(answer) => Ok(answer),
            Err(error) => match open.sender.failed(error, elapsed) {
                Verdict::Again(delay) => {
                    self.open = Some(open);
                    return Step::Again(delay);
                }
                Verdict::Last(error) => Err(error),
            },
        };
        let step = match open.follow_up.conclude(read) {
            Next::Again(delay)
                if open.sender.cap_to_deadline(elapsed.saturating_add(delay)).is_some() =>
            {
                Step::Again(delay)
            }
            next => {
                let next = match next {
                    Next::Again(_) => open.follow_up.conclude(Err(Error::out_of_time())),
                    next => next,
                };
                self.sender.count_to(&open.sender);
                let step = self.concluded(next, elapsed);
                if is_answered {
                    open.sender.answered(&step, elapsed);
                }
                return step;
            }
        };
        if is_answered {
            open.sender.answered(&step, elapsed);
        }
        self.open = Some(open);
        step
    }

    /// Ends the call with the conclusion of the second request, or repeats the first one if it did nothing.
    fn concluded(&mut self, next: Next<E::Output>, elapsed: Duration) -> Step<E::Output> {
        match next {
            Next::Done(Ok(output)) => {
                self.sender.repay();
                Step::Done(Ok(output))
            }
            Next::Done(Err(error)) => Step::Done(Err(self.sender.last(error))),
            Next::Refused(error) => match self.sender.again(&error, elapsed) {
                Some(delay) => Step::Again(delay),
                None => Step::Done(Err(self.sender.last(error))),
            },
            Next::Again(_) => Step::Done(Err(self.sender.last(Error::out_of_time()))),
        }
    }
}

impl<E: Endpoint> Exchange for Call<E> {
    type Output = E::Output;

    fn request(&self) -> http::Request<RequestBody> {
        self.open.as_ref().map_or(&self.sender, |open| &open.sender).request()
    }

    fn timeouts(&self) -> Timeouts {
        self.open.as_ref().map_or(&self.sender, |open| &open.sender).timeouts()
    }

    fn cancel_token(&self) -> Option<&CancelToken> {
        self.sender.cancel_token()
    }

    fn plan(&self, head: &Parts) -> BodyPlan {
        // An invalid head has no body to wait for. Leaving it unread also closes the connection, where the transport
        // can.
        if is_no_answer(head) || self.open.is_none() && self.endpoint.hands_over(head) {
            return BodyPlan::HandOver;
        }
        BodyPlan::Read { limit: self.api.body_limit() }
    }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<E::Output> {
        let mut step = match self.step(outcome, elapsed) {
            Step::Done(Err(error)) => {
                Step::Done(Err(error.of(self.endpoint.name(), self.endpoint.workflow())))
            }
            step => step,
        };
        if let (Some(watch), Step::Done(result)) = (&self.watch, &mut step) {
            self.tell_end(watch, result, elapsed);
        }
        step
    }
}

impl<E: Endpoint> Call<E> {
    /// Tells the observers how the call ended, unless its output ends later and tells them itself.
    #[cold]
    fn tell_end(&self, watch: &Arc<Telling>, result: &mut Result<E::Output>, elapsed: Duration) {
        match result {
            Ok(output) => {
                let ending: Arc<dyn Ending> = Arc::<Telling>::clone(watch);
                if !self.endpoint.hand_ending(output, &ending) {
                    let (run, status) = self.endpoint.run_of(output).unzip();
                    watch.ended(run.flatten(), Ok(status), Some(elapsed));
                }
            }
            Err(error) => watch.ended(error.run_id(), Err(error), Some(elapsed)),
        }
    }

    fn step(&mut self, outcome: Outcome, elapsed: Duration) -> Step<E::Output> {
        if let Some(open) = self.open.take() {
            return self.followed(open, outcome, elapsed);
        }
        let missing = self.may_fall_back && self.api.notes_missing(&outcome);
        let reading = match self.sender.receive(outcome) {
            Ok(answer) => self.read(&answer),
            Err(error) => Reading::Settled(Err(error)),
        };
        match reading {
            Reading::Settled(Ok(output)) => {
                self.sender.succeeded(elapsed);
                Step::Done(Ok(output))
            }
            Reading::Settled(Err(error)) => self.failed(error, missing, elapsed),
            Reading::Open(follow_up) => self.follow(follow_up, elapsed),
        }
    }

    fn read(&self, answer: &Answer) -> Reading<E::Output> {
        match self.endpoint.read(answer) {
            Reading::Settled(Err(error)) => Reading::Settled(Err(answer.describe(error))),
            reading => reading,
        }
    }
}
