//! Connects to a server, whatever is on the way: looks up names, asks proxies, speaks TLS.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};

use crate::connect::{ConnectError, ConnectErrorKind, connect};
use crate::keep_alive::KeepAlive;
use crate::proxy::{self, Proxy, ProxyScheme, ProxySettings, Target};
use crate::resolve::{ResolveError, ResolveErrorKind, Resolver};
use crate::stream::Stream;
#[cfg(feature = "tls")]
use crate::tls::Tls;
use crate::variable::VariableError;
use crate::{Limit, Stopped};

/// How to connect to servers.
#[derive(Debug, Clone)]
pub struct Dialer {
    /// Which proxy is on the way.
    pub proxies: ProxySettings,
    /// What looks up names.
    pub resolver: Resolver,
    /// When a silent connection is probed, or `None` for never.
    pub keep_alive: Option<KeepAlive>,
    /// Who is trusted over TLS.
    #[cfg(feature = "tls")]
    pub tls: Tls,
}

/// A connection to a server.
#[derive(Debug)]
pub struct Dialed {
    /// The connection, plain or over TLS as the URL says.
    pub stream: Stream,
    /// The proxy of HTTP at the other end, if the requests go to it and not through it: they name the server in their
    /// first line then ("absolute form"). That is so for plain `http` alone.
    pub proxy: Option<Proxy>,
}

impl Dialer {
    /// Connects to a server. All that happens is within the one limit.
    ///
    /// # Errors
    /// If any part of it fails or the limit ends the wait. Nothing was sent to the server then.
    pub fn dial(
        &self,
        is_secure: bool,
        host: &str,
        port: u16,
        limit: &Limit<'_>,
    ) -> Result<Dialed, DialError> {
        // Before anybody is asked for anything.
        limit.check().map_err(DialError::Stopped)?;
        let proxy = self.proxies.proxy_for(is_secure, host, port).map_err(DialError::Setting)?;
        let Some(proxy) = proxy else {
            let stream = self.reach(host, port, &Party::Server(host, port), limit)?;
            let stream = if is_secure { self.secured(stream, host, limit)? } else { stream };
            return Ok(Dialed { stream, proxy: None });
        };
        let mut stream = self.reach(proxy.host(), proxy.port(), &Party::Proxy(proxy), limit)?;
        if proxy.scheme() == ProxyScheme::Https {
            stream = self.secured(stream, proxy.host(), limit)?;
        }
        if !is_secure && !proxy.scheme().is_socks() {
            return Ok(Dialed { stream, proxy: Some(proxy.clone()) });
        }
        let target = self.target(proxy, host, limit)?;
        match proxy::open(&mut stream, proxy, target, port, limit) {
            Ok(Ok(())) => {}
            Ok(Err(words)) => {
                return Err(DialError::Refused { proxy: proxy.to_string(), words });
            }
            Err(error) => return Err(DialError::broken(Party::Proxy(proxy).to_string(), error)),
        }
        let stream = if is_secure { self.secured(stream, host, limit)? } else { stream };
        Ok(Dialed { stream, proxy: None })
    }

    fn reach(
        &self,
        host: &str,
        port: u16,
        peer: &Party<'_>,
        limit: &Limit<'_>,
    ) -> Result<Stream, DialError> {
        let addresses = self.resolver.resolve(host, port, limit)?;
        let tcp = connect(&addresses, limit).map_err(|error| match error.kind() {
            ConnectErrorKind::TimedOut => DialError::Stopped(Stopped::TimedOut),
            ConnectErrorKind::Cancelled => DialError::Stopped(Stopped::Cancelled),
            _ => DialError::Connect { peer: peer.to_string(), error },
        })?;
        let set = tcp.set_nodelay(true);
        let set = set.and_then(|()| self.keep_alive.map_or(Ok(()), |probes| probes.apply(&tcp)));
        set.map_err(|error| DialError::broken(peer.to_string(), error))?;
        Ok(Stream::new(tcp))
    }

