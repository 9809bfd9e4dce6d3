//! What the first generation of the API, `/api/...`, alone has: the state of a deployment, jobs, the listing of
//! pauses, and the limits of the account.

mod job;
mod paused;
mod status;
mod usage;

pub use job::{GetJobStatus, JobMetadata, JobState, JobStatus};
pub use paused::{
    GetPauseContext, GetPaused, ListPaused, PauseContext, PauseRecord, PausedRun, PausedRunDetail,
    PausedState, ResumeEntry, ResumeLinks, ResumeState,
};
pub use status::{GetWorkflowStatus, ValidateWorkflow, WorkflowStatus};
pub use usage::{GetUsageLimits, RateBucket, RateLimits, Storage, Usage, UsageLimits};
