//! What a run does: what its agent blocks say, then its end.

use super::data::{Outcome, Work};
use crate::agent::Agent;

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
