//! A batch on tasks: each sends one request.

use std::fmt;
use std::task::{Context, Poll, ready};

use futures_core::FusedStream;
use sim_core::transport::{Batch, BatchStep, Job};
use sim_core::{BatchPlan, BatchProgress, BatchRun};
use tokio::time::Instant;

use crate::client::Client;
use crate::net::{Done, Tasks, polled};

impl Client {
    /// Runs a workflow for many inputs, a few at a time, and returns what came of each. One failure stops nothing.
    ///
    /// The batch goes on while you poll what this returns. If you drop it, nothing more is sent; runs that the server
    /// has taken go on, and a batch with the same [store](BatchPlan::store) finds them again.
    pub fn batch(&self, plan: BatchPlan) -> BatchRuns {
        BatchRuns {
            client: self.clone(),
            batch: self.api.batch(plan),
            began: Instant::now(),
            jobs: Tasks::new(),
        }
    }
}

/// What came of the inputs of a batch; returned by [`Client::batch`]. It ends after the last one.
///
/// # Panics
/// Polling it panics if a callback of the plan, its inputs or its store does.
pub struct BatchRuns {
    client: Client,
    batch: Batch,
    began: Instant,
    jobs: Tasks<Job>,
}

impl BatchRuns {
    /// Returns how far the batch has come.
    pub fn progress(&self) -> BatchProgress {
        self.batch.progress()
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<BatchRun>> {
        loop {
            while let Poll::Ready(done) = self.jobs.poll_done(cx) {
                let Done::Made(job) = done else { return Poll::Ready(None) };
                self.batch.receive(job, self.began.elapsed());
            }
            if let Some(run) = self.batch.take() {
                return Poll::Ready(Some(run));
            }
            let step = self.batch.next(self.began.elapsed());
            if let BatchStep::Send(mut job) = step {
                let client = self.client.clone();
                self.jobs.spawn(async move {
                    // The job keeps the outcome; driving it cannot fail.
                    let _ = client.drive(&mut job).await;
                    job
                });
                continue;
            }
            // The last step may have made something ready.
            if let Some(run) = self.batch.take() {
                return Poll::Ready(Some(run));
            }
            match step {
                BatchStep::Wait(delay) => ready!(self.jobs.poll_alarm(cx, delay)),
                // A job that ends wakes the task.
                BatchStep::Busy | BatchStep::Send(_) => return Poll::Pending,
                BatchStep::Over => return Poll::Ready(None),
            }
        }
    }
}

polled!([] BatchRuns, "thing that came of an input", BatchRun);

impl FusedStream for BatchRuns {
    fn is_terminated(&self) -> bool {
        self.batch.is_over()
    }
}

impl fmt::Debug for BatchRuns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchRuns").field("progress", &self.progress()).finish_non_exhaustive()
    }
}
