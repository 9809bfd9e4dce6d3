//! The connector, which builds reqwest's client: the settings that a user may change, and those that are fixed.

use std::sync::Arc;
use std::{fmt, fs};

use reqwest::{redirect, retry};
use sim_core::transport::{ApiSettings, AsyncConnector, Connection, Connector};
use sim_core::{Api, ClientBuilder, Error, Profile, Result};
use sim_net::setup::Setup;
use sim_net::variable::{self, VariableError};

use crate::client::Client;
use crate::net::{Names, Servers, on_the_way};

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

    /// Connects without a proxy of the environment.
    #[must_use]
    pub fn without_proxy(mut self) -> Self {
        self.setup.is_direct = true;
        self
    }

    /// Speaks TLS with this configuration of [rustls](sim_net::tls::rustls): other roots, a client certificate,
    /// another cryptography. The certificates of the system and of the builder are then not looked at.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn with_tls(mut self, config: sim_net::tls::rustls::ClientConfig) -> Self {
        self.setup.tls = Some(config);
        self
    }

    /// Looks up names with this resolver instead of the system's.
    #[must_use]
    pub fn with_resolver(mut self, resolver: sim_net::resolve::Resolver) -> Self {
        self.setup.resolver = Some(resolver);
        self
    }

    pub(crate) fn connected(self, api: Api, connection: Connection) -> Result<Client> {
        let Self { settings, mut setup } = self;
        setup.proxy = connection.proxy;
        setup.keep_alive = connection.keep_alive;
        setup.root_certificates = connection.root_certificates;
        let refused = |error| Error::request(format!("{error}"));
        let dialer = setup.dialer().map_err(refused)?;
        let http = settings
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .http1_only()
            // What a user agent has to accept (RFC 9112, 5.1 and 5.2).
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
            .connection_verbose(false)
            .pool_idle_timeout(connection.idle);
        let names = Names::new(dialer.resolver.clone());
        let http = on_the_way(http, dialer.clone(), names.clone())
            .build()
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

/// Reads a variable of the environment.
fn variable(name: &str) -> Result<Option<String>, VariableError> {
    variable::read(name, variable::of_process)
}

impl Client {
    /// Returns a builder for a client. The defaults are the hosted service and no credentials.
    pub fn builder() -> ClientBuilder<Reqwest> {
        ClientBuilder::new(Reqwest::default())
    }

    /// Returns a builder with the key and the base URL of the environment: `SIM_API_KEY`, and `SIM_BASE_URL` or else
    /// `SIM_ENDPOINT`, as far as they are set.
    ///
    /// # Errors
    /// If a variable is set and cannot be read; the error names it.
    pub fn builder_from_env() -> Result<ClientBuilder<Reqwest>> {
        Self::builder().variables(variable)
    }

    /// Returns a builder with the key and the endpoint of a profile of the official command-line client.
    ///
    /// # Errors
    /// As [`Profile::read`].
    pub fn builder_from_profile(name: &str) -> Result<ClientBuilder<Reqwest>> {
        let profile = Profile::read(name, variable, |path| fs::read_to_string(path))?;
        Ok(Self::builder().profile(&profile))
    }

    /// Creates a client from a core that you built yourself, with the default connection.
    ///
    /// # Errors
    /// If the system's certificates or a setting of the environment cannot be used.
    pub fn with_api(api: Api) -> Result<Self> {
        Reqwest::default().connected(api, Connection::default())
    }
}

impl AsyncConnector for Reqwest {}

impl Connector for Reqwest {
    type Client = Client;

    fn connect(self, api: ApiSettings, connection: Connection) -> Result<Client> {
        self.connected(api.build(rand::random())?, connection)
    }
}
