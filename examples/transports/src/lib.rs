//! Three more transports for the core of the Sim SDK, to be read and copied: `docs/transport.md` goes through
//! [`sockets`].
//!
//! Each driver is one file of at most 150 lines. What its stack lacks stands beside it: for [`sockets`] HTTP/1.1
//! and a socket with limits, for `libcurl` its callbacks, for [`hyper`] the body of a request. Each passes the whole suite of `sim-conformance`, but
//! for what it declares missing.
//!
//! | module | on | kind | missing |
//! |---|---|---|---|
//! | [`hyper`] | hyper, on tokio | async | TLS |
//! | `libcurl` | libcurl, a C library | blocking | TLS |
//! | [`sockets`] | `std::net` and httparse | blocking | TLS, cancelling while it connects |

mod blocking;
mod body;
mod clock;
mod http1;
pub mod hyper;
#[cfg(unix)]
pub mod libcurl;
pub mod sockets;
#[cfg(unix)]
mod tap;
mod wire;
