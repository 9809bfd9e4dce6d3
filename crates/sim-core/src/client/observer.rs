//! The observer of a client, for logs and metrics.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::error::Error;
use crate::operation::{Context, Route};
use crate::primitives::RunId;

/// One attempt of a call, once its outcome is known.
///
/// It holds neither the body nor the headers of the request. Its error holds the body of an answer that was a refusal
/// or could not be read: consider that before you log it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// The method and path of the operation, as the API reference writes them.
    pub route: Route,
    /// The number of the attempt, from 1.
    pub number: u32,
    /// The run that the request is about. Of a start, this is the id that it sent, if the server is known to honour
    /// it. `None` if no run is known.
    pub run_id: Option<&'a RunId>,
    /// The id that a start sent for its run; `None` if the request starts no run.
    pub sent_id: Option<&'a RunId>,
    /// The status of the answer, or `None` if there was no answer.
    pub status: Option<StatusCode>,
    /// Why the attempt led to no result, or `None` if it succeeded.
    pub error: Option<&'a Error>,
    /// How long the call waits before its next attempt; `None` if this was the last.
    pub delay: Option<Duration>,
    /// The time since the call began.
    pub elapsed: Duration,
    /// The context of the call for its observer; `None` if the call has none.
    pub context: Option<&'a Context>,
}

type Tell = dyn Fn(&Attempt<'_>) + Send + Sync;

/// The function that observes the attempts of a client.
#[derive(Clone)]
pub(crate) struct Observer(Arc<Tell>);

impl Observer {
    pub(crate) fn new(tell: impl Fn(&Attempt<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    pub(crate) fn tell(&self, attempt: &Attempt<'_>) {
        (self.0)(attempt);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}
