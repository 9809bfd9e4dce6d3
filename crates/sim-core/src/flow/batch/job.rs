//! One request of a batch.

use std::fmt;
use std::time::Duration;

use crate::call::Call;
use crate::error::Result;
use crate::exchange::{Exchange, Step};
use crate::flow::claims::AskClaims;
use crate::flow::durable::Durable;
use crate::flow::pass_on::pass_on;
use crate::model::RunHandle;
use crate::v1::GetUsageLimits;
use crate::wire::Outcome;

/// A request of a batch, to be sent once. Drive it like any exchange, which ends it after one attempt, and give it back
/// to [`Batch::receive`](super::Batch::receive).
pub struct Job {
    pub(super) work: Work,
    /// Whether the request starts a run.
    pub(super) is_start: bool,
    pub(super) outcome: Option<Outcome>,
}

/// What a request is for.
pub(super) enum Work {
    Run(Box<RunWork>),
    /// The question what is left of the bucket of runs, and when it was put.
    Usage(Box<Call<GetUsageLimits>>, Duration),
    /// The question what the server promises, and when it was put.
    Claims(Box<AskClaims>, Duration),
}

/// The run of one input.
pub(super) struct RunWork {
    pub(super) position: u64,
    pub(super) handle: RunHandle,
    pub(super) exchange: Durable,
    /// When the batch took the input up.
    pub(super) begins: Duration,
}

/// What came of taking an input up.
pub(super) enum TakenUp {
    /// This is to be sent.
    Work(Work),
    /// Nothing is to be sent for it.
    Nothing,
    /// A question to the server comes first.
    Later,
}

impl Work {
    pub(super) fn is_start(&self) -> bool {
        matches!(self, Self::Run(run) if run.exchange.is_start())
    }

    pub(super) fn into_job(self) -> Job {
        Job { is_start: self.is_start(), work: self, outcome: None }
    }
}

impl Exchange for Job {
    type Output = ();

    pass_on! {
        this: &this.work => {
            Work::Run(run) => run.exchange,
            Work::Usage(call, _) => call,
            Work::Claims(question, _) => question,
        }
    }

    /// Keeps the outcome for the batch.
    fn receive(&mut self, outcome: Outcome, _: Duration) -> Step<()> {
        self.outcome = Some(outcome);
        Step::Done(Ok(()))
    }

    fn cancel(&mut self, _: Duration) -> Result<()> {
        Ok(())
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Job");
        if let Work::Run(run) = &self.work {
            debug.field("position", &run.position).field("handle", &run.handle);
        }
        debug.field("is_start", &self.is_start).finish_non_exhaustive()
    }
}
