//! What the server has read of a request before its route handles it.

use bytes::Bytes;

use crate::fault::Fault;

/// A request as its route receives it: its id and its body.
#[derive(Debug, Clone)]
pub(crate) struct Intake {
    pub(crate) request_id: String,
    pub(crate) body: Bytes,
    /// Whether the body is larger than a route may see.
    pub(crate) too_large: bool,
    /// The fault that happens to the request, or `None`.
    pub(crate) fault: Option<Fault>,
}
