//! Watches the connection under ureq: enforces the limits of a call and knows how far its request got.
//!
//! ureq hands connections from call to call, and everything of a call happens on the thread that makes it.
//! So the call is kept in a thread-local while it runs, and the watched transport asks it for limits.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use http::Uri;
use sim_core::{Phase, Timeouts};
use ureq::config::Config;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport,
};
use ureq::{Error, Timeout};

/// The size of each buffer of a connection, in bytes, and so the most that a head may have. With ureq's own
/// 128 KiB an open stream would hold four times as much memory at the same speed.
pub(crate) const BUFFER: usize = 16 * 1024;

thread_local! {
    static CALL: Cell<Option<Call>> = const { Cell::new(None) };
}

/// The call that this thread makes.
#[derive(Clone, Copy)]
struct Call {
    limits: Timeouts,
    started: Instant,
    stage: Stage,
}

#[derive(Clone, Copy)]
enum Stage {
    Connecting,
    /// The last part of the request was sent then.
    Sent(Instant),
    Body,
}

impl Call {
    fn current() -> Option<Self> {
        CALL.get()
    }

    fn reach(stage: Stage) {
        CALL.set(CALL.get().map(|call| Self { stage, ..call }));
    }

    /// The tightest of ureq's own limit, the total, and what the stage allows.
    fn limit(&self, given: NextTimeout) -> NextTimeout {
        let left = |limit: Option<Duration>, since: Instant| {
            limit.map(|l| l.saturating_sub(since.elapsed()))
        };
        let stage = match self.stage {
            Stage::Connecting => (left(self.limits.connect, self.started), Timeout::Connect),
            Stage::Sent(at) => (left(self.limits.first_byte, at), Timeout::RecvResponse),
            Stage::Body => (self.limits.idle, Timeout::PerRead),
        };
        let total = (left(self.limits.total, self.started), Timeout::Global);
        [stage, total].into_iter().fold(given, |tightest, (after, reason)| match after {
            Some(after) if after < *tightest.after => {
                NextTimeout { after: after.into(), reason, ..tightest }
            }
            _ => tightest,
        })
    }
}

/// Marks this thread's call from its begin until it is dropped.
pub(crate) struct Watch(PhantomData<*const ()>);

impl Watch {
    pub(crate) fn begin(limits: Timeouts) -> Self {
        CALL.set(Some(Call { limits, started: Instant::now(), stage: Stage::Connecting }));
        Self(PhantomData)
    }

    /// How far the request of this thread's call got.
    pub(crate) fn phase() -> Phase {
        match Call::current().map(|call| call.stage) {
            Some(Stage::Connecting) | None => Phase::NotSent,
            Some(Stage::Sent(_)) => Phase::Sent,
            Some(Stage::Body) => Phase::Body,
        }
    }

    /// From here on the limit is the silence between two reads.
    pub(crate) fn head_is_here() {
        Call::reach(Stage::Body);
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        CALL.set(None);
    }
}

/// Resolves names within the limit for connecting.
#[derive(Debug, Default)]
pub(crate) struct WatchedResolver(DefaultResolver);

impl Resolver for WatchedResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        given: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        // With a limit ureq resolves on a thread of its own; an address needs neither.
        if let Some(address) = address(uri) {
            let mut addresses = self.empty();
            addresses.push(address);
            return Ok(addresses);
        }
        let limit = Call::current().map_or(given, |call| call.limit(given));
        self.0.resolve(uri, config, limit).map_err(|error| match error {
            Error::Io(_) => Error::HostNotFound,
            other => other,
        })
    }
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

/// Connects within the limit for connecting, and watches the connection.
#[derive(Debug, Default)]
pub(crate) struct WatchedConnector(DefaultConnector);

impl Connector for WatchedConnector {
    type Out = Watched;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<()>,
    ) -> Result<Option<Watched>, Error> {
        let details = ConnectionDetails {
            timeout: Call::current().map_or(details.timeout, |call| call.limit(details.timeout)),
            addrs: details.addrs.clone(),
            current_time: details.current_time.clone(),
            run_connector: details.run_connector.clone(),
            register_shutdown: details.register_shutdown.clone(),
            ..*details
        };
        Ok(self.0.connect(&details, chained)?.map(Watched))
    }
}

pub(crate) struct Watched(Box<dyn Transport>);

impl Transport for Watched {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, given: NextTimeout) -> Result<(), Error> {
        Call::reach(Stage::Sent(Instant::now()));
        let limit = Call::current().map_or(given, |call| call.limit(given));
        let sent = self.0.transmit_output(amount, limit);
        Call::reach(Stage::Sent(Instant::now()));
        sent
    }

    fn await_input(&mut self, given: NextTimeout) -> Result<bool, Error> {
        let call = Call::current();
        // ureq takes a head that fills its buffer for a closed connection.
        if call.is_some_and(|call| matches!(call.stage, Stage::Sent(_))) {
            let head = self.0.buffers().input().len();
            if head >= BUFFER {
                return Err(Error::LargeResponseHeader(head, BUFFER));
            }
        }
        self.0.await_input(call.map_or(given, |call| call.limit(given)))
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}

impl fmt::Debug for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
