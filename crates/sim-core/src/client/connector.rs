//! How an adapter makes its client: from the settings of the core and those of the connection.

use std::fmt;
use std::time::Duration;

use crate::client::{Api, Config};
use crate::error::Result;
use crate::primitives::redact;

/// The way in which an adapter makes its client from a core and the settings of the connection.
///
/// A builder needs nothing else from a transport. Sending is not part of it: see
/// [`Exchange`](crate::transport::Exchange).
pub trait Connector: Sized {
    /// The type of the adapter's client.
    type Client;

    /// Creates the client.
    ///
    /// # Errors
    /// If a certificate or the proxy cannot be used.
    fn connect(self, api: ApiSettings, connection: Connection) -> Result<Self::Client>;
}

/// A connector whose client is async, so that it can wait for a provider of credentials.
pub trait AsyncConnector: Connector {}

/// A connector that connects nothing and builds the bare core, for a program that drives the core itself.
#[derive(Debug, Clone, Copy)]
pub struct Bare {
    /// The seed of run ids and jitter; see [`ApiSettings::build`].
    pub seed: [u8; 32],
}

impl Connector for Bare {
    type Client = Api;

    fn connect(self, api: ApiSettings, _: Connection) -> Result<Api> {
        api.build(self.seed)
    }
}

/// The settings of a connection, as data. The transport applies them.
#[derive(Clone)]
#[non_exhaustive]
pub struct Connection {
    /// How long to keep an unused connection. It must be less than 5 s, because Sim closes an unused connection then,
    /// and the outcome of a request that crosses the close is unknown.
    pub idle: Duration,
    /// The URL of the proxy to use in place of the environment's. `None` uses the environment's.
    pub proxy: Option<String>,
    /// Root certificates to trust in addition to those of the system, each in PEM format.
    pub root_certificates: Vec<Vec<u8>>,
    /// The silence after which the system probes a connection, or `None` for never.
    pub keep_alive: Option<Duration>,
}

impl Default for Connection {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(4),
            proxy: None,
            root_certificates: Vec::new(),
            keep_alive: Some(Duration::from_secs(60)),
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("idle", &self.idle)
            .field("proxy", &self.proxy.as_deref().map(redact::address))
            .field("root_certificates", &self.root_certificates.len())
            .field("keep_alive", &self.keep_alive)
            .finish()
    }
}

/// The settings of the core, complete except for a random seed.
#[derive(Clone)]
pub struct ApiSettings(pub(super) Config);

impl ApiSettings {
    /// Creates the core. `seed` feeds run ids and jitter: take it from the system's random source, or use a fixed one
    /// in a test that must be exact.
    ///
    /// # Errors
    /// If two settings contradict each other: a header that the SDK sets itself, or a key that `http://` would
    /// expose.
    pub fn build(self, seed: [u8; 32]) -> Result<Api> {
        Api::new(self.0, seed)
    }
}

impl fmt::Debug for ApiSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiSettings").field("base_url", &self.0.base_url).finish_non_exhaustive()
    }
}
