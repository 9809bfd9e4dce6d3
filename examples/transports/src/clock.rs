//! Waits that are within the limits of an attempt and can be cancelled, for async transports.

use std::future::pending;
use std::pin::pin;
use std::time::Duration;

use sim_core::transport::{Exchange, Phase, TransportError, TransportErrorKind as Kind};
use sim_core::{CancelToken, Timeouts};
use tokio::select;
use tokio::time::{Instant, sleep, timeout};

/// What another task may need until it has read an answer that is there.
const GRACE: Duration = Duration::from_millis(100);

pub(crate) type Lost<T> = Result<T, TransportError>;

/// The limits of an attempt, when it began, and who may cancel it.
#[derive(Debug)]
pub(crate) struct Clock {
    limits: Timeouts,
    started: Instant,
    token: Option<CancelToken>,
}

impl Clock {
    /// Starts the clock of the next attempt of an exchange.
    pub(crate) fn start(exchange: &impl Exchange) -> Self {
        let token = exchange.cancel_token().cloned();
        Self { limits: exchange.timeouts(), started: Instant::now(), token }
    }

    /// Waits, for as long as that may last and nobody cancels.
    pub(crate) async fn within<T>(&self, phase: Phase, wait: impl Future<Output = T>) -> Lost<T> {
        let ended = |kind| Err(TransportError::new(kind, phase));
        let limit = self.limits.left(phase, Duration::ZERO, self.started.elapsed());
        let mut wait = pin!(wait);
        let over = async {
            let Some((left, kind)) = limit else { return pending().await };
            sleep(left).await;
            Kind::Timeout(kind)
        };
        select! {
            biased;
            () = cancelled(self.token.as_ref()) => ended(Kind::Cancelled),
            // What is there already counts for nothing where no time is left.
            done = &mut wait, if limit.is_none_or(|(left, _)| !left.is_zero()) => Ok(done),
            // Where the process stood still past the limit, the answer may lie there for another task to read.
            kind = over => match limit {
                Some((left, _)) if left.is_zero() => ended(kind),
                _ => timeout(GRACE, wait).await.or_else(|_| ended(kind)),
            },
        }
    }
}

/// Waits until a token is cancelled; for ever without one.
pub(crate) async fn cancelled(token: Option<&CancelToken>) {
    match token {
        Some(token) => token.cancelled().await,
        None => pending().await,
    }
}
