//! Eight programs as users write them, each run against a Sim server in the process. Every file is one program, with the
//! test that runs it below.

mod approval_bot;
mod batch_tool;
mod deadlines;
mod deploy_tool;
mod generic;
mod own_loop;
mod typed_client;
mod web_service;
