//! The boundary: what the core asks of whoever does the I/O, and what it takes back.
//!
//! A transport needs nothing but this loop:
//!
//! ```
//! use std::time::{Duration, Instant};
//!
//! use sim_core::Result;
//! use sim_core::transport::{Exchange, Outcome, Step};
//!
//! fn run<X: Exchange>(mut exchange: X, send: impl Fn(&X) -> Outcome) -> Result<X::Output> {
//!     let started = Instant::now();
//!     loop {
//!         match exchange.receive(send(&exchange), started.elapsed()) {
//!             Step::Done(result) => return result,
//!             Step::Again(delay) => std::thread::sleep(delay),
//!         }
//!     }
//! }
//! ```
//!
//! `send` puts [`Exchange::request`] on the wire within [`Exchange::timeouts`], follows no redirect,
//! repeats nothing by itself, and treats the body of the answer as [`Exchange::plan`] says. What it must
//! tell apart when something fails is the [`Phase`] that the request reached.
//!
//! The head of an answer is bounded by the core, the same for all: what an adapter reads of one may be bounded
//! at [`MAX_HEAD`](crate::MAX_HEAD) and [`MAX_HEADERS`](crate::MAX_HEADERS) or above. A head beyond the
//! adapter's own bound is `TransportErrorKind::Protocol`.
//!
//! A body that is handed over stays with the adapter: it gives the core an answer without one, and feeds
//! what it reads later to the [`RunEvents`](crate::RunEvents) that the exchange ends with.

use std::time::Duration;

use http::response::Parts;

use crate::error::Result;
use crate::wire::{
    CancelToken, Outcome, Phase, RequestBody, Timeouts, TransportError, TransportErrorKind,
};

/// What to do after an outcome.
#[must_use]
#[derive(Debug)]
pub enum Step<T> {
    /// The conversation is over.
    Done(Result<T>),
    /// Wait this long, then send [`Exchange::request`] again: it may have changed.
    Again(Duration),
}

/// What to do with the body of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyPlan {
    /// Read it to its end; more than `limit` bytes are `TransportErrorKind::TooLarge`.
    Read {
        /// In bytes.
        limit: usize,
    },
    /// Leave it unread: the caller reads it as a stream. Where the exchange ends with an error instead, drop it,
    /// and its connection with it.
    HandOver,
}

/// A conversation with the server, one request at a time.
///
/// Nothing can be called out of order: `request` may be read at any time, and `receive` is a function from
/// what happened to what comes next.
pub trait Exchange {
    /// What the conversation is for.
    type Output;

    /// The request to send next, made anew each time that it is asked for.
    fn request(&self) -> http::Request<RequestBody>;

    /// The limits for the next attempt. `None` is no limit.
    fn timeouts(&self) -> Timeouts;

    /// The token that ends the conversation from outside; `None` if it has none. Whoever drives it looks at the token
    /// before each request and while it waits, and hands in an error of kind
    /// [`Cancelled`](crate::transport::TransportErrorKind::Cancelled) once it is cancelled.
    fn cancel_token(&self) -> Option<&CancelToken> {
        None
    }

    /// What to do with the body of an answer whose head is here.
    fn plan(&self, head: &Parts) -> BodyPlan;

    /// Takes what came of sending the request. `elapsed` is the time since the conversation began.
    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<Self::Output>;

    /// Ends the conversation because its caller wants no more of it: the error is of kind
    /// [`Cancelled`](crate::ErrorKind::Cancelled) and names the run that was asked for.
    ///
    /// For adapters that cancel by dropping a future: they drive `&mut exchange`, and it is left.
    fn cancel(&mut self, elapsed: Duration) -> Result<Self::Output> {
        let cancelled = || TransportError::new(TransportErrorKind::Cancelled, Phase::Sent);
        match self.receive(Err(cancelled()), elapsed) {
            Step::Done(result) => result,
            Step::Again(_) => Err(cancelled().into()),
        }
    }
}

impl<X: Exchange + ?Sized> Exchange for &mut X {
    type Output = X::Output;

    fn request(&self) -> http::Request<RequestBody> {
        (**self).request()
    }

    fn timeouts(&self) -> Timeouts {
        (**self).timeouts()
    }

    fn cancel_token(&self) -> Option<&CancelToken> {
        (**self).cancel_token()
    }

    fn plan(&self, head: &Parts) -> BodyPlan {
        (**self).plan(head)
    }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<Self::Output> {
        (**self).receive(outcome, elapsed)
    }

    fn cancel(&mut self, elapsed: Duration) -> Result<Self::Output> {
        (**self).cancel(elapsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An exchange that ends in its own way.
    struct Own;

    impl Exchange for Own {
        type Output = &'static str;

        fn request(&self) -> http::Request<RequestBody> {
            http::Request::default()
        }

        fn timeouts(&self) -> Timeouts {
            Timeouts::default()
        }

        fn plan(&self, _: &Parts) -> BodyPlan {
            BodyPlan::HandOver
        }

        fn receive(&mut self, _: Outcome, _: Duration) -> Step<Self::Output> {
            Step::Done(Ok("received"))
        }

        fn cancel(&mut self, _: Duration) -> Result<Self::Output> {
            Ok("cancelled")
        }
    }

    #[test]
    fn an_exchange_that_is_lent_is_cancelled_in_its_own_way() {
        let cancelled = |mut lent: &mut Own| Exchange::cancel(&mut lent, Duration::ZERO);
        assert_eq!(cancelled(&mut Own).expect("it ends"), "cancelled");
    }
}
