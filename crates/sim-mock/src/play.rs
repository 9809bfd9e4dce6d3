//! Does the work of a run.

use serde_json::json;

use crate::agent::{Agent, Step};
use crate::outcome::Outcome;
use crate::stream::Feed;
use crate::work::Work;
use crate::workflow::{Block, Workflow};

/// Lets the agents talk, shows it to the stream if there is one, and gives
/// the end of the run.
pub(crate) async fn play(workflow: &Workflow, work: Work, mut feed: Option<&mut Feed>) -> Outcome {
    let at_once = if work.parallel { work.agents.len().max(1) } else { 1 };
    for agents in work.agents.chunks(at_once) {
        if let Err(failed) = talk(agents, feed.as_deref_mut()).await {
            return end(failed, feed).await;
        }
    }
    let outputs = work.agents.iter().map(|agent| (Block::of(agent), agent.output()));
    let mut outputs: Vec<_> = outputs.collect();
    let outcome = work.end.unwrap_or_else(|| {
        let last = outputs.last().map_or_else(|| json!({}), |(_, output)| output.clone());
        Outcome::Completed(last)
    });
    if let Some(feed) = feed.as_deref_mut() {
        if let (Some(block), Some(output)) = (&workflow.block, outcome.block_output()) {
            outputs.push((block.clone(), output));
        }
        feed.rest(&outputs);
    }
    end(outcome, feed).await
}

/// The last frame of a stream waits at its gate like the others, and the run with it.
async fn end(outcome: Outcome, feed: Option<&mut Feed>) -> Outcome {
    if let Some(feed) = feed {
        feed.pass().await;
    }
    outcome
}

/// Some agents talk at the same time, in turns of one step.
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
                return Err(Outcome::failed(format!("{}: {error}", agent.name)));
            }
            let done = turn + 1 == agent.steps.len();
            if let Some(feed) = feed.as_deref_mut().filter(|_| done) {
                feed.settle(agent).await;
            }
        }
    }
    Ok(())
}
