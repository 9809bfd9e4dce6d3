//! What reqwest lacks on its way to a server: limits of each part of a wait, the moment when a request leaves, names
//! and slices read without tokio's pool of threads. Nothing of Sim is here.

mod body_stream;
mod cancel;
mod clock;
pub(crate) mod errors;
mod names;
mod once;
mod polled;
mod progress;
mod request;
mod sent;
mod slices;
mod tasks;
mod turns;
mod way;

pub(crate) use body_stream::BodyStream;
pub(crate) use cancel::{give_up, until_cancelled};
pub(crate) use clock::before;
pub(crate) use names::Names;
pub(crate) use polled::polled;
pub(crate) use progress::Progress;
pub(crate) use request::Servers;
pub(crate) use sent::send;
pub(crate) use tasks::{Done, Tasks};
pub(crate) use turns::Turns;
pub(crate) use way::client;
