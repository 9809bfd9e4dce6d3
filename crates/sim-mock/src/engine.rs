//! Executes runs: waits for the queue, calls the closure, plays the agents, and applies the time limit.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;
use tokio::time::Instant;

use crate::outcome::Outcome;
use crate::play::{Played, play};
use crate::run::Mode;
use crate::runs::{Resumed, ResumedBy};
use crate::sleep::sleep;
use crate::state::State;
use crate::stream::Feed;
use crate::workflow::Workflow;

/// Starts a recorded run. The run continues even if nobody waits for it.
pub(crate) fn launch(state: &Arc<State>, workflow: &Workflow, id: &str, feed: Option<Feed>) {
    let (state, workflow, id) = (Arc::clone(state), workflow.clone(), id.to_owned());
    tokio::spawn(async move {
        tokio::select! {
            () = execute(&state, &workflow, &id, feed) => {}
            // The run was cancelled from outside, so the result of its closure no longer counts.
            () = state.runs.ended(&id) => {}
        }
    });
}

async fn execute(state: &Arc<State>, workflow: &Workflow, id: &str, mut feed: Option<Feed>) {
    let Some(record) = state.runs.get(id) else { return };
    if record.mode == Mode::Queued {
        state.queue.turn().await;
    }
    let Some(input) = state.runs.begin(id) else { return };
    state.charge_run();
    let began = Instant::now();
    let work = async {
        let body = workflow.clone();
        let work = tokio::task::spawn_blocking(move || body.call(input)).await;
        sleep(workflow.takes.saturating_sub(began.elapsed())).await;
        let panicked = || Outcome::failed("The closure of the workflow panicked").into();
        play(workflow, work.unwrap_or_else(|_| panicked()), feed.as_mut()).await
    };
    let played = match record.limit {
        None => work.await,
        Some(limit) => {
            let played = tokio::time::timeout(limit, work).await;
            played.unwrap_or_else(|_| Outcome::TimedOut(limit).into())
        }
    };
    let Played { outcome, outputs } = played;
    state.runs.finish_with(id, outcome, outputs);
    set_timers(state, id);
}

/// Starts an attempt to resume a run, after the attempts ahead of it.
pub(crate) fn launch_attempt(state: &Arc<State>, resumed: Resumed, feed: Option<Feed>) {
    if resumed.stuck {
        return;
    }
    let state = Arc::clone(state);
    tokio::spawn(async move {
        tokio::select! {
            () = attempt(&state, &resumed, feed) => {}
            () = state.runs.ended(&resumed.run_id) => {}
        }
    });
}

async fn attempt(state: &Arc<State>, resumed: &Resumed, mut feed: Option<Feed>) {
    for ahead in &resumed.ahead {
        state.runs.ended(ahead).await;
    }
    let Some(input) = state.runs.begin(&resumed.run_id) else { return };
    // A run can outlive its workflow.
    let Some(hosted) = state.catalog.any(&resumed.workflow) else { return };
    let pause = resumed.pause.clone();
    let work = tokio::task::spawn_blocking(move || pause.resume(input)).await;
    let panicked = || Outcome::failed("The closure of the pause panicked").into();
    let work = work.unwrap_or_else(|_| panicked());
    let Played { outcome, outputs } = play(&hosted.workflow, work, feed.as_mut()).await;
    state.runs.finish_with(&resumed.run_id, outcome, outputs);
    let paused = state.runs.get(&resumed.run_id).map(|record| record.paused_id().to_owned());
    set_timers(state, paused.as_deref().unwrap_or_default());
}

/// Resumes a run at each of its timed pauses, once the time of the pause is over.
fn set_timers(state: &Arc<State>, run: &str) {
    let Some(record) = state.runs.get(run) else { return };
    for (context, at) in state.runs.timers(run) {
        let (state, record) = (Arc::clone(state), record.clone());
        tokio::spawn(async move {
            sleep(at.duration_since(Timestamp::now()).try_into().unwrap_or_default()).await;
            let place = (record.workflow.as_str(), record.id.as_str(), context.as_str());
            // Another timer for the same pause may have been faster.
            if let Ok(resumed) = state.runs.resume(place, json!({}), ResumedBy::Timer) {
                launch_attempt(&state, resumed, None);
            }
        });
    }
}

/// A guard that cancels a run some time after its caller left, if it is dropped before the answer is sent.
#[derive(Debug)]
pub(crate) struct CancelOnDisconnect {
    state: Arc<State>,
    run_id: Option<String>,
}

impl CancelOnDisconnect {
    pub(crate) fn new(state: &Arc<State>, run: &str) -> Self {
        Self { state: Arc::clone(state), run_id: Some(run.to_owned()) }
    }

    /// Keeps the run alive: the caller has its answer.
    pub(crate) fn disarm(mut self) {
        self.run_id = None;
    }
}

impl Drop for CancelOnDisconnect {
    fn drop(&mut self) {
        let Some(run) = self.run_id.take() else { return };
        // Without a runtime the whole server is shutting down.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let state = Arc::clone(&self.state);
        let Some(delay) = state.disconnect_delay() else { return };
        runtime.spawn(async move {
            sleep(delay).await;
            state.runs.finish(&run, Outcome::Cancelled);
        });
    }
}
