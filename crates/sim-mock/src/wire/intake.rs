//! What the server has read of a request before its route handles it.

use bytes::Bytes;

use crate::fault::Fault;

/// What was taken in for a route: an id for the request, and its body.
#[derive(Debug, Clone)]
pub(crate) struct Intake {
    pub(crate) request_id: String,
    pub(crate) body: Bytes,
    /// There was more body than a route may see.
    pub(crate) too_large: bool,
    /// What goes wrong with it.
    pub(crate) fault: Option<Fault>,
}
