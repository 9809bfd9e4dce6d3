//! The commands.

pub(crate) mod access;
pub(crate) mod batch;
pub(crate) mod deploy;
pub(crate) mod files;
pub(crate) mod knowledge;
pub(crate) mod limits;
pub(crate) mod logs;
pub(crate) mod pauses;
pub(crate) mod run;
pub(crate) mod runs;
pub(crate) mod shell;
pub(crate) mod tables;
pub(crate) mod workflows;
