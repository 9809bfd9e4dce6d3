//! The connector, which builds reqwest's client: the settings that a user may change, and those that are fixed.

use std::fmt;
use std::sync::Arc;

use sim_core::transport::{ApiSettings, AsyncConnector, Connection, Connector};
use sim_core::{Api, Error, Result};
use sim_net::setup::Setup;
use sim_net::variable;

use crate::client::Client;
#[cfg(not(feature = "tls"))]
use crate::net::errors;
use crate::net::{self, Names, Servers};

/// The connector of this adapter, with settings of reqwest.
pub struct Reqwest {
    settings: reqwest::ClientBuilder,
    setup: Setup,
}

impl Reqwest {
    /// Creates a connector from settings that only reqwest has.
    ///
    /// Redirects, repeats and compression are set after that: an answer is always the one that the
    /// request led to. A proxy that is set here is asked before any other; that it is switched off here has no
    /// effect, see [`without_proxy`](Self::without_proxy). Who is trusted over TLS and what looks up names are not
    /// reqwest's choice either: see [`with_tls`](Self::with_tls) and [`with_resolver`](Self::with_resolver).
    pub fn new(settings: reqwest::ClientBuilder) -> Self {
        Self { settings, setup: Setup::default() }
    }

    sim_net::setup_methods!();

    pub(crate) fn connected(self, api: Api, connection: Connection) -> Result<Client> {
        #[cfg(not(feature = "tls"))]
        if api.base_url().starts_with("https:") {
            return Err(Error::request(format!("{}: {}", api.base_url(), errors::NO_TLS)));
        }
        let Self { settings, mut setup } = self;
        setup.proxy = connection.proxy;
        setup.keep_alive = connection.keep_alive;
        setup.root_certificates = connection.root_certificates;
        let refused = |error| Error::request(format!("{error}"));
        let dialer = setup.dialer().map_err(refused)?;
        let names = Names::new(dialer.resolver.clone());
        let http = net::client(settings, dialer.clone(), names.clone(), connection.idle)
            .map_err(|error| Error::request(format!("reqwest cannot be set up: {error}")))?;
        let servers = Servers::new(dialer, names, api.base_url())
            .map_err(|error| Error::request(format!("the base URL cannot be used: {error}")))?;
        Ok(Client { api, http, servers: Arc::new(servers) })
    }
}

impl Default for Reqwest {
    fn default() -> Self {
        Self::new(reqwest::Client::builder())
    }
}

impl fmt::Debug for Reqwest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reqwest").finish_non_exhaustive()
    }
}

impl Client {
    sim_core::builders!(Reqwest, variable::get, std::fs::read_to_string);
}

impl AsyncConnector for Reqwest {}

impl Connector for Reqwest {
    type Client = Client;

    fn connect(self, api: ApiSettings, connection: Connection) -> Result<Client> {
        self.connected(api.build(rand::random())?, connection)
    }
}
