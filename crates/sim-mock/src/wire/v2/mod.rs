//! `/api/v2`: the second generation of the API, over the same runs as the first.

mod billing;
mod cancel;
mod cursor;
mod data;
mod execute;
mod fields;
mod files;
mod folders;
mod guard;
mod issue;
mod knowledge;
mod log;
mod log_summary;
mod logs;
mod options;
mod problem;
mod query;
mod receipt;
mod resource;
mod result;
mod result_stream;
mod resume;
mod routes;
mod run;
mod runs;
mod shelves;
mod start;
mod tables;
mod workflows;
mod workspace;

pub(crate) use knowledge::{define as define_tag, finish as finish_indexing};
pub(crate) use problem::{PREFIX, Problem};
pub(crate) use routes::router;
pub(crate) use tables::served as exported;
