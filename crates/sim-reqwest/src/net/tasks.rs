//! Tasks at work, and an alarm for who waits for them.

use std::panic::resume_unwind;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Sleep, sleep};

/// Tasks that each make a `T`. Dropping it ends them.
pub(crate) struct Tasks<T> {
    tasks: JoinSet<T>,
    alarm: Option<Pin<Box<Sleep>>>,
}

/// What there is to do once a task has ended.
pub(crate) enum Done<T> {
    /// A task has made this.
    Made(T),
    /// The runtime is about to end, and the task ended with it.
    Gone,
}

impl<T: Send + 'static> Tasks<T> {
    pub(crate) fn new() -> Self {
        Self { tasks: JoinSet::new(), alarm: None }
    }

    pub(crate) fn spawn(&mut self, work: impl Future<Output = T> + Send + 'static) {
        self.tasks.spawn(work);
    }

    /// Returns what a task has made. Pending while none has ended, and where there is none.
    ///
    /// # Panics
    /// If a task did.
    pub(crate) fn poll_done(&mut self, cx: &mut Context<'_>) -> Poll<Done<T>> {
        match ready!(self.tasks.poll_join_next(cx)) {
            None => Poll::Pending,
            Some(Ok(made)) => Poll::Ready(Done::Made(made)),
            Some(Err(error)) => match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(_) => Poll::Ready(Done::Gone),
            },
        }
    }

    /// Completes after `delay`, which replaces that of the last call.
    pub(crate) fn poll_alarm(&mut self, cx: &mut Context<'_>, delay: Duration) -> Poll<()> {
        self.alarm.insert(Box::pin(sleep(delay))).as_mut().poll(cx)
    }
}
