//! What reqwest lacks on its way to a server: limits of each part of a wait, the moment when a request leaves, names
//! and slices read without tokio's pool of threads. Nothing of Sim is here.

mod body_stream;
mod cancel;
mod clock;
mod errors;
mod names;
mod once;
mod progress;
mod request;
mod slices;
mod way;

pub(crate) use body_stream::BodyStream;
pub(crate) use cancel::until_cancelled;
pub(crate) use clock::Clock;
pub(crate) use errors::explained;
pub(crate) use names::Names;
pub(crate) use progress::Progress;
pub(crate) use request::{Servers, request};
pub(crate) use way::on_the_way;
