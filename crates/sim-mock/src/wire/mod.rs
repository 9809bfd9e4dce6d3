//! HTTP: a file for each route of v1, and what the routes share.

mod answer;
mod auth;
mod body;
mod cancel;
mod chat;
mod claim;
mod delivery;
mod execute;
mod executions;
mod fault_answer;
mod framework;
mod headers;
mod intake;
mod jobs;
mod middleware;
mod options;
mod pause_detail;
mod paused;
mod preprocess;
mod queued;
mod refusal;
mod resume;
mod routes;
mod status;
mod stream;
mod sync;
mod usage;
mod v2;
mod webhook;

pub(crate) use routes::router;
pub(crate) use v2::{add_skills, define_tag, finish_indexing, set_mcp_tools};
