//! The first generation of the API, `/api/...`: what the official SDKs began with and every server speaks.

mod execute;
mod executions;
mod file;
mod input;
mod job;
mod queue;
mod result;
mod status;
mod stream;
mod usage;

pub use execute::ExecuteWorkflow;
pub use executions::{CancelExecution, Cancellation, Cost, GetExecution, PausedAt, Run};
pub use file::FileInput;
pub use job::{GetJobStatus, JobMetadata, JobState, JobStatus};
pub use queue::{AsyncExecutionResult, Links, QueueWorkflow};
pub use result::{ExecutionMetadata, Pause, PausePoint, RunStatus, WorkflowExecutionResult};
pub use status::{GetWorkflowStatus, ValidateWorkflow, WorkflowStatus};
pub use stream::StreamWorkflow;
pub use usage::{GetUsageLimits, RateBucket, RateLimits, Storage, Usage, UsageLimits};
