//! The states of a run, polled on demand.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::FusedStream;
use sim_core::transport::Watch;
use sim_core::{Result, RunState};
use tokio::time::Instant;

use crate::client::Client;
use crate::polled::polled;

impl Client {
    sim_core::watch_methods!();
}

/// A poll for the next state, which returns the watch with it.
type Next = Pin<Box<dyn Future<Output = (Watch, Result<RunState>)> + Send>>;

/// The states of a run as they change; returned by [`Client::watch`]. It ends after the outcome or an error.
pub struct RunStates {
    client: Client,
    started: Instant,
    /// The watch between two states. `None` while `next` has it, and after the last state.
    watch: Option<Watch>,
    next: Option<Next>,
}

impl RunStates {
    pub(crate) fn new(client: Client, watch: Watch) -> Self {
        Self { client, started: Instant::now(), watch: Some(watch), next: None }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<RunState>>> {
        if let Some(mut watch) = self.watch.take() {
            let Some(delay) = watch.delay(self.started.elapsed()) else { return Poll::Ready(None) };
            let (client, started) = (self.client.clone(), self.started);
            self.next = Some(Box::pin(async move {
                let state = client.drive_since(started, delay, &mut watch).await;
                (watch, state)
            }));
        }
        let Some(next) = &mut self.next else { return Poll::Ready(None) };
        let (watch, state) = ready!(next.as_mut().poll(cx));
        self.next = None;
        self.watch = Some(watch);
        Poll::Ready(Some(state))
    }
}

polled!([] RunStates, "state", Result<RunState>);

impl FusedStream for RunStates {
    fn is_terminated(&self) -> bool {
        let is_over = |watch: &Watch| watch.delay(self.started.elapsed()).is_none();
        self.watch.as_ref().is_some_and(is_over)
    }
}

impl fmt::Debug for RunStates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunStates").field("watch", &self.watch).finish_non_exhaustive()
    }
}
