//! Waits that a cancel token can end.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use sim_core::CancelToken;

/// A waker that unparks a thread.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for `delay`, or until the token is cancelled.
pub(crate) fn wait(token: Option<&CancelToken>, delay: Duration) {
    let Some(token) = token else { return thread::sleep(delay) };
    let (began, mut cancelled) = (Instant::now(), pin!(token.cancelled()));
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut cx = Context::from_waker(&waker);
    // A thread may be unparked for other reasons.
    while cancelled.as_mut().poll(&mut cx).is_pending() {
        let left = delay.saturating_sub(began.elapsed());
        if left.is_zero() {
            return;
        }
        thread::park_timeout(left);
    }
}
