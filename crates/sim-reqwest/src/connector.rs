//! The connector, which builds reqwest's client: the settings that a user may change, and those that are fixed.

use std::fmt;
use std::sync::Arc;

use reqwest::{NoProxy, Proxy, redirect, retry};
use sim_core::transport::{ApiSettings, Connection, Connector};
use sim_core::{Api, ClientBuilder, Error, Result};
use sim_net::dial::Dialer;
use sim_net::setup::Setup;

use crate::client::Client;
use crate::net::{Names, Servers};

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
            .pool_idle_timeout(connection.idle);
        let http = on_the_way(http, dialer.clone())
            .build()
            .map_err(|error| Error::request(format!("reqwest cannot be set up: {error}")))?;
        let servers = Servers::new(dialer, api.base_url())
            .map_err(|error| Error::request(format!("the base URL cannot be used: {error}")))?;
        Ok(Client { api, http, servers: Arc::new(servers) })
    }
}

/// Lets `sim-net` decide about what is on the way to a server.
fn on_the_way(settings: reqwest::ClientBuilder, dialer: Dialer) -> reqwest::ClientBuilder {
    let probes = dialer.keep_alive;
    let settings = settings
        .tcp_keepalive(probes.map(|probes| probes.idle()))
        .tcp_keepalive_interval(probes.map(|probes| probes.interval()))
        .tcp_keepalive_retries(probes.map(|probes| probes.probes()))
        .dns_resolver(Arc::new(Names(dialer.resolver)));
    // A peer that is gone is noticed as late while data is on its way as while it is silent.
    #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
    let settings = settings.tcp_user_timeout(probes.map(|probes| probes.patience()));
    #[cfg(feature = "tls")]
    let settings = settings.tls_backend_preconfigured(dialer.tls.config().as_ref().clone());
    let proxies = dialer.proxies;
    if proxies.is_none() {
        // For a proxy that has to be asked, reqwest makes a URL of each request. This one is never asked, and keeps
        // reqwest from looking for proxies on its own.
        if let Ok(unused) = Proxy::all("http://localhost") {
            return settings.proxy(unused.no_proxy(NoProxy::from_string("*,0.0.0.0/0,::/0")));
        }
    }
    settings.proxy(Proxy::custom(move |url| {
        let (host, port) = (url.host_str()?, url.port_or_known_default()?);
        let proxy = proxies.proxy_for(url.scheme() == "https", host, port);
        // A setting that cannot be read is an error before the request gets here.
        proxy.ok().flatten().map(sim_net::proxy::Proxy::to_url)
    }))
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
    /// Returns a builder for a client. The defaults are the hosted service and no credentials.
    pub fn builder() -> ClientBuilder<Reqwest> {
        ClientBuilder::new(Reqwest::default())
    }

    /// Creates a client from a core that you built yourself, with the default connection.
    ///
    /// # Errors
    /// If the system's certificates or a setting of the environment cannot be used.
    pub fn with_api(api: Api) -> Result<Self> {
        Reqwest::default().connected(api, Connection::default())
    }
}

impl Connector for Reqwest {
    type Client = Client;

    fn connect(self, api: ApiSettings, connection: Connection) -> Result<Client> {
        self.connected(api.build(rand::random())?, connection)
    }
}
