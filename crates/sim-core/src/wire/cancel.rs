//! A token by which a caller ends calls, over any transport.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// A token that ends the calls that it was given to. Clones are the same token.
///
/// A call that waits for an answer, for the next event of a stream or for its next attempt ends with an error of
/// kind [`Cancelled`](crate::ErrorKind::Cancelled). Its connection closes, and that cancels a run that the
/// connection carries. Other calls and their connections are not affected.
///
/// ```
/// use sim_core::{CancelToken, ExecuteWorkflow};
///
/// let token = CancelToken::new();
/// let call = ExecuteWorkflow::new("wf-1").cancel(&token);
/// // Another thread or task ends the call:
/// token.cancel();
/// assert!(token.is_cancelled());
/// # drop(call);
/// ```
#[derive(Clone, Default)]
pub struct CancelToken(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    cancelled: bool,
    /// The wakers of those who wait, each under its own number.
    waiting: Vec<(u64, Waker)>,
    next: u64,
}

impl CancelToken {
    /// Creates a token that nobody has cancelled yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends every call that has this token, and every call that gets it later.
    pub fn cancel(&self) {
        let waiting = {
            let mut state = self.state();
            state.cancelled = true;
            std::mem::take(&mut state.waiting)
        };
        for (_, waker) in waiting {
            waker.wake();
        }
    }

    /// Returns whether [`cancel`](Self::cancel) was called.
    pub fn is_cancelled(&self) -> bool {
        self.state().cancelled
    }

    /// Returns a future that is ready once the token is cancelled. A blocking transport polls it with the waker of
    /// its thread.
    pub fn cancelled(&self) -> Cancelled {
        Cancelled { token: self.clone(), number: None }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for CancelToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelToken").field("is_cancelled", &self.is_cancelled()).finish()
    }
}

/// A future that completes once a token is cancelled; returned by [`CancelToken::cancelled`].
#[derive(Debug)]
#[must_use]
pub struct Cancelled {
    token: CancelToken,
    /// The number under which the token knows this future, or `None` before the first poll.
    number: Option<u64>,
}

impl Future for Cancelled {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        let mut state = this.token.state();
        if state.cancelled {
            return Poll::Ready(());
        }
        let number = *this.number.get_or_insert_with(|| {
            state.next += 1;
            state.next
        });
        match state.waiting.iter_mut().find(|(waiting, _)| *waiting == number) {
            Some((_, waker)) => waker.clone_from(cx.waker()),
            None => state.waiting.push((number, cx.waker().clone())),
        }
        Poll::Pending
    }
}

impl Drop for Cancelled {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            self.token.state().waiting.retain(|(waiting, _)| *waiting != number);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn each_who_waits_is_woken_once_and_nobody_who_left() {
        let token = CancelToken::new();
        let count = Arc::new(Count::default());
        let waker = Waker::from(Arc::clone(&count));
        let mut cx = Context::from_waker(&waker);
        let mut stays = pin!(token.cancelled());
        assert!(stays.as_mut().poll(&mut cx).is_pending());
        assert!(stays.as_mut().poll(&mut cx).is_pending(), "polled twice, it waits once");
        {
            let mut leaves = pin!(token.cancelled());
            assert!(leaves.as_mut().poll(&mut cx).is_pending());
        }
        token.clone().cancel();
        assert_eq!(count.0.load(Ordering::Relaxed), 1);
        assert!(stays.poll(&mut cx).is_ready() && token.is_cancelled());
        assert!(pin!(token.cancelled()).poll(&mut cx).is_ready(), "and from then on");
    }
}
