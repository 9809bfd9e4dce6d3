//! A transport under test: what it must be able to do, and what it may say that it cannot.

use sim_core::operation::Paginated;
use sim_core::transport::{Exchange, Pages};
use sim_core::{Api, Page, Result, RunEvent, StreamEndpoint};

use crate::network::Network;

/// A transport under test.
pub trait Subject: Sync + Sized {
    /// What this transport cannot do. The cases that need it are not run, and the suite says so.
    const LACKS: &'static [Lack] = &[];

    /// Makes a client that connects as a case says. A transport that takes no such settings declares
    /// [`Lack::Settings`].
    ///
    /// # Errors
    /// If a setting cannot be used.
    fn connect(network: &Network) -> Result<Self> {
        unreachable!("{network:?} is not asked for where settings are declared missing")
    }

    /// Drives an exchange to its end. Where the exchange has a [`cancel_token`](Exchange::cancel_token), the transport
    /// looks at that before each request and whenever it waits.
    ///
    /// # Errors
    /// As the exchange decides.
    fn drive<X: Exchange>(&self, exchange: X) -> Result<X::Output>;

    /// Starts a streamed run and reads the first `count` events, or all there are; then it drops the stream.
    ///
    /// # Errors
    /// If the stream did not start.
    fn stream<E: StreamEndpoint>(
        &self,
        endpoint: E,
        count: usize,
    ) -> Result<Vec<Result<RunEvent<'static>>>>;

    /// Reads the first `count` pages of a list over `api`, or all there are, and no page more than that takes. A
    /// client with a walk of its own shows that.
    fn pages<E: Paginated>(
        &self,
        api: &Api,
        endpoint: E,
        count: usize,
    ) -> Vec<Result<Page<E::Item>>> {
        walk(self, api, endpoint).take(count).collect()
    }

    /// Reads the first `count` items of a list over `api`, or all there are, and no page more than that takes. A
    /// client with a walk of its own shows that.
    fn items<E: Paginated>(&self, api: &Api, endpoint: E, count: usize) -> Vec<Result<E::Item>> {
        let items = |page: Result<Page<E::Item>>| match page {
            Ok(page) => page.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        };
        walk(self, api, endpoint).flat_map(items).take(count).collect()
    }
}

/// The pages of a list, each read when it is asked for.
fn walk<S: Subject, E: Paginated>(
    subject: &S,
    api: &Api,
    endpoint: E,
) -> impl Iterator<Item = Result<Page<E::Item>>> {
    let mut pages = Pages::new(endpoint);
    std::iter::from_fn(move || {
        let call = pages.call()?;
        Some(pages.receive(api.call(call).and_then(|call| subject.drive(call))))
    })
}

/// What a transport may be unable to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// It speaks no TLS. An `https` URL must be refused as `TransportErrorKind::Tls` all the same.
    Tls,
    /// It sends a whole request before it looks for an answer.
    EarlyAnswer,
    /// It takes no settings about connections: no proxy, no certificates, no keep-alive, no resolver.
    Settings,
    /// It cannot end a call while that resolves a name or connects.
    CancelConnect,
    /// It makes a connection for each request.
    KeptConnections,
    /// The limit for the first byte begins anew with each part of a request that is sent.
    LimitOnce,
    /// It gives up a wait without a last look whether the answer came while its process stood still.
    LateLook,
}
