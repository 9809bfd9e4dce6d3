//! How a client of a case connects, and processes of their own for cases that need a whole one.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use sim_core::{Api, ClientBuilder, Generation, RetryPolicy};

use crate::tools::{KEY, api};

/// Gives the addresses of a name, or fails in a resolver's words. Their ports mean nothing.
pub type Names = Arc<dyn Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync>;

/// How a client of a case connects; see [`Subject::connect`](crate::Subject::connect).
#[derive(Clone)]
pub struct Network {
    url: String,
    names: Option<Names>,
    asks_environment: bool,
    proxy: Option<String>,
    keep_alive: Option<Duration>,
    roots: Vec<Vec<u8>>,
}

impl Network {
    pub(crate) fn to(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            names: None,
            asks_environment: false,
            proxy: None,
            keep_alive: Some(Duration::from_secs(60)),
            roots: Vec::new(),
        }
    }

    pub(crate) fn names(
        self,
        names: impl Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static,
    ) -> Self {
        Self { names: Some(Arc::new(names)), ..self }
    }

    pub(crate) fn with_environment(self) -> Self {
        Self { asks_environment: true, ..self }
    }

    pub(crate) fn proxy(self, url: impl Into<String>) -> Self {
        Self { proxy: Some(url.into()), ..self }
    }

    pub(crate) fn keep_alive(self, after: Option<Duration>) -> Self {
        Self { keep_alive: after, ..self }
    }

    pub(crate) fn root(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// Returns what looks up names in place of the system, if anything.
    pub fn resolver(&self) -> Option<Names> {
        self.names.clone()
    }

    /// Returns whether the proxies of the environment are asked; else the client must ask none but its own.
    pub fn asks_environment(&self) -> bool {
        self.asks_environment
    }

    /// Gives a builder the settings that are the same for every transport.
    pub fn apply<C>(&self, builder: ClientBuilder<C>) -> ClientBuilder<C> {
        let mut builder = builder
            .base_url(&self.url)
            .api_key(KEY)
            .generation(Generation::V1)
            .retry_policy(RetryPolicy::NEVER)
            .keep_alive(self.keep_alive)
            .allow_insecure_http();
        for root in &self.roots {
            builder = builder.root_certificate(root.clone());
        }
        if let Some(proxy) = &self.proxy {
            builder = builder.proxy(proxy);
        }
        builder
    }

    /// A core for the same server, whose calls the client drives.
    pub(crate) fn api(&self) -> Api {
        self.apply(api(&self.url)).build().expect("a core")
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").field("url", &self.url).finish_non_exhaustive()
    }
}
