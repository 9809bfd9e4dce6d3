//! What the server answers, request by request.

mod client;
mod disconnect;
mod events;
mod execute;
mod executions;
mod fault_answers;
mod fault_connections;
mod fault_mixes;
mod faulty;
mod framework;
mod handle;
mod ids;
mod jobs;
mod limits;
mod outcomes;
mod refusals;
mod restart;
mod status;
mod stream_agents;
mod stream_ends;
mod stream_refusals;
mod streams;
