//! A batch on threads: each sends one request at a time.

use std::fmt;
use std::time::Instant;

use sim_core::transport::{Batch, BatchStep};
use sim_core::{BatchPlan, BatchProgress, BatchRun, Error, Result};

use crate::client::Client;
use crate::net::{Crew, Site};

impl Client {
    /// Runs a workflow for many inputs, a few at a time, and returns what came of each. One failure stops nothing.
    ///
    /// The batch begins at once, on threads of its own. If you drop what this returns, nothing more is sent; runs that
    /// the server has taken go on, and a batch with the same [store](BatchPlan::store) finds them again.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub fn batch(&self, plan: BatchPlan) -> Result<BatchRuns> {
        let batch = self.api.batch(plan);
        let (client, began, threads) = (self.clone(), Instant::now(), batch.requests_at_once());
        let crew = Crew::start("sim-batch", threads, batch, move |site| work(&client, began, site));
        let refused =
            |error| Error::request(format!("the system gives the batch no thread: {error}"));
        Ok(BatchRuns { crew: crew.map_err(refused)? })
    }
}

/// What came of the inputs of a batch; returned by [`Client::batch`]. It ends after the last one.
pub struct BatchRuns {
    crew: Crew<Batch>,
}

fn work(client: &Client, began: Instant, site: &Site<Batch>) {
    let mut batch = site.lock();
    while !batch.is_stopped() {
        let step = batch.next(began.elapsed());
        if batch.is_ready() {
            site.has_changed();
        }
        match step {
            BatchStep::Send(mut job) => {
                drop(batch);
                // The job keeps the outcome; driving it cannot fail.
                let _ = client.drive(&mut job);
                batch = site.lock();
                batch.receive(job, began.elapsed());
                site.has_changed();
            }
            BatchStep::Wait(delay) => batch = site.wait(batch, Some(delay)),
            BatchStep::Busy => batch = site.wait(batch, None),
            BatchStep::Over => return site.has_changed(),
        }
    }
}

impl BatchRuns {
    /// Returns how far the batch has come.
    pub fn progress(&self) -> BatchProgress {
        self.crew.site().lock().progress()
    }
}

impl Iterator for BatchRuns {
    type Item = BatchRun;

    /// # Panics
    /// If a callback of the plan, its inputs or its store panicked on a thread of the batch.
    fn next(&mut self) -> Option<BatchRun> {
        let site = self.crew.site();
        let mut batch = site.lock();
        loop {
            if let Some(run) = batch.take() {
                site.has_changed();
                return Some(run);
            }
            if batch.is_over() {
                return None;
            }
            if batch.is_stopped() {
                drop(batch);
                self.crew.join();
                return None;
            }
            batch = site.wait(batch, None);
        }
    }
}

impl std::iter::FusedIterator for BatchRuns {}

impl fmt::Debug for BatchRuns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchRuns").field("progress", &self.progress()).finish_non_exhaustive()
    }
}
