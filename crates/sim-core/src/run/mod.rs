//! Starting a run and following it, in whichever generation of the API the client speaks.
//!
//! An operation of this module is one thing to its caller and has two forms on the wire: it is told which
//! to take by [`Operation::speak`](crate::Operation::speak), and reads the answer of either into the same type.

mod cancel;
mod declared;
mod error;
mod execute;
mod file;
mod first;
mod get;
mod input;
mod lines;
mod pause;
mod queue;
mod result;
mod resume;
mod second;
mod status;
mod stream;

pub(crate) use declared::DECLARATIONS;

pub use cancel::{CancelReason, CancelRun, Cancellation};
pub use error::{RunError, RunErrorCode};
pub use execute::ExecuteWorkflow;
pub use file::FileInput;
pub use get::{Cost, GetRun, PausedAt, Run};
pub use pause::{FormField, Pause, PauseKind, PausePoint};
pub use queue::{AsyncExecutionResult, Links, QueueWorkflow};
pub use result::{ExecutionMetadata, WorkflowExecutionResult};
pub use resume::{QueuedResume, ResumeRun, ResumeStream, Resumed};
pub use status::RunStatus;
pub use stream::StreamWorkflow;
