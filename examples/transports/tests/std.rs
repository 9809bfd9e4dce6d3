//! The suite of all transports, for the one on sockets of the standard library.

use sim_conformance::Lack;
use sim_core::transport::Exchange;
use sim_core::{Result, RunEvent, StreamEndpoint};
use transports::sockets::Client;

struct Sockets(Client);

impl sim_conformance::Subject for Sockets {
    const LACKS: &'static [Lack] = &[
        Lack::Settings,
        Lack::Tls,
        Lack::CancelConnect,
        Lack::EarlyAnswer,
        Lack::LimitOnce,
        Lack::LateLook,
    ];

    fn drive<X: Exchange>(&self, exchange: X) -> Result<X::Output> {
        self.0.drive(exchange)
    }

    fn stream<E: StreamEndpoint>(
        &self,
        endpoint: E,
        count: usize,
    ) -> Result<Vec<Result<RunEvent<'static>>>> {
        let mut seen = Vec::new();
        self.0.stream(endpoint, |event| {
            seen.push(event.map(RunEvent::into_owned));
            seen.len() < count
        })?;
        Ok(seen)
    }
}

sim_conformance::suite!(|api| Sockets(Client::new(api)));
