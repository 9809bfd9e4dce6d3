//! The connector, which builds ureq's agent: the settings that a user may change, and those that are fixed.

use std::fmt;

use sim_core::transport::{ApiSettings, Connection, Connector, Destination};
use sim_core::{Api, Error, Result};
use sim_net::setup::Setup;
use sim_net::variable;
use ureq::config::{AutoHeaderValue, ConfigBuilder};
use ureq::typestate::AgentScope;
use ureq::{Agent, Proxy};

use crate::client::Client;
#[cfg(not(feature = "tls"))]
use crate::net::errors;
use crate::net::{BUFFER, LONGEST_HEAD, NetConnector, NoResolver};

/// The connector of this adapter, with settings of ureq.
pub struct Ureq {
    settings: ConfigBuilder<AgentScope>,
    setup: Setup,
}

impl Ureq {
    /// Creates a connector from settings that only ureq has.
    ///
    /// Redirects, the treatment of statuses, compression and buffers are set after that: an answer is
    /// always the one that the request led to. A proxy that is set here and not the environment's is kept. Limits of
    /// single reads and writes have no effect: [`idle`](sim_core::Timeouts::idle) is that limit. Who is
    /// trusted over TLS is not ureq's choice: see [`with_tls`](Self::with_tls).
    pub fn new(settings: ConfigBuilder<AgentScope>) -> Self {
        Self { settings, setup: Setup::default() }
    }

    sim_net::setup_methods!();

    pub(crate) fn connected(self, api: Api, connection: Connection) -> Result<Client> {
        #[cfg(not(feature = "tls"))]
        if api.base_url().starts_with("https:") {
            return Err(Error::request(format!("{}: {}", api.base_url(), errors::NO_TLS)));
        }
        let Self { settings, mut setup } = self;
        let config = settings
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .accept_encoding(AutoHeaderValue::None)
            .max_response_header_size(LONGEST_HEAD)
            .input_buffer_size(BUFFER)
            .output_buffer_size(BUFFER)
            .max_idle_age(connection.idle)
            .build();
        // ureq reads the environment by itself: where that has a proxy and the settings have none, none is meant.
        setup.is_direct |= config.proxy().is_none() && Proxy::try_from_env().is_some();
        let own = config.proxy().filter(|proxy| !proxy.is_from_env());
        setup.proxy = connection.proxy.or(own.map(|proxy| proxy.uri().to_string()));
        setup.keep_alive = connection.keep_alive;
        setup.root_certificates = connection.root_certificates;
        let refused = |error| Error::request(format!("{error}"));
        let dialer = setup.dialer().map_err(refused)?;
        if let Ok(base) = api.base_url().parse() {
            let Destination { secure, host, port, .. } = Destination::at(&base);
            dialer.check(secure, &host, port).map_err(refused)?;
        }
        Ok(Client { api, agent: Agent::with_parts(config, NetConnector(dialer), NoResolver) })
    }
}

impl Default for Ureq {
    fn default() -> Self {
        Self { settings: Agent::config_builder(), setup: Setup::default() }
    }
}

impl fmt::Debug for Ureq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ureq").finish_non_exhaustive()
    }
}

impl Client {
    sim_core::builders!(Ureq, variable::get, std::fs::read_to_string);
}

impl Connector for Ureq {
    type Client = Client;

    fn connect(self, api: ApiSettings, connection: Connection) -> Result<Client> {
        self.connected(api.build(rand::random())?, connection)
    }
}
