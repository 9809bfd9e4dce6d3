//! Decides which proxy, if any, is on the way to a server.
//!
//! [`ProxySettings`] come from the environment or name one proxy for everything. They answer for a scheme, a host and
//! a port, so both transports ask them before each connection and agree.

mod bypass;
mod server;
mod settings;
mod tunnel;

pub use server::{Proxy, ProxyScheme, ProxyUrlError};
pub use settings::ProxySettings;
pub(crate) use tunnel::{Target, open};
