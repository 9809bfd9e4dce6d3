//! The suite of all transports, for this one.

use std::future::poll_fn;
use std::pin::pin;

use futures_core::Stream as _;
use sim_conformance::Network;
use sim_core::operation::Paginated;
use sim_core::transport::Exchange;
use sim_core::{Api, Page, Result, RunEvent, StreamEndpoint};
use sim_net::resolve::{ResolveError, ResolveErrorKind, Resolver};
use sim_reqwest::Client;
use tokio::runtime::{Builder, Runtime};

struct Reqwest(Client, Runtime);

impl sim_conformance::Subject for Reqwest {
    fn connect(network: &Network) -> Result<Self> {
        let mut connector = sim_reqwest::Reqwest::default();
        if !network.asks_environment() {
            connector = connector.without_proxy();
        }
        if let Some(names) = network.resolver() {
            connector = connector.with_resolver(Resolver::new(move |host| {
                let failed = |error| ResolveError::new(host, ResolveErrorKind::Other, error);
                names(host).map_err(failed)
            }));
        }
        let client = network.apply(Client::builder().connector(connector)).build()?;
        Ok(Self(client, runtime()))
    }

    fn drive<X: Exchange>(&self, exchange: X) -> Result<X::Output> {
        self.1.block_on(self.0.drive(exchange))
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

    fn pages<E: Paginated>(
        &self,
        _: &Api,
        endpoint: E,
        count: usize,
    ) -> Vec<Result<Page<E::Item>>> {
        self.1.block_on(async {
            let mut pages = self.0.pages(endpoint);
            let mut seen = Vec::new();
            while seen.len() < count {
                let Some(page) = pages.next().await else { break };
                seen.push(page);
            }
            seen
        })
    }

    fn items<E: Paginated>(&self, _: &Api, endpoint: E, count: usize) -> Vec<Result<E::Item>> {
        self.1.block_on(async {
            let mut items = pin!(self.0.items(endpoint));
            let mut seen = Vec::new();
            while seen.len() < count {
                // As a stream, so that both ways of reading are seen.
                let Some(item) = poll_fn(|cx| items.as_mut().poll_next(cx)).await else { break };
                seen.push(item);
            }
            seen
        })
    }
}

/// A connection closes in the background, so a runtime must go on when a call has ended; where no thread can be made, it
/// cannot.
fn runtime() -> Runtime {
    let has_threads = std::thread::Builder::new().spawn(|| {}).is_ok();
    let mut builder = Builder::new_current_thread();
    if has_threads {
        builder = Builder::new_multi_thread();
        builder.worker_threads(1);
    }
    builder.enable_all().build().expect("a runtime")
}

sim_conformance::suite!(|api| Reqwest(Client::with_api(api).expect("a client"), runtime()));
