//! One client of each transport, behind one type.

use simstudio::transport::{Connector, Exchange};
use simstudio::{
    Api, ClientBuilder, Endpoint, Generation, Result, RetryPolicy, RunEvent, StreamEndpoint,
    StreamWorkflow, WorkflowExecutionResult,
};
use tokio::runtime::{Builder, Runtime};

/// A client of either transport.
pub(crate) enum Client {
    Ureq(simstudio::ureq::Client),
    Reqwest(simstudio::reqwest::Client, Runtime),
}

/// Client settings for any transport.
pub(crate) trait Settings {
    fn apply<C: Connector>(&self, builder: ClientBuilder<C>) -> ClientBuilder<C>;
}

/// Settings with nothing but the base URL.
pub(crate) struct Plain;

impl Settings for Plain {
    fn apply<C: Connector>(&self, builder: ClientBuilder<C>) -> ClientBuilder<C> {
        builder
    }
}

impl Client {
    /// Returns a client of each transport for the server at `url`, without retries.
    pub(crate) fn both(url: &str, settings: &impl Settings) -> [Self; 2] {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let ureq = common(simstudio::ureq::Client::builder(), url);
        let reqwest = common(simstudio::reqwest::Client::builder(), url);
        [
            Self::Ureq(settings.apply(ureq).build().expect("a client")),
            Self::Reqwest(settings.apply(reqwest).build().expect("a client"), runtime),
        ]
    }

    pub(crate) fn call<E: Endpoint>(&self, endpoint: E) -> Result<E::Output> {
        match self {
            Self::Ureq(client) => client.call(endpoint),
            Self::Reqwest(client, runtime) => runtime.block_on(client.call(endpoint)),
        }
    }

    pub(crate) fn drive<X: Exchange>(&self, exchange: X) -> Result<X::Output> {
        match self {
            Self::Ureq(client) => client.drive(exchange),
            Self::Reqwest(client, runtime) => runtime.block_on(client.drive(exchange)),
        }
    }

    pub(crate) fn api(&self) -> &Api {
        match self {
            Self::Ureq(client) => client.api(),
            Self::Reqwest(client, _) => client.api(),
        }
    }

    /// Returns the outcome of a stream.
    pub(crate) fn stream(&self, endpoint: StreamWorkflow) -> Result<WorkflowExecutionResult> {
        let collected = match self {
            Self::Ureq(client) => client.stream(endpoint)?.collected()?,
            Self::Reqwest(client, runtime) => {
                runtime.block_on(async { client.stream(endpoint).await?.collected().await })?
            }
        };
        Ok(collected.result)
    }

    /// Returns the events of a stream, one by one.
    pub(crate) fn events<E: StreamEndpoint>(&self, endpoint: E) -> Result<Vec<RunEvent<'static>>> {
        match self {
            Self::Ureq(client) => client.stream(endpoint)?.collect(),
            Self::Reqwest(client, runtime) => runtime.block_on(async {
                let mut events = client.stream(endpoint).await?;
                let mut seen = Vec::new();
                while let Some(event) = events.next().await {
                    seen.push(event?);
                }
                Ok(seen)
            }),
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Ureq(..) => "ureq",
            Self::Reqwest(..) => "reqwest",
        }
    }
}

fn common<C: Connector>(builder: ClientBuilder<C>, url: &str) -> ClientBuilder<C> {
    builder
        .generation(Generation::V1)
        .base_url(url)
        .api_key("sk-sim-test")
        .retry_policy(RetryPolicy::NEVER)
}
