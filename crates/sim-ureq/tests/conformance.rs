//! The suite of all transports, for this one.

use sim_core::{Exchange, Result};
use sim_ureq::Client;

struct Ureq(Client);

impl sim_conformance::Subject for Ureq {
    fn run<X: Exchange>(&self, exchange: X) -> Result<X::Output> {
        self.0.run(exchange)
    }
}

sim_conformance::suite!(|api| Ureq(Client::with_api(api).expect("a client")));
