//! A lookup that is under way.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use super::address::with_port;
use super::error::ResolveError;
use crate::Limit;

type Found = Result<Vec<SocketAddr>, ResolveError>;

/// A lookup that is under way: wait for it on this thread, or await it. To drop it gives it up.
#[derive(Debug)]
#[must_use = "a lookup does nothing for a caller that does not wait for it"]
pub struct Lookup {
    shared: Arc<Shared>,
    host: String,
    port: u16,
}

/// A lookup as all that wait for it see it.
#[derive(Debug, Default)]
pub(super) struct Shared {
    state: Mutex<State>,
    is_done: Condvar,
}

#[derive(Debug, Default)]
struct State {
    found: Option<Found>,
    wakers: Vec<Waker>,
}

impl Lookup {
    pub(super) fn new(shared: Arc<Shared>, host: &str, port: u16) -> Self {
        Self { shared, host: host.to_owned(), port }
    }

    /// Waits on this thread until the lookup is done.
    ///
    /// # Errors
    /// If the lookup fails or the limit ends the wait.
    pub fn wait(self, limit: &Limit<'_>) -> Result<Vec<SocketAddr>, ResolveError> {
        let mut state = self.shared.state();
        loop {
            if let Some(found) = &state.found {
                return with_port(found.clone()?, &self.host, self.port);
            }
            let now = Instant::now();
            limit.check_at(now).map_err(|stopped| ResolveError::stopped(&self.host, stopped))?;
            let is_done = &self.shared.is_done;
            state = match limit.next_check(now) {
                Some(after) => {
                    is_done.wait_timeout(state, after).unwrap_or_else(PoisonError::into_inner).0
                }
                None => is_done.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}

impl Future for Lookup {
    type Output = Result<Vec<SocketAddr>, ResolveError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.shared.state();
        if let Some(found) = &state.found {
            let found = found.clone();
            return Poll::Ready(found.and_then(|found| with_port(found, &self.host, self.port)));
        }
        if !state.wakers.iter().any(|waker| waker.will_wake(cx.waker())) {
            state.wakers.push(cx.waker().clone());
        }
        Poll::Pending
    }
}

impl Shared {
    pub(super) fn done(found: Found) -> Self {
        let state = State { found: Some(found), wakers: Vec::new() };
        Self { state: Mutex::new(state), is_done: Condvar::new() }
    }

    pub(super) fn finish(&self, found: Found) {
        let mut state = self.state();
        state.found = Some(found);
        let wakers = std::mem::take(&mut state.wakers);
        drop(state);
        self.is_done.notify_all();
        wakers.into_iter().for_each(Waker::wake);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
