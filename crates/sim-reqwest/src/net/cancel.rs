//! Work that a cancel token ends.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use sim_core::CancelToken;
use sim_core::transport::{TransportError, TransportErrorKind};

use super::progress::Progress;

/// Waits for `work`. Returns `None` if the token was cancelled first.
pub(crate) async fn until_cancelled<T>(
    token: Option<&CancelToken>,
    work: impl Future<Output = T>,
) -> Option<T> {
    let mut cancelled = token.map(CancelToken::cancelled);
    let mut work = pin!(work);
    poll_fn(|cx| {
        let is_cancelled = cancelled.as_mut().is_some_and(|it| Pin::new(it).poll(cx).is_ready());
        if is_cancelled {
            return Poll::Ready(None);
        }
        work.as_mut().poll(cx).map(Some)
    })
    .await
}

/// Gives a request up that the caller cancels.
pub(crate) fn give_up(progress: &Progress) -> TransportError {
    progress.give_up();
    TransportError::new(TransportErrorKind::Cancelled, progress.phase())
}
