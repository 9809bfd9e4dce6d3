//! A few threads that work on one thing, and whoever waits for what they have done.

use std::io;
use std::ops::{Deref, DerefMut};
use std::panic::resume_unwind;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Threads that work on a `T`. Dropping it stops them, each after what it is at.
pub(crate) struct Crew<T> {
    site: Arc<Site<T>>,
    threads: Vec<JoinHandle<()>>,
}

/// Where they work: one has hold of the thing at a time, and the others can wait until it has changed.
pub(crate) struct Site<T> {
    thing: Mutex<Thing<T>>,
    changed: Condvar,
}

/// The thing that they work on.
pub(crate) struct Thing<T> {
    thing: T,
    /// Whether nothing more is to be done: the owner has left, or a thread panicked.
    is_stopped: bool,
}

impl<T: Send + 'static> Crew<T> {
    /// Starts threads, `most` at the most. Fewer do the same, only later.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub(crate) fn start(
        name: &str,
        most: usize,
        thing: T,
        work: impl Fn(&Site<T>) + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let thing = Mutex::new(Thing { thing, is_stopped: false });
        let site = Arc::new(Site { thing, changed: Condvar::new() });
        let work = Arc::new(work);
        let mut crew = Self { site, threads: Vec::with_capacity(most) };
        for _ in 0..most {
            let (site, work) = (Arc::clone(&crew.site), Arc::clone(&work));
            let working = move || {
                let _stop = StopOnPanic(&site);
                work(&site);
            };
            match thread::Builder::new().name(name.to_owned()).spawn(working) {
                Ok(thread) => crew.threads.push(thread),
                Err(_) if !crew.threads.is_empty() => break,
                Err(error) => return Err(error),
            }
        }
        Ok(crew)
    }
}

impl<T> Crew<T> {
    /// Returns where they work.
    pub(crate) fn site(&self) -> &Site<T> {
        &self.site
    }

    /// Waits until the threads have ended.
    ///
    /// # Panics
    /// If one of them did.
    pub(crate) fn join(&mut self) {
        for thread in self.threads.drain(..) {
            if let Err(panic) = thread.join() {
                resume_unwind(panic);
            }
        }
    }
}

impl<T> Drop for Crew<T> {
    fn drop(&mut self) {
        self.site.stop();
    }
}

impl<T> Site<T> {
    /// Takes hold of the thing.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Thing<T>> {
        self.thing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets go of the thing until somebody has changed it, or for `limit` at the most.
    pub(crate) fn wait<'s>(
        &self,
        thing: MutexGuard<'s, Thing<T>>,
        limit: Option<Duration>,
    ) -> MutexGuard<'s, Thing<T>> {
        let Some(limit) = limit else {
            return self.changed.wait(thing).unwrap_or_else(PoisonError::into_inner);
        };
        self.changed.wait_timeout(thing, limit).unwrap_or_else(PoisonError::into_inner).0
    }

    /// Tells those who wait that the thing has changed.
    pub(crate) fn has_changed(&self) {
        self.changed.notify_all();
    }

    fn stop(&self) {
        self.lock().is_stopped = true;
        self.has_changed();
    }
}

impl<T> Thing<T> {
    pub(crate) fn is_stopped(&self) -> bool {
        self.is_stopped
    }
}

impl<T> Deref for Thing<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.thing
    }
}

impl<T> DerefMut for Thing<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.thing
    }
}

/// Stops the crew if its thread panics, so that nobody waits for what that thread held.
struct StopOnPanic<'s, T>(&'s Site<T>);

impl<T> Drop for StopOnPanic<'_, T> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop();
        }
    }
}
