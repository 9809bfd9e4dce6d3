//! The workspace's own tests: whole clients, against recorded answers and over TLS and proxies.

mod clients;
mod connection;
mod downloads;
mod frame;
mod replay;
mod text;
