//! The conversation that asks a server whether it honours run ids of callers, and starts nothing.

use std::fmt;
use std::time::Duration;

use super::conversation::Conversation;
use crate::call::Call;
use crate::client::Api;
use crate::error::Result;
use crate::exchange::{Exchange, Step};
use crate::flow::pass_on;
use crate::model::Claims;
use crate::operation::{CallOptions, RetryPolicy};
use crate::primitives::Generation;
use crate::run::{GetRun, Run};
use crate::v1::ProbeClaims;
use crate::wire::Outcome;

/// A workflow that no server has.
const NO_WORKFLOW: &str = "00000000-0000-4000-8000-000000000000";

/// The exchange that asks whether the server honours run ids of callers.
///
/// A server with the second generation honours them, so any answer of that generation tells. A server without it gets
/// a [probe](crate::v1::ProbeClaims).
pub struct AskClaims {
    conversation: Conversation,
    state: State,
}

enum State {
    Read(Call<GetRun>),
    Probe(Call<ProbeClaims>),
}

impl State {
    fn new(conversation: &Conversation, begins: Duration) -> Result<Self> {
        if conversation.api().generation() == Generation::V1 {
            return Ok(Self::Probe(conversation.call(ProbeClaims::new(), begins)?));
        }
        let nobodys = GetRun::new(NO_WORKFLOW, conversation.api().new_run_id());
        Ok(Self::Read(conversation.call(nobodys, begins)?))
    }
}

impl AskClaims {
    fn read(&mut self, read: Result<Run>, elapsed: Duration) -> Step<Claims> {
        let api = self.conversation.api();
        match read {
            Err(error) if error.status().is_none() || error.is_unauthorized() => {
                Step::Done(Err(error))
            }
            _ if api.claims() == Claims::Unknown && api.generation() == Generation::V1 => {
                match State::new(&self.conversation, elapsed) {
                    Ok(probe) => {
                        self.state = probe;
                        Step::Again(Duration::ZERO)
                    }
                    Err(error) => Step::Done(Err(error)),
                }
            }
            _ => Step::Done(Ok(api.claims())),
        }
    }
}

/// The longest time that a probe may take.
const PROBE_LIMIT: Duration = Duration::from_secs(10);

/// Returns the probe that comes before a start of the first generation, or `None` if it would tell nothing new. A probe
/// that fails leaves the question open, and is never the error of a start.
pub(super) fn probe(
    conversation: &Conversation,
    begins: Duration,
) -> Result<Option<Call<ProbeClaims>>> {
    let api = conversation.api();
    if api.generation() != Generation::V1 || api.claims() != Claims::Unknown {
        return Ok(None);
    }
    let probe = ProbeClaims::new().timeout(PROBE_LIMIT).retry(RetryPolicy::NEVER);
    conversation.call(probe, begins).map(Some)
}

impl Exchange for AskClaims {
    type Output = Claims;

    pass_on! { this: &this.state => { State::Read(call) => call, State::Probe(call) => call } }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<Claims> {
        let step = self.advance(outcome, elapsed);
        self.conversation.told(step, elapsed, |_| None)
    }
}

impl AskClaims {
    fn advance(&mut self, outcome: Outcome, elapsed: Duration) -> Step<Claims> {
        match &mut self.state {
            State::Read(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(read) => self.read(read, elapsed),
            },
            State::Probe(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(Ok(_)) => Step::Done(Ok(self.conversation.api().claims())),
                Step::Done(Err(error)) => Step::Done(Err(error)),
            },
        }
    }
}

impl Api {
    /// Returns the exchange that asks whether the server honours run ids of callers, or `None` if that is known.
    ///
    /// # Errors
    /// If its request cannot be built.
    pub fn ask_claims(&self) -> Result<Option<AskClaims>> {
        if self.claims() != Claims::Unknown {
            return Ok(None);
        }
        let conversation =
            Conversation::new(self, &CallOptions::default(), ("AskClaims", (None, None)));
        let state = State::new(&conversation, Duration::ZERO)?;
        Ok(Some(AskClaims { conversation, state }))
    }
}

impl fmt::Debug for AskClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AskClaims").finish_non_exhaustive()
    }
}
