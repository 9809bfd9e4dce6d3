//! The connector, which builds ureq's agent: the settings that a user may change, and those that are fixed.

use std::fmt;

use sim_core::transport::{ApiSettings, Connection, Connector};
use sim_core::{Error, Result};
use ureq::config::{AutoHeaderValue, ConfigBuilder};
use ureq::typestate::AgentScope;
use ureq::{Agent, Proxy};

use crate::Client;
use crate::connection::{BUFFER, WatchedConnector, WatchedResolver};
use crate::long_head;

/// The connector of this adapter, with settings of ureq.
pub struct Ureq {
    settings: ConfigBuilder<AgentScope>,
}

impl Ureq {
    /// Creates a connector from settings that only ureq has.
    ///
    /// The connector then fixes redirects, the treatment of statuses, compression and buffers: an answer always
    /// belongs to its own request. The trusted certificates are then ureq's choice.
    pub fn new(settings: ConfigBuilder<AgentScope>) -> Self {
        Self { settings }
    }

    pub(crate) fn agent(self, connection: &Connection) -> Result<Agent> {
        let mut settings = self
            .settings
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .accept_encoding(AutoHeaderValue::None)
            .max_response_header_size(long_head::MOST)
            .input_buffer_size(BUFFER)
            .output_buffer_size(BUFFER)
            .max_idle_age(connection.idle);
        if let Some(url) = &connection.proxy {
            let proxy =
                Proxy::new(url).map_err(|_| Error::request("the proxy URL cannot be used"))?;
            settings = settings.proxy(Some(proxy));
        }
        if !connection.root_certificates.is_empty() {
            settings = tls::trust(settings, &connection.root_certificates)?;
        }
        let (connector, resolver) = (WatchedConnector::default(), WatchedResolver::default());
        Ok(Agent::with_parts(settings.build(), connector, resolver))
    }
}

impl Default for Ureq {
    fn default() -> Self {
        Self::new(tls::trust_the_system(Agent::config_builder()))
    }
}

impl fmt::Debug for Ureq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ureq").finish_non_exhaustive()
    }
}

impl Connector for Ureq {
    type Client = Client;

    fn connect(self, api: ApiSettings, connection: Connection) -> Result<Client> {
        Ok(Client::of(api.build(rand::random())?, self.agent(&connection)?))
    }
}

#[cfg(feature = "rustls")]
mod tls {
    use sim_core::{Error, Result};
    use ureq::config::ConfigBuilder;
    use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
    use ureq::typestate::AgentScope;

    type Settings = ConfigBuilder<AgentScope>;

    pub(super) fn trust_the_system(settings: Settings) -> Settings {
        trust_roots(settings, RootCerts::PlatformVerifier)
    }

    /// Trusts `added` in addition to the system's certificates. ureq accepts only one source of roots, so both become
    /// one list.
    pub(super) fn trust(settings: Settings, added: &[Vec<u8>]) -> Result<Settings> {
        let system = rustls_native_certs::load_native_certs().certs;
        let mut roots: Vec<_> =
            system.iter().map(|root| Certificate::from_der(root).to_owned()).collect();
        for pem in added {
            let known = roots.len();
            roots.extend(parse_pem(pem).filter_map(|item| match item {
                Ok(PemItem::Certificate(root)) => Some(root),
                _ => None,
            }));
            if roots.len() == known {
                return Err(Error::request("a root certificate is not PEM"));
            }
        }
        Ok(trust_roots(settings, roots.into()))
    }

    fn trust_roots(settings: Settings, roots: RootCerts) -> Settings {
        settings.tls_config(TlsConfig::builder().root_certs(roots).build())
    }
}

#[cfg(not(feature = "rustls"))]
mod tls {
    use sim_core::{Error, Result};
    use ureq::config::ConfigBuilder;
    use ureq::typestate::AgentScope;

    pub(super) fn trust_the_system(
        settings: ConfigBuilder<AgentScope>,
    ) -> ConfigBuilder<AgentScope> {
        settings
    }

    pub(super) fn trust<T>(_: ConfigBuilder<AgentScope>, _: &[Vec<u8>]) -> Result<T> {
        Err(Error::request("a root certificate needs the feature rustls"))
    }
}
