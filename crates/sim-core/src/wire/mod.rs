//! The wire: how far a request got, why it failed, its time limits, its body, and the bounds on an answer. The rooms
//! above use it, and adapters use it through the public module `transport`. It must not depend on anything of Sim.

mod body;
mod cancel;
mod destination;
mod head;
mod request_body;
mod timeouts;
mod transport_error;

pub use body::BodyCollector;
pub use cancel::{CancelToken, Cancelled};
pub use destination::Destination;
pub(crate) use destination::is_loopback;
pub use head::{MAX_HEAD, MAX_HEADERS};
pub(crate) use head::{is_no_answer, within_bounds};
pub use request_body::{BodyReader, RequestBody, Slice, Slices, Source};
pub use timeouts::Timeouts;
pub use transport_error::{Outcome, Phase, TimeoutKind, TransportError, TransportErrorKind};
