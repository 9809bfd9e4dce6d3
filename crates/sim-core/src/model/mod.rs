//! A run as plain data: its handle, its status, its result, its pause and its text. Errors, operations and
//! conversations name these types. They must not depend on requests, or on how an answer is read.

mod blocks;
mod claims;
mod cost;
mod digest;
mod handle;
mod large_value;
mod output_file;
mod pause;
mod result;
mod run_error;
mod status;
mod text;
mod wait_bound;
mod walk;

pub use blocks::Blocks;
pub use claims::Claims;
pub use cost::Cost;
pub use digest::InputDigest;
pub use handle::RunHandle;
pub use large_value::{LargeValue, LargeValueKind};
pub use output_file::OutputFile;
pub use pause::{FormField, Pause, PauseKind, PausePoint};
pub use result::{ExecutionMetadata, WorkflowExecutionResult};
pub use run_error::{RunError, RunErrorCode};
pub use status::RunStatus;
pub use text::{Collected, Texts};
pub use wait_bound::WaitBound;
