//! The boundary: what the core asks of whoever does the I/O, and what it takes back.
//!
//! A transport needs nothing but this loop:
//!
//! ```
//! use std::time::{Duration, Instant};
//!
//! use sim_core::{Exchange, Outcome, Result, Step};
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
//! repeats nothing by itself, and reads at most [`Exchange::body_limit`] bytes of the body. What it must
//! tell apart when something fails is the [`Phase`](crate::Phase) that the request reached.

use std::time::Duration;

use bytes::Bytes;

use crate::error::Result;
use crate::timeouts::Timeouts;
use crate::transport_error::TransportError;

/// What sending a request led to: a complete answer, or why there is none.
pub type Outcome = std::result::Result<http::Response<Bytes>, TransportError>;

/// What to do after an outcome.
#[must_use]
#[derive(Debug)]
pub enum Step<T> {
    /// The conversation is over.
    Done(Result<T>),
    /// Wait this long, then send [`Exchange::request`] again: it may have changed.
    Again(Duration),
}

/// A conversation with the server, one request at a time.
///
/// Nothing can be called out of order: `request` may be read at any time, and `receive` is a function from
/// what happened to what comes next.
pub trait Exchange {
    /// What the conversation is for.
    type Output;

    /// The request to send next.
    fn request(&self) -> &http::Request<Bytes>;

    /// The limits for the next attempt. `None` is no limit.
    fn timeouts(&self) -> Timeouts;

    /// How much of a body to read, in bytes; more is `TransportErrorKind::TooLarge`.
    fn body_limit(&self) -> usize;

    /// Takes what came of sending the request. `elapsed` is the time since the conversation began.
    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<Self::Output>;
}
