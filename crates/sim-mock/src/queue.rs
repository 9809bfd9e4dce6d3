//! The queue in which queued runs wait.

use std::time::Duration;

use tokio::sync::watch;

use crate::sleep::sleep;

/// The queue: a delay for every run, and a gate that a test can close.
#[derive(Debug)]
pub(crate) struct Queue {
    delay: Duration,
    held: watch::Sender<bool>,
}

impl Queue {
    pub(crate) fn new(delay: Duration) -> Self {
        Self { delay, held: watch::Sender::new(false) }
    }

    pub(crate) fn hold(&self) {
        self.held.send_replace(true);
    }

    pub(crate) fn release(&self) {
        self.held.send_replace(false);
    }

    /// Waits until a run that was queued now may begin.
    pub(crate) async fn turn(&self) {
        let mut held = self.held.subscribe();
        sleep(self.delay).await;
        // An error would mean that the queue is gone, and the run with it.
        let _ = held.wait_for(|held| !held).await;
    }
}