    /// The server as a proxy is asked for it: by its address where the client looks that up.
    fn target<'t>(
        &self,
        proxy: &Proxy,
        host: &'t str,
        limit: &Limit<'_>,
    ) -> Result<Target<'t>, DialError> {
        if let Ok(address) = host.parse() {
            return Ok(Target::Address(address));
        }
        let is_usable: fn(&IpAddr) -> bool = match proxy.scheme() {
            ProxyScheme::Socks4 => IpAddr::is_ipv4,
            ProxyScheme::Socks5 => |_| true,
            _ => return Ok(Target::Name(host)),
        };
        let found = self.resolver.resolve(host, 0, limit)?;
        let found = found.iter().map(SocketAddr::ip).find(is_usable);
        found.map(Target::Address).ok_or_else(|| {
            let words = "SOCKS version 4 needs an address of IPv4, and the name has none";
            ResolveError::new(host, ResolveErrorKind::NotFound, words).into()
        })
    }

    #[cfg(feature = "tls")]
    fn secured(&self, stream: Stream, host: &str, limit: &Limit<'_>) -> Result<Stream, DialError> {
        stream.secured(&self.tls, host, limit).map_err(|error| match Stopped::find_in(&error) {
            Some(stopped) => DialError::Stopped(stopped),
            None => DialError::Tls { host: host.to_owned(), error },
        })
    }

    #[cfg(not(feature = "tls"))]
    #[expect(clippy::unused_self, reason = "it is used with TLS")]
    fn secured(&self, _: Stream, _: &str, _: &Limit<'_>) -> Result<Stream, DialError> {
        Err(DialError::NoTls)
    }
}

/// Whom a connection is made to, in words.
enum Party<'p> {
    Server(&'p str, u16),
    Proxy(&'p Proxy),
}

impl fmt::Display for Party<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(host, port) if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Server(host, port) => write!(f, "{host}:{port}"),
            Self::Proxy(proxy) => write!(f, "the proxy {proxy}"),
        }
    }
}

/// Why there is no connection to a server. Nothing was sent to it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DialError {
    /// The variable that says which proxy is on the way cannot be used.
    #[error(transparent)]
    Setting(VariableError),
    /// The name of the server or of the proxy cannot be looked up.
    #[error(transparent)]
    Resolve(ResolveError),
    /// No address of the server or of the proxy can be connected to.
    #[error("no connection to {peer}: {error}")]
    Connect {
        /// The server or the proxy.
        peer: String,
        /// What became of each address.
        #[source]
        error: ConnectError,
    },
    /// The proxy gives no connection to the server.
    #[error("the proxy {proxy} gives no connection to the server: {words}")]
    Refused {
        /// The proxy, without its user and password.
        proxy: String,
        /// The status that it answered with, or why its answer cannot be read.
        words: String,
    },
    /// No TLS is spoken with the server or the proxy, or it is not trusted.
    #[error("no TLS with {host}: {error}")]
    Tls {
        /// The server or the proxy.
        host: String,
        /// What rustls or the connection says.
        #[source]
        error: io::Error,
    },
    /// The server needs TLS, and the program was built without.
    #[error("the server needs TLS, and this program was built without")]
    NoTls,
    /// The connection broke while it was made.
    #[error("the connection to {peer} broke: {error}")]
    Broken {
        /// The server or the proxy.
        peer: String,
        /// What the system says.
        #[source]
        error: io::Error,
    },
    /// The limit ended the wait.
    #[error("{0}")]
    Stopped(Stopped),
}

impl DialError {
    fn broken(peer: String, error: io::Error) -> Self {
        match Stopped::find_in(&error) {
            Some(stopped) => Self::Stopped(stopped),
            None => Self::Broken { peer, error },
        }
    }
}

impl From<ResolveError> for DialError {
    fn from(error: ResolveError) -> Self {
        match error.kind() {
            ResolveErrorKind::TimedOut => Self::Stopped(Stopped::TimedOut),
            ResolveErrorKind::Cancelled => Self::Stopped(Stopped::Cancelled),
            _ => Self::Resolve(error),
        }
    }
}
