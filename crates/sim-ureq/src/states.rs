//! The states of a run, polled on demand.

use std::time::Instant;

use sim_core::transport::{Exchange as _, Watch};
use sim_core::{Result, RunState};

use crate::client::Client;
use crate::net::wait;

impl Client {
    sim_core::watch_methods!();
}

/// The states of a run as they change; returned by [`Client::watch`]. It ends after the outcome or an error.
#[derive(Debug)]
pub struct RunStates {
    client: Client,
    watch: Watch,
    started: Instant,
}

impl RunStates {
    pub(crate) fn new(client: Client, watch: Watch) -> Self {
        Self { client, watch, started: Instant::now() }
    }
}

impl Iterator for RunStates {
    type Item = Result<RunState>;

    fn next(&mut self) -> Option<Self::Item> {
        let delay = self.watch.delay(self.started.elapsed())?;
        wait(self.watch.cancel_token(), delay);
        Some(self.client.drive_since(self.started, &mut self.watch))
    }
}

impl std::iter::FusedIterator for RunStates {}
