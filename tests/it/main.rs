//! The workspace's own tests: whole clients, against recorded answers and over TLS and proxies, and in an environment.

mod clients;
mod connection;
mod downloads;
mod durable;
mod environment;
mod frame;
mod recorded;
mod replay;
mod resources;
mod text;
mod tracing;
mod uploads;
