//! The suite of all transports, for this one.

use sim_core::{Exchange, Result};
use sim_reqwest::Client;
use tokio::runtime::{Builder, Runtime};

struct Reqwest(Client, Runtime);

impl sim_conformance::Subject for Reqwest {
    fn run<X: Exchange>(&self, exchange: X) -> Result<X::Output> {
        self.1.block_on(self.0.run(exchange))
    }
}

fn reqwest(api: sim_core::Api) -> Reqwest {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    Reqwest(Client::with_api(api).expect("a client"), runtime)
}

sim_conformance::suite!(reqwest);
