//! The types of a run's work and end. They refer to one another: an end may be a pause, and a pause continues
//! with work, which has an end.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::failure::Failure;
use super::response_block::ResponseBlock;
use crate::agent::Agent;

/// The end of a run.
///
/// A closure may return anything that converts into it: a [`Value`] completes the run, an `Err(String)` fails
/// it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// The run completed with this output.
    Completed(Value),
    /// A block failed, and the run failed with it.
    Failed(Failure),
    /// The run completed in a Response block, which writes the HTTP answer.
    Response(ResponseBlock),
    /// The run waits for a human, or for a time.
    Paused(Pause),
    /// The run took longer than this limit.
    TimedOut(Duration),
    /// The run was cancelled.
    Cancelled,
}

/// The work of a run, chosen by the closure of its workflow.
///
/// A closure may return anything that converts into it: whatever converts into an [`Outcome`], an [`Agent`],
/// or several agents.
///
/// ```
/// use serde_json::json;
/// use sim_mock::{Agent, Outcome, Work, Workflow};
///
/// let two = Workflow::new("two", |_| {
///     [Agent::new("one").says("Hello"), Agent::new("two").says("again")]
/// });
/// let breaks = Workflow::new("breaks", |_| {
///     Work::agents([Agent::new("one").says("Hello")]).then(Outcome::failed("Boom: it broke"))
/// });
/// # drop((two, breaks));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "work is done when a closure returns it"]
pub struct Work {
    pub(crate) agents: Vec<Agent>,
    pub(crate) parallel: bool,
    pub(crate) end: Option<Outcome>,
}

/// A point where a run waits, for a human or for a time.
///
/// A run can wait at [several points](Self::beside) at once. It continues with the closure of the point that
/// was resumed [last](Self::then).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Pause {
    /// The id of the point, which is the id of the block that waits.
    pub context_id: String,
    /// The values that the human sees, each with name, type and value.
    pub shown: Vec<Value>,
    /// The fields that the human fills in, each with name and type.
    pub asked: Vec<Value>,
    /// The time that the run waits, or `None` if it waits for a human.
    pub time: Option<Duration>,
    /// When the time is over, or `None` before the run waits, or for a human.
    pub(crate) resume_at: Option<Timestamp>,
    /// The other points where the run waits at the same time.
    pub(crate) others: Vec<Pause>,
    pub(super) then: Then,
}

/// The closure that a resumed run continues with.
#[derive(Clone)]
pub(super) struct Then(pub(super) Arc<dyn Fn(Value) -> Work + Send + Sync>);

/// Two closures are equal if they are the same one.
impl PartialEq for Then {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Then {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}
