//! The suite of all transports, for the one on hyper.

use sim_conformance::Lack;
use sim_core::transport::Exchange;
use sim_core::{Api, Result, RunEvent, StreamEndpoint};
use tokio::runtime::{Builder, Runtime};
use transports::hyper::Client;

struct Hyper(Client, Runtime);

impl sim_conformance::Subject for Hyper {
    const LACKS: &'static [Lack] = &[Lack::Settings, Lack::Tls];

    fn drive<X: Exchange>(&self, exchange: X) -> Result<X::Output> {
        self.1.block_on(self.0.drive(exchange))
    }

    fn stream<E: StreamEndpoint>(
        &self,
        endpoint: E,
        count: usize,
    ) -> Result<Vec<Result<RunEvent<'static>>>> {
        let mut seen = Vec::new();
        self.1.block_on(self.0.stream(endpoint, |event| {
            seen.push(event.map(RunEvent::into_owned));
            seen.len() < count
        }))?;
        Ok(seen)
    }
}

fn hyper(api: Api) -> Hyper {
    // A connection closes in the background, so the runtime must go on when a call has ended.
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
    Hyper(Client::new(api), runtime.expect("a runtime"))
}

sim_conformance::suite!(hyper);
