//! The start of a run whose caller waits for its result.

use std::sync::Arc;

use crate::engine;
use crate::fault::Fault;
use crate::state::State;
use crate::wire::preprocess::Ready;

/// Starts a run whose caller waits for it. Returns `None` if a fault closes the connection, whatever the
/// answer.
pub(crate) async fn start(
    state: &Arc<State>,
    ready: Ready,
) -> Option<(String, Vec<String>, engine::CancelOnDisconnect)> {
    let id = ready.record.id.clone();
    state.runs.open(ready.record, Some(ready.slot));
    engine::launch(state, &ready.workflow, &id, None);
    let caller = engine::CancelOnDisconnect::new(state, &id);
    if ready.fault == Some(Fault::CloseAfterRead) {
        state.runs.begun(&id).await;
        return None;
    }
    Some((id, ready.selected, caller))
}
