//! Connections for ureq, made by `sim-net`: proxies, names, addresses and TLS are decided there.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use http::Uri;
use sim_core::transport::Destination;
use sim_net::dial::{DialError, Dialer};
use sim_net::{Limit, Stopped};
use ureq::Error;
use ureq::config::Config;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{ConnectionDetails, Connector, NextTimeout};

use super::call_context::{CallContext, Cancelled};
use super::transport::Connection;

/// Connects by `sim-net`.
#[derive(Debug)]
pub(crate) struct NetConnector(pub(crate) Dialer);

impl Connector for NetConnector {
    type Out = Connection;

    fn connect(
        &self,
        details: &ConnectionDetails,
        _: Option<()>,
    ) -> Result<Option<Connection>, Error> {
        let Destination { secure, host, port, .. } = Destination::at(details.uri);
        let call = CallContext::current();
        let (deadline, reason) = call.deadline(details.timeout);
        let is_cancelled = || call.is_cancelled();
        let limit = deadline.map_or(Limit::none(), Limit::until);
        let limit = if call.can_be_cancelled() { limit.unless(&is_cancelled) } else { limit };
        let dialed = self.0.dial(secure, &host, port, &limit).map_err(|error| match error {
            DialError::Stopped(Stopped::TimedOut) => Error::Timeout(reason),
            DialError::Stopped(Stopped::Cancelled) => Cancelled.into(),
            error => Error::Io(io::Error::other(error)),
        })?;
        Ok(Some(Connection::new(dialed, details.uri)))
    }
}

/// What an empty list of ureq's is filled with.
const NOWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// Looks up nothing: the connector does, and for new connections alone.
#[derive(Debug)]
pub(crate) struct NoResolver;

impl Resolver for NoResolver {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        Ok(ResolvedSocketAddrs::from_fn(|_| NOWHERE))
    }
}
