//! The boundary between the core and a transport: the requests that the core asks for, and the outcomes that it takes
//! back. Adapters drive it; calls and conversations implement it. It must not depend on how a call decides.
//!
//! A transport needs nothing but this loop:
//!
//! ```
//! use std::time::{Duration, Instant};
//!
//! use sim_core::Result;
//! use sim_core::transport::{Exchange, Outcome, Step};
//!
//! fn drive<X: Exchange>(mut exchange: X, send: impl Fn(&X) -> Outcome) -> Result<X::Output> {
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
//! `send` puts [`Exchange::request`] on the wire within [`Exchange::timeouts`]. It follows no redirect, repeats
//! nothing by itself, and treats the body of the answer as [`Exchange::plan`] says. When a request fails, it reports
//! the [`Phase`] that the request reached.
//!
//! The core bounds the head of an answer, the same for all transports. An adapter may set its own bound at
//! [`MAX_HEAD`](crate::transport::MAX_HEAD) and [`MAX_HEADERS`](crate::transport::MAX_HEADERS) or above. It reports a
//! head beyond its own bound as `TransportErrorKind::Protocol`.
//!
//! With [`BodyPlan::HandOver`], the body stays with the adapter. The adapter gives the core an answer with an empty
//! body, and feeds the bytes that it reads later to the [`RunEvents`](crate::transport::RunEvents) that the exchange
//! ends with.

use std::time::Duration;

use http::response::Parts;

use crate::error::Result;
use crate::wire::{
    CancelToken, Outcome, Phase, RequestBody, Timeouts, TransportError, TransportErrorKind,
};

/// The step that follows an outcome.
#[must_use]
#[derive(Debug)]
pub enum Step<T> {
    /// The conversation is over, with this result.
    Done(Result<T>),
    /// Wait this long, then send [`Exchange::request`] again. The request may have changed.
    Again(Duration),
}

/// The treatment of an answer's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyPlan {
    /// Read the body to its end. Report a body of more than `limit` bytes as `TransportErrorKind::TooLarge`.
    Read {
        /// The largest body to read, in bytes.
        limit: usize,
    },
    /// Leave the body unread: the caller reads it as a stream. If the exchange ends with an error instead, drop the
    /// body and close its connection.
    HandOver,
}

/// A conversation with the server, one request at a time.
///
/// There is no wrong order of calls: read `request` at any time; `receive` turns each outcome into the next step.
pub trait Exchange {
    /// The result of a conversation that succeeds.
    type Output;

    /// Returns the request to send next. Each call builds it anew.
    fn request(&self) -> http::Request<RequestBody>;

    /// Returns the limits for the next attempt. `None` means no limit.
    fn timeouts(&self) -> Timeouts;

    /// Returns the token that ends the conversation from outside, or `None` if there is none. The driver checks the
    /// token before each request and while it waits. Once the token is cancelled, the driver reports an error of kind
    /// [`Cancelled`](crate::transport::TransportErrorKind::Cancelled).
    fn cancel_token(&self) -> Option<&CancelToken> {
        None
    }

    /// Returns how to treat the body of an answer with this head.
    fn plan(&self, head: &Parts) -> BodyPlan;

    /// Takes the outcome of sending the request. `elapsed` is the time since the conversation began.
    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<Self::Output>;

    /// Ends the conversation because the caller no longer wants it.
    ///
    /// For adapters that cancel by dropping a future: they drive `&mut exchange`, so the exchange outlives the
    /// future.
    ///
    /// # Errors
    /// Always: the error is of kind [`Cancelled`](crate::ErrorKind::Cancelled) and names the run of the request.
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

/// Several requests toward one result, some of them at once. It performs no I/O: a driver sends its jobs.
///
/// All times are since the first call of [`next`](Self::next).
pub trait Parallel {
    /// One request, to be driven like any exchange, which ends after one attempt.
    type Job: Exchange<Output = ()>;
    /// The result of all requests together.
    type Output;

    /// Returns the largest number of jobs that are on their way at once; at least 1.
    fn at_once(&self) -> usize;

    /// Returns what to do at `now`.
    fn next(&mut self, now: Duration) -> Turn<Self::Job, Self::Output>;

    /// Takes back a job that was driven.
    fn receive(&mut self, job: Self::Job, now: Duration);
}

/// What the driver of a [`Parallel`] does next.
#[derive(Debug)]
#[must_use]
pub enum Turn<J, T> {
    /// Drive this job, and give it back to [`Parallel::receive`].
    Send(J),
    /// Ask again after this long, or as soon as a job was given back.
    Wait(Duration),
    /// Ask again as soon as a job was given back.
    Busy,
    /// Everything is over, with this result. No job is on its way.
    Over(Result<T>),
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
