//! The states of a run, polled on demand.

use std::fmt;
use std::task::{Context, Poll};

use futures_core::FusedStream;
use sim_core::transport::Watch;
use sim_core::{Result, RunState};
use tokio::time::Instant;

use crate::client::Client;
use crate::net::{Turns, polled};

impl Client {
    sim_core::watch_methods!();
}

/// The states of a run as they change; returned by [`Client::watch`]. It ends after the outcome or an error.
pub struct RunStates {
    client: Client,
    started: Instant,
    turns: Turns<Watch, Result<RunState>>,
}

impl RunStates {
    pub(crate) fn new(client: Client, watch: Watch) -> Self {
        Self { client, started: Instant::now(), turns: Turns::new(watch) }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<RunState>>> {
        let Self { client, started, turns } = self;
        turns.poll(cx, |watch| {
            let delay = watch.as_ref()?.delay(started.elapsed())?;
            let (client, started, mut watch) = (client.clone(), *started, watch.take()?);
            Some(async move {
                let state = client.drive_since(started, delay, &mut watch).await;
                (watch, state)
            })
        })
    }
}

polled!([] RunStates, "state", Result<RunState>);

impl FusedStream for RunStates {
    fn is_terminated(&self) -> bool {
        let is_over = |watch: &Watch| watch.delay(self.started.elapsed()).is_none();
        self.turns.here().is_some_and(is_over)
    }
}

impl fmt::Debug for RunStates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunStates").field("watch", &self.turns.here()).finish_non_exhaustive()
    }
}
