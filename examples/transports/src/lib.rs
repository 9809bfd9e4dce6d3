//! Three more transports for the core of the Sim SDK, each in one file of at most 150 lines.
//!
//! They are there to be read and copied. Each passes the whole suite of `sim-conformance`, but for what it
//! declares missing.
//!
//! | module | on | kind | missing |
//! |---|---|---|---|
//! | [`hyper`] | hyper, on tokio | async | TLS |

pub mod hyper;
