//! What a fault does to one request.

use std::fmt;

use super::kind::Kind;

/// What goes wrong with one request; see [`Faults`].
///
/// A request that is *handled* leaves behind all that it would have left
/// without the fault: a run starts or is queued, and its id is claimed. Only
/// its answer is spoiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// The connection closes at the head of the request, which is not
    /// handled: no run, no claim.
    CloseUnread,
    /// The request is handled, and the connection closes without a byte. For
    /// a synchronous or streamed execute it closes as soon as the run has
    /// begun, so the run has lost its caller and is cancelled after the
    /// [`disconnect_delay`](crate::Builder::disconnect_delay) if it is not
    /// faster.
    CloseAfterRead,
    /// The request is handled, and the connection closes without a byte once
    /// the whole answer could have been sent: a synchronous or streamed run
    /// has ended, and its answer is lost.
    CloseAfterRun,
    /// The request is handled, and the connection closes after one half of
    /// the head of the answer.
    CutHead,
    /// The request is handled, and the connection closes within the body of
    /// the answer: after one half of it, for a stream after one half of its
    /// second frame. An answer without a body is cut in its head.
    CutBody,
    /// The request is handled, and no byte of the answer comes, until the
    /// client leaves.
    Stall,
    /// The request is handled, and a 502 with a page of HTML takes the place
    /// of the whole answer.
    GatewayPage,
    /// A 502 with a page of HTML answers a request that is not handled.
    GatewayPageUnhandled,
    /// A queued execute is accepted and will run, but its answer is the 503
    /// `ASYNC_ENQUEUE_AMBIGUOUS`.
    AmbiguousEnqueue,
    /// A queued execute is answered by the 503 `ASYNC_ENQUEUE_AMBIGUOUS` and
    /// was not accepted. There is no run and never will be, but the id stays
    /// claimed: sent again it is a 409, and reading it is a 404. Nothing tells
    /// a client that this is so, see [`Fault::RECOVERABLE`].
    AmbiguousEnqueueLost,
    /// An execute is answered by the 429 `ADMISSION_GATE_CAPACITY`, with this
    /// many seconds to wait (Sim says 5). The id stays free.
    Gate(u16),
    /// An execute is answered by the 429 of an empty bucket, which names no
    /// time to wait. The id is burned: a failed execution is on record.
    Bucket,
    /// The answer is the 503 `SERVICE_OVERLOADED`, with this many seconds to
    /// wait (Sim says 5). The request is not handled, the id stays free.
    Overloaded(u16),
}

impl Fault {
    /// Every fault after which a client can still come to the one run and its
    /// result, with no time to wait: all but [`Fault::AmbiguousEnqueueLost`].
    ///
    /// Those that abandon a run cancel a synchronous or streamed one, so only
    /// queued runs are sure to have a result.
    pub const RECOVERABLE: [Self; 12] = [
        Self::CloseUnread,
        Self::CloseAfterRead,
        Self::CloseAfterRun,
        Self::CutHead,
        Self::CutBody,
        Self::Stall,
        Self::GatewayPage,
        Self::GatewayPageUnhandled,
        Self::AmbiguousEnqueue,
        Self::Gate(0),
        Self::Bucket,
        Self::Overloaded(0),
    ];

    /// Whether it can happen to such a request.
    pub(super) fn fits(self, kind: Kind) -> bool {
        match self {
            Self::AmbiguousEnqueue | Self::AmbiguousEnqueueLost => kind == Kind::Queue,
            Self::Gate(_) | Self::Bucket => matches!(kind, Kind::Queue | Kind::Execute),
            _ => true,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{self:?}"))
    }
}
