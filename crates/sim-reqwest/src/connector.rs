//! The connector, which builds reqwest's client: the settings that a user may change, and those that are fixed.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{ClientBuilder, Proxy, Url, redirect, retry};
use sim_core::transport::{ApiSettings, Connection, Connector, Destination};
use sim_core::{Api, Error, Result};

use crate::Client;
use crate::request::LastUrl;

/// The interval of TCP keep-alive. The server is silent while a run works, so this detects a dead peer.
const KEEP_ALIVE: Duration = Duration::from_secs(60);

/// The connector of this adapter, with settings of reqwest.
pub struct Reqwest {
    settings: ClientBuilder,
    /// Whether nobody changed a setting, so there is nothing to keep.
    is_default: bool,
}

impl Reqwest {
    /// Creates a connector from settings that only reqwest has.
    ///
    /// The connector then fixes redirects, repeats and compression: an answer always belongs to its own request.
    pub fn new(settings: ClientBuilder) -> Self {
        Self { settings, is_default: false }
    }

    pub(crate) fn connected(self, api: Api, connection: &Connection) -> Result<Client> {
        let base = Url::parse(api.base_url())
            .map_err(|error| Error::request(format!("the base URL cannot be used: {error}")))?;
        let is_local = api.base_url().parse().is_ok_and(|url| Destination::at(&url).is_local());
        let http = self.client(connection, is_local)?;
        Ok(Client { api, http, last: Arc::new(LastUrl::new(base)) })
    }

    fn client(self, connection: &Connection, is_local: bool) -> Result<reqwest::Client> {
        let mut settings = self
            .settings
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .http1_only()
            .pool_idle_timeout(connection.idle)
            .tcp_keepalive(KEEP_ALIVE);
        if let Some(url) = &connection.proxy {
            let proxy =
                Proxy::all(url).map_err(|_| Error::request("the proxy URL cannot be used"))?;
            settings = settings.proxy(proxy);
        } else if is_local && self.is_default {
            settings = settings.no_proxy();
        } else if is_local {
            // A proxy that the user set stays. Adding any other proxy, even one that does nothing, makes reqwest
            // ignore the environment.
            settings = settings.proxy(Proxy::custom(|_| None::<Url>));
        }
        for pem in &connection.root_certificates {
            settings = trust(settings, pem)?;
        }
        settings
            .build()
            .map_err(|error| Error::request(format!("reqwest cannot be set up: {error}")))
    }
}

#[cfg(feature = "rustls")]
fn trust(settings: ClientBuilder, pem: &[u8]) -> Result<ClientBuilder> {
    match reqwest::Certificate::from_pem_bundle(pem) {
        Ok(roots) if !roots.is_empty() => Ok(settings.tls_certs_merge(roots)),
        _ => Err(Error::request("a root certificate is not PEM")),
    }
}

#[cfg(not(feature = "rustls"))]
fn trust(_: ClientBuilder, _: &[u8]) -> Result<ClientBuilder> {
    Err(Error::request("a root certificate needs the feature rustls"))
}

impl Default for Reqwest {
    fn default() -> Self {
        Self { settings: reqwest::Client::builder(), is_default: true }
    }
}

impl fmt::Debug for Reqwest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reqwest").finish_non_exhaustive()
    }
}

impl Connector for Reqwest {
    type Client = Client;

    fn connect(self, api: ApiSettings, connection: Connection) -> Result<Client> {
        self.connected(api.build(rand::random())?, &connection)
    }
}
