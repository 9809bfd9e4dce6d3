//! The suite of all transports, for this one.

use sim_conformance::Network;
use sim_core::operation::Paginated;
use sim_core::transport::Exchange;
use sim_core::{Api, Page, Result, RunEvent, StreamEndpoint};
use sim_net::resolve::{ResolveError, ResolveErrorKind, Resolver};
use sim_ureq::Client;

struct Ureq(Client);

impl sim_conformance::Subject for Ureq {
    fn connect(network: &Network) -> Result<Self> {
        let mut connector = sim_ureq::Ureq::default();
        if !network.asks_environment() {
            connector = connector.without_proxy();
        }
        if let Some(names) = network.resolver() {
            connector = connector.with_resolver(Resolver::new(move |host| {
                let failed = |error| ResolveError::new(host, ResolveErrorKind::Other, error);
                names(host).map_err(failed)
            }));
        }
        network.apply(Client::builder().connector(connector)).build().map(Self)
    }

    fn drive<X: Exchange>(&self, exchange: X) -> Result<X::Output> {
        self.0.drive(exchange)
    }

    fn stream<E: StreamEndpoint>(
        &self,
        endpoint: E,
        count: usize,
    ) -> Result<Vec<Result<RunEvent<'static>>>> {
        Ok(self.0.stream(endpoint)?.take(count).collect())
    }

    fn pages<E: Paginated>(
        &self,
        _: &Api,
        endpoint: E,
        count: usize,
    ) -> Vec<Result<Page<E::Item>>> {
        self.0.pages(endpoint).take(count).collect()
    }

    fn items<E: Paginated>(&self, _: &Api, endpoint: E, count: usize) -> Vec<Result<E::Item>> {
        self.0.items(endpoint).take(count).collect()
    }
}

sim_conformance::suite!(|api| Ureq(Client::with_api(api).expect("a client")));
