//! A batch on threads: each sends one request at a time.

use std::fmt;
use std::panic::resume_unwind;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use sim_core::transport::{Batch, BatchStep};
use sim_core::{BatchPlan, BatchProgress, BatchRun, Error};

use crate::client::Client;

impl Client {
    /// Runs a workflow for many inputs, a few at a time, and returns what came of each. One failure stops nothing.
    ///
    /// The batch begins at once, on threads of its own. If you drop what this returns, nothing more is sent; runs that
    /// the server has taken go on, and a batch with the same [store](BatchPlan::store) finds them again.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub fn batch(&self, plan: BatchPlan) -> sim_core::Result<BatchRuns> {
        let batch = self.api.batch(plan);
        let threads = batch.requests_at_once();
        let state = State { batch, is_stopped: false };
        let shared = Arc::new(Shared {
            client: self.clone(),
            began: Instant::now(),
            state: Mutex::new(state),
            changed: Condvar::new(),
        });
        let mut runs = BatchRuns { shared, threads: Vec::with_capacity(threads) };
        for _ in 0..threads {
            let shared = Arc::clone(&runs.shared);
            let name = "sim-batch".to_owned();
            match thread::Builder::new().name(name).spawn(move || work(&shared)) {
                Ok(thread) => runs.threads.push(thread),
                // Fewer threads do the same, only later.
                Err(_) if !runs.threads.is_empty() => break,
                Err(error) => {
                    let message = format!("the system gives the batch no thread: {error}");
                    return Err(Error::request(message));
                }
            }
        }
        Ok(runs)
    }
}

/// What came of the inputs of a batch; returned by [`Client::batch`]. It ends after the last one.
pub struct BatchRuns {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    client: Client,
    began: Instant,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    batch: Batch,
    /// Whether nothing more is to be sent: the caller has left, or a thread panicked.
    is_stopped: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    fn stop(&self) {
        self.lock().is_stopped = true;
        self.changed.notify_all();
    }
}

/// Stops the batch if its thread panics, so that nobody waits for what that thread held.
struct StopOnPanic<'a>(&'a Shared);

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop();
        }
    }
}

fn work(shared: &Shared) {
    let _stop = StopOnPanic(shared);
    let mut state = shared.lock();
    while !state.is_stopped {
        let step = state.batch.next(shared.began.elapsed());
        if state.batch.is_ready() {
            shared.changed.notify_all();
        }
        match step {
            BatchStep::Send(mut job) => {
                drop(state);
                // The job keeps the outcome; driving it cannot fail.
                let _ = shared.client.drive(&mut job);
                state = shared.lock();
                state.batch.receive(job, shared.began.elapsed());
                shared.changed.notify_all();
            }
            BatchStep::Wait(delay) => {
                let waited = shared.changed.wait_timeout(state, delay);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            BatchStep::Busy => state = shared.wait(state),
            BatchStep::Over => {
                shared.changed.notify_all();
                return;
            }
        }
    }
}

impl BatchRuns {
    /// Returns how far the batch has come.
    pub fn progress(&self) -> BatchProgress {
        self.shared.lock().batch.progress()
    }
}

impl Iterator for BatchRuns {
    type Item = BatchRun;

    /// # Panics
    /// If a callback of the plan, its inputs or its store panicked on a thread of the batch.
    fn next(&mut self) -> Option<BatchRun> {
        let shared = Arc::clone(&self.shared);
        let mut state = shared.lock();
        loop {
            if let Some(run) = state.batch.take() {
                shared.changed.notify_all();
                return Some(run);
            }
            if state.batch.is_over() {
                return None;
            }
            if state.is_stopped {
                drop(state);
                for thread in self.threads.drain(..) {
                    if let Err(panic) = thread.join() {
                        resume_unwind(panic);
                    }
                }
                return None;
            }
            state = shared.wait(state);
        }
    }
}

impl std::iter::FusedIterator for BatchRuns {}

impl Drop for BatchRuns {
    fn drop(&mut self) {
        self.shared.stop();
    }
}

impl fmt::Debug for BatchRuns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchRuns").field("progress", &self.progress()).finish_non_exhaustive()
    }
}
