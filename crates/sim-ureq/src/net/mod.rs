//! What ureq lacks on its way to a server: connections by `sim-net`, limits of a whole wait, early answers, heads
//! longer than a buffer, and that no feature of ureq's changes an answer and no log shows a secret. Nothing of Sim is here.

mod buffers;
mod call_context;
mod connector;
pub(crate) mod errors;
mod gate;
mod hidden;
mod old_headers;
mod secrets;
mod transport;

pub(crate) use buffers::{BUFFER, LONGEST_HEAD};
pub(crate) use call_context::CallContext;
pub(crate) use connector::{NetConnector, NoResolver};
pub(crate) use hidden::reveal;
pub(crate) use secrets::Held;

/// A body that the caller reads as a stream, with the context of its call.
pub(crate) type BodyStream = (ureq::BodyReader<'static>, CallContext);
