//! The suite of all transports, for this one.

use sim_core::{Exchange, Result, RunEvent, StreamEndpoint};
use sim_reqwest::Client;
use tokio::runtime::{Builder, Runtime};

struct Reqwest(Client, Runtime);

impl sim_conformance::Subject for Reqwest {
    fn run<X: Exchange>(&self, exchange: X) -> Result<X::Output> {
        self.1.block_on(self.0.run(exchange))
    }

    fn stream<E: StreamEndpoint>(
        &self,
        endpoint: E,
        count: usize,
    ) -> Result<Vec<Result<RunEvent<'static>>>> {
        self.1.block_on(async {
            let mut events = self.0.stream(endpoint).await?;
            let mut seen = Vec::new();
            while seen.len() < count {
                let Some(event) = events.next().await else { break };
                seen.push(event);
            }
            Ok(seen)
        })
    }
}

fn reqwest(api: sim_core::Api) -> Reqwest {
    // A connection closes in the background, so the runtime must go on when a call has ended.
    let runtime =
        Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    Reqwest(Client::with_api(api).expect("a client"), runtime)
}

sim_conformance::suite!(reqwest);
