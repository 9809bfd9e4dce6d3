//! Looks up names without tokio's pool of threads, which panics where no thread can be made.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use sim_net::resolve::Resolver;

/// Looks up names by `sim-net`.
pub(crate) struct Names(pub(crate) Resolver);

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let lookup = self.0.start(name.as_str(), 0);
        Box::pin(async move { Ok(Box::new(lookup?.await?.into_iter()) as Addrs) })
    }
}
