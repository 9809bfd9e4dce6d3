//! The kinds of faults and what each does to a request.

use std::fmt;

use super::kind::Kind;

/// A fault that happens to one request; see [`Faults`](super::Faults).
///
/// A request that the server *handles* has the same effects as without the fault: a run starts or is queued,
/// and its id is used up. Only the answer is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// Closes the connection after the head of the request. The server does not handle the request, starts no
    /// run, and uses up no id.
    CloseUnread,
    /// Handles the request, and closes the connection without sending a byte. For a synchronous or streamed
    /// execute it closes the connection as soon as the run has begun. The server then cancels the run after
    /// the [`disconnect_delay`](crate::Builder::disconnect_delay), unless the run ends first.
    CloseAfterRead,
    /// Handles the request, and closes the connection without sending a byte once the whole answer is ready.
    /// A synchronous or streamed run has then ended, and its answer is lost.
    CloseAfterRun,
    /// Handles the request, and closes the connection in the middle of the head of the answer.
    CutHead,
    /// Handles the request, and closes the connection in the middle of the body of the answer, for a stream
    /// in the middle of its second frame. An answer without a body is cut in its head.
    CutBody,
    /// Handles the request, and sends nothing until the client leaves.
    Stall,
    /// Handles the request, and sends a 502 with an HTML page in place of the answer.
    GatewayPage,
    /// Answers 502 with an HTML page, without handling the request.
    GatewayPageUnhandled,
    /// Queues the run of a queued execute, but answers with the 503 `ASYNC_ENQUEUE_AMBIGUOUS`. The run takes
    /// place.
    AmbiguousEnqueue,
    /// Answers a queued execute with the 503 `ASYNC_ENQUEUE_AMBIGUOUS` (releases before 0.7.32: a 500), without queueing a run. There is
    /// never a run, but its id is used up: the same id sent again is a 409, and reading it is a 404. A client
    /// cannot learn this; see [`Fault::RECOVERABLE`].
    AmbiguousEnqueueLost,
    /// Answers an execute with the 429 `ADMISSION_GATE_CAPACITY` and this `Retry-After` in seconds (5 on
    /// Sim). The id stays free.
    Gate(u16),
    /// Answers an execute with the 429 of an empty bucket, without `Retry-After`. The id is used up: the
    /// server records a failed execution.
    Bucket,
    /// Answers an execute with the 503 of a server that cannot claim the run's id. No run starts, and the id
    /// stays free. It has no effect on [releases](crate::Release) that claim no ids.
    ClaimOutage,
    /// Handles a resume of v1 with an empty input in place of the one that was sent, and closes the connection
    /// without sending a byte: what servers that node runs do if the caller leaves within milliseconds.
    CloseEmptied,
    /// Answers with the 503 `SERVICE_OVERLOADED` and this `Retry-After` in seconds (5 on Sim), without
    /// handling the request. The id stays free.
    Overloaded(u16),
}

impl Fault {
    /// Every fault after which a client can still come to the one run and its
    /// result, with no time to wait: all but [`Fault::AmbiguousEnqueueLost`],
    /// [`Fault::ClaimOutage`] and [`Fault::CloseEmptied`].
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
            Self::Gate(_) | Self::Bucket | Self::ClaimOutage => {
                matches!(kind, Kind::Queue | Kind::Execute)
            }
            Self::CloseEmptied => kind == Kind::Resume,
            _ => true,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{self:?}"))
    }
}
