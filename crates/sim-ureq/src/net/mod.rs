//! What ureq lacks on its way to a server: connections by `sim-net`, limits of a whole wait, early answers, heads
//! longer than a buffer, waits that can be cancelled, threads that share work, and that no feature of ureq's changes an answer and no log shows a secret. Nothing of Sim is here.

mod body_stream;
mod buffers;
mod call_context;
mod connector;
mod crew;
pub(crate) mod errors;
mod gate;
mod hidden;
mod old_headers;
mod request;
mod secrets;
mod transport;
mod wait;

pub(crate) use body_stream::{BodyStream, Piece};
pub(crate) use buffers::{BUFFER, LONGEST_HEAD};
pub(crate) use call_context::CallContext;
pub(crate) use connector::{NetConnector, NoResolver};
pub(crate) use crew::{Crew, Site};
pub(crate) use request::send;
pub(crate) use wait::wait;
