//! The basic types that every room uses: ids, points in time, secrets, the two generations, and the conversion of
//! values from JSON and into parameters. They must not depend on requests, answers or errors.

mod generation;
mod id;
pub(crate) mod json;
mod list;
mod macros;
pub(crate) mod param;
pub(crate) mod rate_limit;
pub(crate) mod redact;
mod secret;
pub(crate) mod time;

pub use generation::Generation;
pub(crate) use id::UNRESERVED;
pub use id::{ContextId, DeploymentVersionId, FolderPath, JobId, RunId, WorkflowId, WorkspaceId};
pub use list::List;
pub use param::Param;
pub use rate_limit::RateLimitInfo;
pub use secret::Secret;
pub(crate) use secret::hide;
