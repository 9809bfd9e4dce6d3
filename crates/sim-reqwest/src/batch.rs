//! A batch on tasks: each sends one request.

use std::fmt;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::FusedStream;
use sim_core::transport::{Batch, BatchStep, Job};
use sim_core::{BatchPlan, BatchProgress, BatchRun};
use tokio::task::JoinSet;
use tokio::time::{Instant, Sleep, sleep};

use crate::client::Client;
use crate::polled::polled;

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
            jobs: JoinSet::new(),
            alarm: None,
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
    jobs: JoinSet<Job>,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl BatchRuns {
    /// Returns how far the batch has come.
    pub fn progress(&self) -> BatchProgress {
        self.batch.progress()
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<BatchRun>> {
        loop {
            while let Poll::Ready(Some(done)) = self.jobs.poll_join_next(cx) {
                match done {
                    Ok(job) => self.batch.receive(job, self.began.elapsed()),
                    Err(error) => match error.try_into_panic() {
                        Ok(panic) => resume_unwind(panic),
                        // The runtime is about to end.
                        Err(_) => return Poll::Ready(None),
                    },
                }
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
                BatchStep::Wait(delay) => {
                    let alarm = self.alarm.insert(Box::pin(sleep(delay)));
                    if alarm.as_mut().poll(cx).is_pending() {
                        return Poll::Pending;
                    }
                }
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
