//! Operations that only the first generation of the API, `/api/...`, has: the status of a deployment, jobs, the list
//! of paused runs, and the limits of the account. Programs and conversations use them. They must not depend on a
//! conversation or on the second generation's resources.

mod job;
mod pause_record;
mod paused;
mod probe;
mod status;
mod usage;

pub use job::{GetJobStatus, JobMetadata, JobState, JobStatus};
pub use pause_record::{PauseRecord, ResumeEntry, ResumeLinks, ResumeState};
pub use paused::{
    GetPauseContext, GetPaused, ListPaused, PauseContext, PausedRun, PausedRunDetail, PausedState,
};
pub use probe::ProbeClaims;
pub use status::{GetWorkflowStatus, ValidateWorkflow, WorkflowStatus};
pub use usage::{GetUsageLimits, RateBucket, RateLimits, Storage, Usage, UsageLimits};
