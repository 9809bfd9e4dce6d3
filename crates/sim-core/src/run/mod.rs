//! Runs: starting, streaming, queueing, reading, cancelling and resuming them, in either generation of the API.
//! Conversations build on these operations. An operation is one type with two forms on the wire;
//! [`Operation::set_generation`](crate::Operation::set_generation) selects the form. It must not depend on a type
//! that only one generation has.

mod after_resume;
mod around;
mod cancel;
mod declarations;
mod encoded;
mod execute;
mod file;
mod get;
mod input;
mod large;
mod list;
mod log;
mod queue;
mod rereads;
mod resume;
mod resumed;
mod span;
mod start;
mod stream;
mod webhook;

pub use cancel::{CancelReason, CancelRun, Cancellation};
pub(crate) use declarations::DECLARATIONS;
pub use execute::ExecuteWorkflow;
pub use file::FileInput;
pub use get::{GetRun, PausedAt, Run};
pub use list::{ListRuns, RunFilter, RunListItem, SortOrder};
pub use log::{GetLog, ListLogs, Log, LogDetails, LogLevel, LogWorkflow};
pub use queue::{AsyncExecutionResult, Links, QueueWorkflow};
pub use resume::{ResumeRun, ResumeStream};
pub use resumed::{QueuedResume, Resumed};
pub use span::{SpanCost, Tokens, ToolCall, TraceSpan};
pub use stream::StreamWorkflow;
pub use webhook::{Delivery, Mark, TriggerWebhook, WebhookAddress};
#[cfg(feature = "webhooks")]
pub use webhook::{RejectedDelivery, VerifiedDelivery, WebhookVerifier};
