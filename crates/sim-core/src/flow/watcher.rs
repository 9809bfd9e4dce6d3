//! What a program wants to be told while a conversation lasts.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::model::RunStatus;

/// A function that is told again and again. Clones share it, so a plan that holds one can be cloned.
pub(super) struct Shared<F: ?Sized>(Arc<Mutex<F>>);

/// The function that receives each new status of a run.
pub(super) type Watcher = Shared<dyn FnMut(&RunStatus) + Send>;

impl<F: ?Sized> Shared<F> {
    pub(super) fn new(function: Arc<Mutex<F>>) -> Self {
        Self(function)
    }

    /// Returns the function. The lock is held while it runs.
    pub(super) fn lock(&self) -> MutexGuard<'_, F> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<F: ?Sized> Clone for Shared<F> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
