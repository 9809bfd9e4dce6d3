//! The work of a run, and what converts into it.

use super::data::{Outcome, Work};
use crate::agent::Agent;

impl Work {
    /// Creates the work of agents that talk one after the other. The output of the last one is the output of
    /// the run.
    pub fn agents(agents: impl IntoIterator<Item = Agent>) -> Self {
        Self { agents: agents.into_iter().collect(), parallel: false, end: None }
    }

    /// Lets the agents talk at the same time: each does its first step, then each its second, and so on.
    pub fn parallel(mut self) -> Self {
        self.parallel = true;
        self
    }

    /// Sets the end of the run, in another block after the agents.
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
