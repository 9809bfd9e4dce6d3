//! `/api/v2/workflows`: the workflows, their versions, deployments and folders.

pub(super) mod deploy;
pub(super) mod edit;
pub(super) mod folders;
mod item;
pub(super) mod portable;
pub(super) mod read;
pub(super) mod versions;
