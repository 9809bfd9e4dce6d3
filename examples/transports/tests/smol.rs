//! The suite of all transports, for the one on smol.

use sim_conformance::Lack;
use sim_core::transport::Exchange;
use sim_core::{Result, RunEvent, StreamEndpoint};
use transports::smol::Client;

struct Smol(Client);

impl sim_conformance::Subject for Smol {
    const LACKS: &'static [Lack] =
        &[Lack::Settings, Lack::Tls, Lack::KeptConnections, Lack::LimitOnce];

    fn drive<X: Exchange>(&self, exchange: X) -> Result<X::Output> {
        smol::block_on(self.0.drive(exchange))
    }

    fn stream<E: StreamEndpoint>(
        &self,
        endpoint: E,
        count: usize,
    ) -> Result<Vec<Result<RunEvent<'static>>>> {
        let mut seen = Vec::new();
        smol::block_on(self.0.stream(endpoint, |event| {
            seen.push(event.map(RunEvent::into_owned));
            seen.len() < count
        }))?;
        Ok(seen)
    }
}

sim_conformance::suite!(|api| Smol(Client::new(api)));
