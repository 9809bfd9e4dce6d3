//! What a run does: what its agent blocks say, then its end.

use crate::agent::Agent;
use crate::outcome::Outcome;

/// What a run does, chosen by the closure of its workflow.
///
/// A closure may return anything that converts into it: whatever converts
/// into an [`Outcome`], an [`Agent`], or several of them.
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

impl Work {
    /// These agents talk, one after the other. The output of the last one is
    /// the output of the run.
    pub fn agents(agents: impl IntoIterator<Item = Agent>) -> Self {
        Self { agents: agents.into_iter().collect(), parallel: false, end: None }
    }

    /// The agents talk at the same time: each does its first step, then each
    /// its second, and so on.
    pub fn parallel(mut self) -> Self {
        self.parallel = true;
        self
    }

    /// The run ends in another block after them, like this.
    pub fn then(mut self, end: impl Into<Outcome>) -> Self {
        self.end = Some(end.into());
        self
    }
}

impl<T: Into<Outcome>> From<T> for Work {
    fn from(end: T) -> Self {
        Self { agents: Vec::new(), parallel: false, end: Some(end.into()) }
    }
}

impl From<Agent> for Work {
    fn from(agent: Agent) -> Self {
        Self::agents([agent])
    }
}

impl From<Vec<Agent>> for Work {
    fn from(agents: Vec<Agent>) -> Self {
        Self::agents(agents)
    }
}

impl<const N: usize> From<[Agent; N]> for Work {
    fn from(agents: [Agent; N]) -> Self {
        Self::agents(agents)
    }
}
