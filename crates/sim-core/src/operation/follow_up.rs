//! A second request that settles what the answer to the first leaves open.

use std::fmt;
use std::time::Duration;

use crate::error::Result;
use crate::operation::Operation;
use crate::response::Answer;

/// What an answer says to the operation that it answers.
#[derive(Debug)]
pub enum Reading<T> {
    /// The answer settles the call.
    Settled(Result<T>),
    /// The answer leaves it open; a further request settles it.
    Open(Box<dyn FollowUp<T>>),
}

/// A request that settles a call whose first answer leaves it open.
///
/// The call sends it like any other request of its own: with the same headers, cancel token and context, within the
/// same deadline, with limits of its own, and repeated as far as its idempotency allows. It counts in
/// [`Error::attempts`](crate::Error::attempts), and the observer sees it under its own route.
pub trait FollowUp<T>: fmt::Debug + Send + Sync {
    /// Returns the request to send.
    fn operation(&self) -> &dyn Operation;

    /// Takes what the request led to, once there is no reason to repeat it: a successful answer, or why there is none.
    fn conclude(&mut self, read: Result<Answer>) -> Next<T>;
}

/// What comes after a follow-up.
#[derive(Debug)]
pub enum Next<T> {
    /// The call is settled.
    Done(Result<T>),
    /// The request is sent once more after this delay.
    Again(Duration),
}
