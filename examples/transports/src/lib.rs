//! Five more transports for the core of the Sim SDK, to be read and copied: `docs/transport.md` goes through
//! [`sockets`], and `docs/embedding.md` through [`poll_loop`] and [`smol`].
//!
//! Each driver is one file of at most 200 lines. What its stack lacks stands beside it: for [`sockets`] HTTP/1.1 and a
//! socket with limits, for `libcurl` its callbacks, for [`hyper`] the body of a request, for [`poll_loop`] and [`smol`] an
//! attempt that never blocks. Each passes the whole suite of `sim-conformance`, but for what it declares missing.
//!
//! | module | on | kind | missing |
//! |---|---|---|---|
//! | [`hyper`] | hyper, on tokio | async | TLS |
//! | `libcurl` | libcurl, a C library | blocking | TLS |
//! | [`sockets`] | `std::net` and httparse | blocking | TLS, cancelling while it connects, early answers |
//! | [`poll_loop`] | mio and httparse | many exchanges on one thread | TLS, kept connections |
//! | [`smol`] | smol and httparse | async, without tokio | TLS, kept connections |

mod blocking;
mod body;
mod clock;
mod exchange_task;
mod http1;
pub mod hyper;
#[cfg(unix)]
pub mod libcurl;
mod nonblocking;
pub mod poll_loop;
pub mod smol;
pub mod sockets;
#[cfg(unix)]
mod tap;
mod task;
mod wire;
