//! Ends calls from another thread.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Ends the calls of a client from another thread: see [`Client::until`](crate::Client::until).
///
/// A call that waits for an answer, for the next event of a stream or for its next attempt ends within some
/// 20 ms, with an error of kind [`Cancelled`](sim_core::ErrorKind::Cancelled). Its connection is closed, and
/// that cancels a run that it waits for. Other calls and their connections are not affected. A name that is
/// being resolved or a connection that is being made is left to itself: it ends within its limit, and nothing is
/// sent over it. For that, such a call runs on a thread of its own until its answer begins.
///
/// ```no_run
/// # fn main() -> sim_core::Result<()> {
/// # use std::time::Duration;
/// use serde_json::json;
/// use sim_ureq::{Cancel, Client};
///
/// let client = Client::from_env()?;
/// let cancel = Cancel::new();
/// let ours = client.until(&cancel);
/// std::thread::spawn(move || {
///     std::thread::sleep(Duration::from_secs(5));
///     cancel.cancel();
/// });
/// let outcome = ours.execute_workflow("my-workflow", json!({"city": "Oslo"}));
/// assert!(outcome.is_err_and(|error| error.is_cancelled()));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<Flag>);

#[derive(Debug, Default)]
struct Flag {
    raised: Mutex<bool>,
    changed: Condvar,
}

impl Cancel {
    /// A handle that was not used yet. Clones are the same handle.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends every call that runs under this handle, and all that follow.
    pub fn cancel(&self) {
        *self.0.raised.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.changed.notify_all();
    }

    /// Whether it was used.
    pub fn is_cancelled(&self) -> bool {
        *self.0.raised.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for that long, or until it is used.
    pub(crate) fn wait(&self, delay: Duration) {
        let raised = self.0.raised.lock().unwrap_or_else(PoisonError::into_inner);
        // How the wait ended does not matter: whoever waited asks again.
        drop(self.0.changed.wait_timeout_while(raised, delay, |raised| !*raised));
    }
}
