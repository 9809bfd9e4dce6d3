//! The proxy from the environment: one for each scheme, and none for this machine.

use std::env;

use sim_core::transport::Destination;
use ureq::Proxy;

/// Returns the proxy on the way to a destination, or `None` if there is none.
pub(crate) fn proxy(peer: &Destination) -> Option<Proxy> {
    if peer.is_local() {
        return None;
    }
    let own =
        if peer.secure { ["HTTPS_PROXY", "https_proxy"] } else { ["HTTP_PROXY", "http_proxy"] };
    let url = set(own).or_else(|| set(["ALL_PROXY", "all_proxy"]))?;
    let named = Proxy::new(&url).ok()?;
    let mut proxy = Proxy::builder(named.protocol()).host(named.host()).port(named.port());
    if let Some(name) = named.username() {
        proxy = proxy.username(name);
    }
    if let Some(password) = named.password() {
        proxy = proxy.password(password);
    }
    for host in set(["NO_PROXY", "no_proxy"]).unwrap_or_default().split(',') {
        proxy = proxy.no_proxy(host.trim());
    }
    proxy.build().ok()
}

fn set(names: [&str; 2]) -> Option<String> {
    names.into_iter().find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()))
}
