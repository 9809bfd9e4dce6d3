//! A second request, for a first answer that leaves the result open.

use std::fmt;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::operation::Operation;
use crate::response::Answer;

/// The meaning of an answer for its call: settled, or open until a second request.
#[derive(Debug)]
pub enum Reading<T> {
    /// The answer settles the call.
    Settled(Result<T>),
    /// The answer leaves the result open; a second request settles it.
    Open(Box<dyn FollowUp<T>>),
}

/// A second request that settles a call whose first answer left the result open.
///
/// The call sends it like its own request: with the same headers, cancel token and context, and within the same
/// deadline. It has its own time limits, and the call repeats it as far as its idempotency allows. It counts in
/// [`Error::attempts`](crate::Error::attempts), and the observer sees it under its own route.
pub trait FollowUp<T>: fmt::Debug + Send + Sync {
    /// Returns the request to send.
    fn operation(&self) -> &dyn Operation;

    /// Takes the final outcome of the request: a successful answer, or the error after the last repeat.
    fn conclude(&mut self, read: Result<Answer>) -> Next<T>;
}

/// The step that follows a second request.
#[derive(Debug)]
pub enum Next<T> {
    /// The call ends with this result.
    Done(Result<T>),
    /// Send the request once more after this delay.
    Again(Duration),
    /// The first request did nothing, for this reason. The call repeats it if its retry policy says so.
    Refused(Error),
}
