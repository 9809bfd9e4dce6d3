//! Plays the work of a run: its agents, then its end.

use serde_json::{Value, json};

use crate::agent::{Agent, Step};
use crate::outcome::Work;
use crate::outcome::{Failure, Outcome};
use crate::stream::Feed;
use crate::workflow::{Block, Workflow};

/// The end of a run and the outputs of its blocks.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) outcome: Outcome,
    /// The output of each block.
    pub(crate) outputs: Vec<(Block, Value)>,
}

impl From<Outcome> for Played {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, outputs: Vec::new() }
    }
}

/// Plays the agents, sends their steps to the stream if there is one, and returns the end of the run.
pub(crate) async fn play(workflow: &Workflow, work: Work, mut feed: Option<&mut Feed>) -> Played {
    let at_once = if work.parallel { work.agents.len().max(1) } else { 1 };
    for agents in work.agents.chunks(at_once) {
        if let Err(failed) = talk(agents, feed.as_deref_mut()).await {
            return end(failed, Vec::new(), feed).await;
        }
    }
    let outputs = work.agents.iter().map(|agent| (Block::of(agent), agent.output()));
    let mut outputs: Vec<_> = outputs.collect();
    let outcome = work.end.unwrap_or_else(|| {
        let last = outputs.last().map_or_else(|| json!({}), |(_, output)| output.clone());
        Outcome::Completed(last)
    });
    if let (Some(block), Some(output)) = (&workflow.block, outcome.block_output()) {
        outputs.push((block.clone(), output));
    }
    if let Some(feed) = feed.as_deref_mut() {
        feed.rest(&outputs);
    }
    end(outcome, outputs, feed).await
}

/// Waits at the gate of the stream before the last frame; the run waits with it.
async fn end(outcome: Outcome, outputs: Vec<(Block, Value)>, feed: Option<&mut Feed>) -> Played {
    if let Some(feed) = feed {
        feed.pass().await;
    }
    Played { outcome, outputs }
}

/// Plays some agents at the same time, in turns of one step.
async fn talk(agents: &[Agent], mut feed: Option<&mut Feed>) -> Result<(), Outcome> {
    let longest = agents.iter().map(|agent| agent.steps.len()).max().unwrap_or_default();
    for turn in 0..longest {
        for agent in agents {
            let Some(step) = agent.steps.get(turn) else { continue };
            if turn > 0 && !agent.every.is_zero() {
                tokio::time::sleep(agent.every).await;
            }
            if let Some(feed) = feed.as_deref_mut() {
                feed.step(agent, step).await;
            }
            if let Step::Fails(error) = step {
                let failure = Failure::new(error).of_block(&agent.id, &agent.name, "agent");
                return Err(failure.into());
            }
            let done = turn + 1 == agent.steps.len();
            if let Some(feed) = feed.as_deref_mut().filter(|_| done) {
                feed.finish_agent(agent).await;
            }
        }
    }
    Ok(())
}
