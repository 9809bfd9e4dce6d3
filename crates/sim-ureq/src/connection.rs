//! The connection under ureq. It enforces the limits of the call that uses it, and fails when that call is cancelled.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::Uri;
use ureq::Error;
use ureq::config::Config;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport,
};

use crate::call_context::CallContext;
use crate::errors::Cancelled;
use crate::long_head::LongHead;
use crate::send_gate::Socket;

/// The size of each buffer of a connection, in bytes. With ureq's own 128 KiB, an open stream would need four times
/// as much memory at the same speed. A longer head uses [`LongHead`].
pub(crate) const BUFFER: usize = 16 * 1024;

/// The interval at which a blocking wait checks whether it was cancelled.
pub(crate) const SLICE: Duration = Duration::from_millis(20);

/// A resolver that resolves names within the limit for connecting.
#[derive(Debug, Default)]
pub(crate) struct WatchedResolver(DefaultResolver);

impl Resolver for WatchedResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        given: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        // With a limit, ureq resolves on a separate thread; an IP address needs neither.
        if let Some(address) = address(uri) {
            let mut addresses = self.empty();
            addresses.push(address);
            return Ok(addresses);
        }
        let limit = limit(given);
        self.0.resolve(uri, config, limit).map_err(|error| match error {
            Error::Io(_) => Error::HostNotFound,
            other => other,
        })
    }
}

/// Returns the limit that applies to this thread's call.
fn limit(given: NextTimeout) -> NextTimeout {
    CallContext::current().map_or(given, |call| call.limit(given))
}

fn address(uri: &Uri) -> Option<SocketAddr> {
    let host = uri.host()?.trim_start_matches('[').trim_end_matches(']');
    let port = uri.port_u16().or(match uri.scheme_str()? {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    })?;
    Some(SocketAddr::new(host.parse::<IpAddr>().ok()?, port))
}

/// A connector that connects within the limit for connecting and watches the connection.
#[derive(Debug, Default)]
pub(crate) struct WatchedConnector(DefaultConnector);

impl Connector for WatchedConnector {
    type Out = Watched;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<()>,
    ) -> Result<Option<Watched>, Error> {
        let socket = Arc::new(Mutex::new(Socket::None));
        let details = ConnectionDetails {
            timeout: limit(details.timeout),
            addrs: details.addrs.clone(),
            current_time: details.current_time.clone(),
            run_connector: details.run_connector.clone(),
            register_shutdown: Arc::new({
                let (register, socket) = (details.register_shutdown.clone(), Arc::clone(&socket));
                move |made| {
                    *socket.lock().unwrap_or_else(PoisonError::into_inner) = Some(made.clone());
                    register(made)
                }
            }),
            ..*details
        };
        let made = CallContext::connects(|| self.0.connect(&details, chained))?;
        let socket = socket.lock().unwrap_or_else(PoisonError::into_inner).take();
        Ok(made.map(|transport| Watched { inner: LongHead::over(transport), socket }))
    }
}

pub(crate) struct Watched {
    inner: LongHead,
    socket: Socket,
}

impl Transport for Watched {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, given: NextTimeout) -> Result<(), Error> {
        CallContext::sends(&self.socket)?;
        self.inner.transmit_output(amount, limit(given))?;
        CallContext::sends(&self.socket)
    }

    fn await_input(&mut self, given: NextTimeout) -> Result<bool, Error> {
        let Some(call) = CallContext::current() else { return self.inner.await_input(given) };
        if call.waits_for_the_head() {
            self.inner.make_room()?;
        }
        let limit = call.limit(given);
        let Some(cancel) = &call.cancel else { return self.inner.await_input(limit) };
        let began = Instant::now();
        loop {
            if cancel.is_cancelled() {
                return Err(Error::Other(Cancelled.into()));
            }
            let left = limit.after.saturating_sub(began.elapsed());
            let slice = NextTimeout { after: left.min(SLICE).into(), ..limit };
            match self.inner.await_input(slice) {
                Err(Error::Timeout(_)) if left > SLICE => {}
                done => return done,
            }
        }
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

impl fmt::Debug for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
