//! What tells the observers of one call, from its start to its end.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use http::StatusCode;

use crate::client::observer::{Attempt, CallEnd, CallInfo, Dropped, Observer, WaitInfo};
use crate::error::Error;
use crate::model::RunStatus;
use crate::operation::{Context, Ending, Route};
use crate::primitives::{RunId, WorkflowId};

/// The observers of a client.
pub(crate) type Observers = Arc<[Arc<dyn Observer>]>;

/// One call under observation. The parts of the call share it; the last one that is dropped tells that the call was
/// dropped, unless it has ended.
pub(crate) struct Telling {
    observers: Observers,
    operation: &'static str,
    route: Option<Route>,
    workflow: Option<WorkflowId>,
    context: Option<Context>,
    /// The conversation that makes the call, or `None` if it stands alone.
    parent: Option<Arc<Self>>,
    /// What each observer returned at the start; empty until the call has begun.
    states: OnceLock<Box<[Option<Context>]>>,
    ids: Mutex<Ids>,
    attempts: AtomicU32,
    is_over: AtomicBool,
}

/// The ids of the run that a call is about.
#[derive(Clone, Default)]
pub(crate) struct Ids {
    pub(crate) run_id: Option<RunId>,
    pub(crate) sent_id: Option<RunId>,
}

/// The subject of a call.
pub(crate) struct Subject<'a> {
    pub(crate) operation: &'static str,
    pub(crate) route: Option<Route>,
    pub(crate) workflow: Option<&'a WorkflowId>,
    pub(crate) context: Option<&'a Context>,
    pub(crate) ids: Ids,
    /// The conversation that makes the call, or `None` if it stands alone.
    pub(crate) parent: Option<&'a Arc<Telling>>,
}

/// An attempt as its request knows it.
pub(crate) struct Tried<'a> {
    pub(crate) route: &'a Route,
    pub(crate) status: Option<StatusCode>,
    pub(crate) error: Option<&'a Error>,
    pub(crate) delay: Option<Duration>,
    pub(crate) elapsed: Duration,
}

impl Telling {
    pub(crate) fn new(observers: &Observers, subject: Subject<'_>) -> Arc<Self> {
        Arc::new(Self {
            observers: Arc::clone(observers),
            operation: subject.operation,
            route: subject.route,
            workflow: subject.workflow.cloned(),
            context: subject.context.cloned(),
            parent: subject.parent.cloned(),
            states: OnceLock::new(),
            ids: Mutex::new(subject.ids),
            attempts: AtomicU32::new(0),
            is_over: AtomicBool::new(false),
        })
    }

    /// Tells once that the call begins.
    pub(crate) fn begin(&self, ids: Ids) {
        if self.states.get().is_some() {
            return;
        }
        *self.ids() = ids;
        self.start();
    }

    /// Tells once that the call begins, and before that its conversation.
    fn start(&self) {
        if self.states.get().is_some() {
            return;
        }
        if let Some(parent) = &self.parent {
            parent.start();
            parent.attempts.fetch_add(1, Ordering::Relaxed);
        }
        let ids = self.ids().clone();
        self.states.get_or_init(|| {
            let observers = self.observers.iter().enumerate();
            observers.map(|(n, observer)| observer.start(&self.info(&ids, n))).collect()
        });
    }

    /// Tells of attempt number `number`, and of the wait that follows it.
    pub(crate) fn tried(&self, number: u32, ids: &Ids, tried: &Tried<'_>) {
        self.begin(ids.clone());
        self.attempts.store(number, Ordering::Relaxed);
        *self.ids() = ids.clone();
        let message = tried.error.map(Error::message_and_cause);
        self.each(ids, |observer, call| {
            observer.attempt(&Attempt {
                call,
                route: tried.route,
                number,
                run_id: ids.run_id.as_ref(),
                sent_id: ids.sent_id.as_ref(),
                status: tried.status,
                code: tried.error.map(Error::code),
                message: message.as_deref(),
                delay: tried.delay,
                elapsed: tried.elapsed,
            });
            if let Some(delay) = tried.delay {
                observer.wait(&WaitInfo { call, attempts: number, delay });
            }
        });
    }

    /// Tells that a conversation waits before its next call.
    pub(crate) fn waits(&self, delay: Duration) {
        let ids = self.ids().clone();
        let attempts = self.attempts.load(Ordering::Relaxed);
        self.each(&ids, |observer, call| observer.wait(&WaitInfo { call, attempts, delay }));
    }

    /// Tells once how the call ended: with the status of its run if it has one, or with an error.
    pub(crate) fn ended(
        &self,
        run: Option<&RunId>,
        end: Result<Option<&RunStatus>, &Error>,
        elapsed: Option<Duration>,
    ) {
        if self.is_over.swap(true, Ordering::Relaxed) || self.states.get().is_none() {
            return;
        }
        let mut ids = self.ids().clone();
        ids.run_id = run.cloned().or(ids.run_id);
        let attempts = self.attempts.load(Ordering::Relaxed);
        let error = end.err();
        let message = error.map(Error::message_and_cause);
        let outcome = end.map_or("error", |status| status.map_or("ok", RunStatus::as_str));
        self.each(&ids, |observer, call| {
            observer.end(&CallEnd {
                call,
                attempts,
                outcome,
                code: error.map(Error::code),
                message: message.as_deref(),
                elapsed,
            });
        });
    }

    fn each(&self, ids: &Ids, tell: impl Fn(&dyn Observer, CallInfo<'_>)) {
        if self.states.get().is_some() {
            for (n, observer) in self.observers.iter().enumerate() {
                tell(&**observer, self.info(ids, n));
            }
        }
    }

    /// Returns what observer number `n` returned at the start.
    fn state(&self, n: usize) -> Option<&Context> {
        self.states.get()?.get(n)?.as_ref()
    }

    /// Returns what observer number `n` is told of the call.
    fn info<'a>(&'a self, ids: &'a Ids, n: usize) -> CallInfo<'a> {
        CallInfo {
            operation: self.operation,
            route: self.route.as_ref(),
            workflow: self.workflow.as_ref(),
            run_id: ids.run_id.as_ref(),
            sent_id: ids.sent_id.as_ref(),
            is_nested: self.parent.is_some(),
            context: self.context.as_ref(),
            state: self.state(n),
            parent_state: self.parent.as_ref().and_then(|parent| parent.state(n)),
        }
    }

    /// The lock is held for a copy alone, so that an observer can do anything.
    fn ids(&self) -> MutexGuard<'_, Ids> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ending for Telling {
    fn end(&self, run: Option<&RunId>, end: Result<&RunStatus, &Error>) {
        self.ended(run, end.map(Some), None);
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        if *self.is_over.get_mut() {
            return;
        }
        let ids = self.ids().clone();
        let attempts = self.attempts.load(Ordering::Relaxed);
        self.each(&ids, |observer, call| observer.dropped(&Dropped { call, attempts }));
    }
}

impl fmt::Debug for Telling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telling").field("operation", &self.operation).finish_non_exhaustive()
    }
}
