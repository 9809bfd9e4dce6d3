//! Waits, within a bound, for a job that the server does by itself.

use std::fmt;
use std::time::Duration;

use http::response::Parts;
use sim_core::operation::RequestBody;
use sim_core::transport::{
    BodyPlan, Call, Exchange, Outcome, Phase, Step, TransportError, TransportErrorKind,
};
use sim_core::{Api, CancelToken, Endpoint, Error, ErrorKind, Result, TimeoutKind, Timeouts};

use crate::files::FileUpload;
use crate::knowledge::{Connector, ConnectorStatus, Document, DocumentUpload, ProcessingStatus};
use crate::tables::{ExportStatus, ImportStatus, TableExport, TableImport};

/// Something that the server works on, as it stands.
pub trait Job {
    /// Says whether nothing more will come of it. A job that failed is over too.
    fn is_over(&self) -> bool;
}

impl Job for TableImport {
    fn is_over(&self) -> bool {
        use ImportStatus as S;
        matches!(self.status, S::Completed | S::Failed | S::Canceled | S::Expired)
    }
}

impl Job for TableExport {
    fn is_over(&self) -> bool {
        use ExportStatus as S;
        matches!(self.status, S::Completed | S::Failed | S::Canceled)
    }
}

impl Job for Document {
    fn is_over(&self) -> bool {
        matches!(self.processing_status, ProcessingStatus::Completed | ProcessingStatus::Failed)
    }
}

impl Job for FileUpload {
    fn is_over(&self) -> bool {
        self.status.is_over()
    }
}

impl Job for DocumentUpload {
    fn is_over(&self) -> bool {
        self.status.is_over()
    }
}

/// A connector is over when it is not syncing.
impl Job for Connector {
    fn is_over(&self) -> bool {
        self.status != ConnectorStatus::Syncing
    }
}

/// How long a job is waited for, and how often it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    first: Duration,
    longest: Duration,
    pub(super) bound: Duration,
    pub(super) failures: u32,
}

impl Patience {
    /// Looks again after 1.5 s, growing by half to 15 s, for 10 minutes at most. 5 looks in a row may fail.
    pub const fn new() -> Self {
        Self {
            first: Duration::from_millis(1500),
            longest: Duration::from_secs(15),
            bound: Duration::from_secs(600),
            failures: 5,
        }
    }

    /// Sets the time between two looks: the first, and the longest that it grows to.
    #[must_use]
    pub const fn interval(mut self, first: Duration, longest: Duration) -> Self {
        (self.first, self.longest) = (first, longest);
        self
    }

    /// Sets how long the wait may last. There is no wait without a bound: a job may never end.
    #[must_use]
    pub const fn bound(mut self, bound: Duration) -> Self {
        self.bound = bound;
        self
    }

    /// Sets how many looks in a row may fail.
    #[must_use]
    pub const fn failures(mut self, failures: u32) -> Self {
        self.failures = failures;
        self
    }

    /// The time before look number `look`, from 1.
    pub(super) fn delay(&self, look: u32) -> Duration {
        let growth = 1.5_f64.powi(i32::try_from(look.min(64)).unwrap_or(64) - 1);
        let grown = Duration::try_from_secs_f64(self.first.as_secs_f64() * growth);
        grown.unwrap_or(self.longest).min(self.longest)
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self::new()
    }
}

/// The exchange that looks at a job until it is over, and gives the job as it ended, also if it failed.
///
/// # Examples
///
/// ```
/// use sim_core::Api;
/// use sim_platform::flow::{Patience, WaitFor};
/// use sim_platform::knowledge::GetDocument;
///
/// # fn wait(api: &Api) -> sim_core::Result<()> {
/// let look = GetDocument::new("kb-1", "doc-1", "ws-1");
/// let wait = WaitFor::new(api, look, Patience::new())?;
/// // let document = client.drive(wait)?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// An error whose `is_timeout()` is true if the bound passes first; the job goes on. Refusals end the wait, but for 429
/// and 5xx, of which some may follow each other.
pub struct WaitFor<E: Endpoint> {
    api: Api,
    look: E,
    call: Call<E>,
    patience: Patience,
    looks: u32,
    failures: u32,
    elapsed: Duration,
}

impl<E> WaitFor<E>
where
    E: Endpoint + Clone,
    E::Output: Job,
{
    /// Waits for what `look` reads.
    ///
    /// # Errors
    ///
    /// Fails if the request cannot be built.
    pub fn new(api: &Api, look: E, patience: Patience) -> Result<Self> {
        let call = api.call(look.clone())?;
        let api = api.clone();
        let (looks, failures, elapsed) = (0, 0, Duration::ZERO);
        Ok(Self { api, look, call, patience, looks, failures, elapsed })
    }

    /// Looks again later, unless the wait is over by then.
    fn later(&mut self, asked: Option<Duration>, elapsed: Duration) -> Step<E::Output> {
        self.looks = self.looks.saturating_add(1);
        let delay = self.patience.delay(self.looks).max(asked.unwrap_or_default());
        let then = elapsed.saturating_add(delay);
        if then >= self.patience.bound {
            return Step::Done(Err(out_of_time()));
        }
        match self.api.call(self.look.clone()) {
            Ok(call) => {
                (self.call, self.elapsed) = (call, then);
                Step::Again(delay)
            }
            Err(error) => Step::Done(Err(error)),
        }
    }
}

pub(super) fn out_of_time() -> Error {
    TransportError::new(TransportErrorKind::Timeout(TimeoutKind::Total), Phase::Sent).into()
}

/// Whether an error says nothing about the job itself.
pub(super) fn may_pass(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Api => {
            error.status().is_some_and(|status| status == 429 || status.is_server_error())
        }
        ErrorKind::Resolve
        | ErrorKind::Connect
        | ErrorKind::Timeout(_)
        | ErrorKind::Closed
        | ErrorKind::Protocol
        | ErrorKind::Transport => true,
        _ => false,
    }
}

impl<E> Exchange for WaitFor<E>
where
    E: Endpoint + Clone,
    E::Output: Job,
{
    type Output = E::Output;

    fn request(&self) -> http::Request<RequestBody> {
        self.call.request()
    }

    fn cancel_token(&self) -> Option<&CancelToken> {
        self.call.cancel_token()
    }

    /// What the bound leaves ends a look too.
    fn timeouts(&self) -> Timeouts {
        let mut timeouts = self.call.timeouts();
        let left = self.patience.bound.saturating_sub(self.elapsed);
        timeouts.total = Some(timeouts.total.map_or(left, |total| total.min(left)));
        timeouts
    }

    fn plan(&self, head: &Parts) -> BodyPlan {
        self.call.plan(head)
    }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<E::Output> {
        self.elapsed = elapsed;
        match self.call.receive(outcome, elapsed) {
            Step::Again(delay) if elapsed.saturating_add(delay) >= self.patience.bound => {
                Step::Done(Err(out_of_time()))
            }
            Step::Again(delay) => Step::Again(delay),
            Step::Done(Ok(job)) if job.is_over() => Step::Done(Ok(job)),
            Step::Done(Ok(_)) => {
                self.failures = 0;
                self.later(None, elapsed)
            }
            Step::Done(Err(error)) => {
                self.failures += 1;
                if !may_pass(&error) || self.failures > self.patience.failures {
                    return Step::Done(Err(error));
                }
                self.later(error.retry_after(), elapsed)
            }
        }
    }
}

impl<E: Endpoint + fmt::Debug> fmt::Debug for WaitFor<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitFor")
            .field("look", &self.look)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}
