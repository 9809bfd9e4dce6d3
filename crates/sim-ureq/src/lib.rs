//! The blocking client of the Sim SDK, on [ureq].
//!
//! It drives the exchanges of `sim-core` and holds no rule of Sim. Programs usually take it as
//! `simstudio::ureq`.
//!
//! ```no_run
//! # fn main() -> sim_core::Result<()> {
//! use serde_json::json;
//!
//! let client = sim_ureq::Client::from_env()?;
//! let result = client.execute_workflow("my-workflow", json!({"city": "Oslo"}))?;
//! println!("{}", result.output);
//! # Ok(())
//! # }
//! ```
//!
//! At the log level `trace`, `ureq_proto` writes whole requests, the key among them: filter it with
//! `ureq_proto=debug`.

mod connector;
mod fault;
mod wire;

use std::fmt;
use std::io::Read as _;
use std::thread;
use std::time::Instant;

use sim_core::{
    Api, ClientBuilder, Endpoint, Exchange, Outcome, Phase, Result, Step, TransportError,
};
use sim_core::{TransportErrorKind, client_methods};

pub use connector::Ureq;
use wire::Watch;

/// A blocking client of the Sim API. Clones are cheap and share connections.
///
/// A call runs on the thread that makes it. For many at once, give each thread a clone.
#[derive(Clone)]
pub struct Client {
    api: Api,
    agent: ureq::Agent,
}

impl Client {
    client_methods!();

    /// Settings for a client; by default the hosted service without credentials.
    pub fn builder() -> ClientBuilder<Ureq> {
        ClientBuilder::new(Ureq::default())
    }

    /// A client of a core that was built by itself, with the default connection.
    ///
    /// # Errors
    /// If the system's certificates cannot be used.
    pub fn with_api(api: Api) -> Result<Self> {
        Ok(Self { api, agent: Ureq::default().agent(&sim_core::Connection::default())? })
    }

    /// Makes a call and waits for its result.
    ///
    /// # Errors
    /// Whatever leaves no result that can be trusted; [`ErrorKind`](sim_core::ErrorKind) lists it.
    pub fn call<E: Endpoint>(&self, endpoint: E) -> Result<E::Output> {
        self.run(self.api.call(endpoint)?)
    }

    /// Drives a conversation of the core to its end.
    ///
    /// # Errors
    /// As the conversation decides.
    pub fn run<X: Exchange>(&self, mut exchange: X) -> Result<X::Output> {
        let started = Instant::now();
        loop {
            match exchange.receive(self.send(&exchange), started.elapsed()) {
                Step::Done(result) => return result,
                Step::Again(delay) => thread::sleep(delay),
            }
        }
    }

    fn send<X: Exchange>(&self, exchange: &X) -> Outcome {
        let request = exchange.request();
        let _watch = Watch::begin(exchange.timeouts());
        let (head, ()) = request.clone().map(drop).into_parts();
        let sent = match request.body() {
            body if body.is_empty() => self.agent.run(http::Request::from_parts(head, ())),
            body => self.agent.run(http::Request::from_parts(head, &body[..])),
        };
        let (head, mut body) =
            sent.map_err(|error| fault::error(error, Watch::phase()))?.into_parts();
        Watch::head_is_here();
        let limit = exchange.body_limit();
        let mut bytes = Vec::new();
        let mut reader = body.as_reader().take(limit as u64 + 1);
        match reader.read_to_end(&mut bytes) {
            Ok(length) if length <= limit => Ok(http::Response::from_parts(head, bytes.into())),
            Ok(_) => {
                Err(TransportError::new(TransportErrorKind::TooLarge, Phase::Body).with_head(head))
            }
            Err(error) => Err(fault::error(error.into(), Phase::Body).with_head(head)),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("api", &self.api).finish_non_exhaustive()
    }
}
