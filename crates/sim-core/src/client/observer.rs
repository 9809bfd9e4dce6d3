//! Shows what calls do to whoever wants to log or count it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::error::Error;
use crate::operation::{Context, Route};
use crate::primitives::RunId;

/// One attempt of a call, once its outcome is known.
///
/// It has neither the body nor the headers of the request. Its error keeps the body of an answer that was refused or
/// could not be read: think before that is logged.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// What was called, as the API reference writes it.
    pub route: Route,
    /// The number of the attempt, from 1.
    pub number: u32,
    /// The run that the request starts or is about.
    pub run_id: Option<&'a RunId>,
    /// The status of the answer, if there was one.
    pub status: Option<StatusCode>,
    /// Why the attempt led to no result.
    pub error: Option<&'a Error>,
    /// How long the call waits before its next attempt; `None` if this was the last.
    pub delay: Option<Duration>,
    /// The time since the call began.
    pub elapsed: Duration,
    /// The value that the call was given for the observer; `None` if it was given none.
    pub context: Option<&'a Context>,
}

type Tell = dyn Fn(&Attempt<'_>) + Send + Sync;

/// Whoever watches the attempts of a client.
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
