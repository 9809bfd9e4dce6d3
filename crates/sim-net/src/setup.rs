//! Makes a [`Dialer`] out of what a program says, and checks it against the server that is meant.

use std::time::Duration;

use crate::dial::Dialer;
use crate::keep_alive::KeepAlive;
use crate::proxy::{ProxySettings, ProxyUrlError};
use crate::resolve::Resolver;
#[cfg(feature = "tls")]
use crate::tls::{Tls, TlsError, rustls::ClientConfig};
use crate::variable::VariableError;

/// What a program says about connecting. By default the system and the environment decide.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// The URL of the proxy on the way to everything, or `None` for what `is_direct` says.
    pub proxy: Option<String>,
    /// Whether no proxy is on the way, whatever the environment says.
    pub is_direct: bool,
    /// The certificates to trust beside those of the system, each a bundle in PEM form.
    pub root_certificates: Vec<Vec<u8>>,
    /// The silence after which a connection is probed, or `None` for never.
    pub keep_alive: Option<Duration>,
    /// What looks up names, or `None` for the system.
    pub resolver: Option<Resolver>,
    /// A configuration of the program's own, which says by itself who is trusted.
    #[cfg(feature = "tls")]
    pub tls: Option<ClientConfig>,
}

/// Gives a type with a field `setup`, which is a [`Setup`], the methods by which a program says more about connecting.
#[macro_export]
macro_rules! setup_methods {
    () => {
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
        pub fn with_tls(mut self, config: $crate::tls::rustls::ClientConfig) -> Self {
            self.setup.tls = Some(config);
            self
        }

        /// Looks up names with this resolver instead of the system's.
        #[must_use]
        pub fn with_resolver(mut self, resolver: $crate::resolve::Resolver) -> Self {
            self.setup.resolver = Some(resolver);
            self
        }
    };
}

/// Why a setting cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// The URL of the proxy.
    #[error("the proxy URL cannot be used: {0}")]
    Proxy(ProxyUrlError),
    /// A variable that decides about the server that is meant.
    #[error(transparent)]
    Variable(#[from] VariableError),
    /// No certificate can be loaded, or one that was added cannot be read.
    #[cfg(feature = "tls")]
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Certificates were added to a program that was built without TLS.
    #[error("a root certificate needs the feature for TLS, and this program was built without")]
    NoTls,
}

impl Setup {
    /// Reads the settings that are left to the environment, and makes a dialer.
    ///
    /// # Errors
    /// If the URL of the proxy or an added certificate cannot be used.
    pub fn dialer(self) -> Result<Dialer, SetupError> {
        let proxies = match &self.proxy {
            Some(url) => ProxySettings::all(url.parse().map_err(SetupError::Proxy)?),
            None if self.is_direct => ProxySettings::none(),
            None => ProxySettings::from_env(),
        };
        #[cfg(not(feature = "tls"))]
        if !self.root_certificates.is_empty() {
            return Err(SetupError::NoTls);
        }
        Ok(Dialer {
            proxies,
            resolver: self.resolver.unwrap_or_default(),
            keep_alive: self.keep_alive.map(KeepAlive::after),
            #[cfg(feature = "tls")]
            tls: match self.tls {
                Some(config) => Tls::with_config(config),
                None => Tls::new(self.root_certificates)?,
            },
        })
    }
}

impl Dialer {
    /// Checks what matters for one server: the proxy on the way to it and, over `https`, that something is trusted.
    ///
    /// # Errors
    /// If the variable that decides cannot be read, or no certificate is trusted.
    pub fn check(&self, is_secure: bool, host: &str, port: u16) -> Result<(), SetupError> {
        self.proxies.proxy_for(is_secure, host, port)?;
        #[cfg(feature = "tls")]
        if is_secure {
            self.tls.load()?;
        }
        Ok(())
    }
}
