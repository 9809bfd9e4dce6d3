//! The observers of a client, for logs, traces and metrics.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::operation::{Context, Route};
use crate::primitives::{RunId, WorkflowId};

/// What a client tells of its calls while they happen, for logs, traces and metrics.
///
/// Every method does nothing by default. A client tells of each call in this order: its start, its attempts with the
/// waits between them, and then either its end or that it was dropped. A streamed run ends with the outcome of its
/// stream. A conversation, such as `execute_once` or a wait, is told as a call of its own, and the calls that it makes
/// come between its start and its end; they are told as [`nested`](CallInfo::is_nested).
///
/// Nothing that an observer is shown holds a body, the value of a header, a query or a key. The methods run on the
/// thread or task of the call, so they must be quick and must not block. A client with no observer spends nothing on
/// them.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicI64, Ordering};
///
/// use sim_core::observe::{CallEnd, CallInfo, Context, Dropped, Observer};
///
/// /// The number of calls that are on their way.
/// #[derive(Default)]
/// struct InFlight(AtomicI64);
///
/// impl Observer for InFlight {
///     fn start(&self, _: &CallInfo<'_>) -> Option<Context> {
///         self.0.fetch_add(1, Ordering::Relaxed);
///         None
///     }
///
///     fn end(&self, _: &CallEnd<'_>) {
///         self.0.fetch_sub(1, Ordering::Relaxed);
///     }
///
///     fn dropped(&self, _: &Dropped<'_>) {
///         self.0.fetch_sub(1, Ordering::Relaxed);
///     }
/// }
///
/// let gauge = Arc::new(InFlight::default());
/// let api = sim_core::Api::builder([7; 32]).observer(gauge.clone()).build()?;
/// # drop(api);
/// # Ok::<(), sim_core::Error>(())
/// ```
pub trait Observer: Send + Sync {
    /// Takes note that a call begins, right before its first request. A call whose request cannot be built is not told.
    ///
    /// The observer finds the value that it returns in [`CallInfo::state`] of everything else that it is told of this
    /// call: a span, or the time of the start. The core has no clock, so an observer that measures brings its own.
    fn start(&self, call: &CallInfo<'_>) -> Option<Context> {
        let _ = call;
        None
    }

    /// Takes note of an attempt once its outcome is known.
    fn attempt(&self, attempt: &Attempt<'_>) {
        let _ = attempt;
    }

    /// Takes note that the call waits before its next request.
    fn wait(&self, wait: &WaitInfo<'_>) {
        let _ = wait;
    }

    /// Takes note that a call ended: with a result, with an error, or because its token cancelled it.
    fn end(&self, end: &CallEnd<'_>) {
        let _ = end;
    }

    /// Takes note that the caller dropped a call, or the events of a stream, before its end.
    fn dropped(&self, dropped: &Dropped<'_>) {
        let _ = dropped;
    }
}

impl<O: Observer + ?Sized> Observer for Arc<O> {
    fn start(&self, call: &CallInfo<'_>) -> Option<Context> {
        (**self).start(call)
    }

    fn attempt(&self, attempt: &Attempt<'_>) {
        (**self).attempt(attempt);
    }

    fn wait(&self, wait: &WaitInfo<'_>) {
        (**self).wait(wait);
    }

    fn end(&self, end: &CallEnd<'_>) {
        (**self).end(end);
    }

    fn dropped(&self, dropped: &Dropped<'_>) {
        (**self).dropped(dropped);
    }
}

/// An observer of attempts alone.
pub(crate) struct OnAttempt<F>(pub(crate) F);

impl<F: Fn(&Attempt<'_>) + Send + Sync> Observer for OnAttempt<F> {
    fn attempt(&self, attempt: &Attempt<'_>) {
        (self.0)(attempt);
    }
}

/// What is known of a call while it lasts.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct CallInfo<'a> {
    /// The name of the operation, which is that of its type, such as `ExecuteWorkflow`; of a conversation, such as
    /// `Once` or `Wait`.
    pub operation: &'static str,
    /// The method and path of the operation, as the API reference writes them. `None` for a conversation.
    pub route: Option<&'a Route>,
    /// The workflow that the call is about, or `None` if it is about none.
    pub workflow: Option<&'a WorkflowId>,
    /// The run that the call is about. Of a start, this is the id that it sent, if the server is known to honour it.
    /// `None` if no run is known.
    pub run_id: Option<&'a RunId>,
    /// The id that a start sent for its run; `None` if the call starts no run.
    pub sent_id: Option<&'a RunId>,
    /// Whether the call is a part of a conversation that is told as well.
    pub is_nested: bool,
    /// The context of the call, as its caller set it; `None` if it has none.
    pub context: Option<&'a Context>,
    /// The value that this observer returned at the [start](Observer::start) of the call.
    pub state: Option<&'a Context>,
    /// The value that this observer returned at the start of the conversation that makes the call. `None` if the call
    /// is not [nested](Self::is_nested).
    pub parent_state: Option<&'a Context>,
}

/// One attempt of a call, once its outcome is known.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// The call that makes the attempt.
    pub call: CallInfo<'a>,
    /// The method and path of this request, as the API reference writes them. A second request of a call has its own.
    pub route: &'a Route,
    /// The number of the attempt, from 1.
    pub number: u32,
    /// The run that the request is about. Of a start, this is the id that it sent, if the server is known to honour
    /// it. `None` if no run is known.
    pub run_id: Option<&'a RunId>,
    /// The id that a start sent for its run; `None` if the request starts no run.
    pub sent_id: Option<&'a RunId>,
    /// The status of the answer, or `None` if there was no answer.
    pub status: Option<StatusCode>,
    /// The code of the error, see [`Error::code`](crate::Error::code). `None` if the attempt succeeded.
    pub code: Option<&'static str>,
    /// The message of the error, which can be the server's own. `None` if the attempt succeeded.
    pub message: Option<&'a str>,
    /// How long the call waits before its next attempt; `None` if this was the last.
    pub delay: Option<Duration>,
    /// The time since the call, or the conversation that makes it, began.
    pub elapsed: Duration,
}

/// A wait before the next request of a call.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct WaitInfo<'a> {
    /// The call that waits.
    pub call: CallInfo<'a>,
    /// How many requests the call has sent or tried so far.
    pub attempts: u32,
    /// How long the call waits.
    pub delay: Duration,
}

/// The end of a call.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct CallEnd<'a> {
    /// The call that ended. It names the run of its result, if it has one.
    pub call: CallInfo<'a>,
    /// How many requests the call sent or tried, including second requests. For a conversation this is the number of
    /// its calls.
    pub attempts: u32,
    /// How it ended, in one word: the status of the run if the result is that of a run (`completed`, `failed`,
    /// `paused`, `cancelled`), `ok` for any other result, and `error`.
    pub outcome: &'a str,
    /// The code of the error, see [`Error::code`](crate::Error::code). `None` if the call has a result.
    pub code: Option<&'static str>,
    /// The message of the error, which can be the server's own. `None` if the call has a result.
    pub message: Option<&'a str>,
    /// The time since the call began. `None` for a stream, whose end the core cannot date.
    pub elapsed: Option<Duration>,
}

/// A call that its caller dropped before its end.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Dropped<'a> {
    /// The call that was dropped.
    pub call: CallInfo<'a>,
    /// How many requests had been answered or had failed by then.
    pub attempts: u32,
}
