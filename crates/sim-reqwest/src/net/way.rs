//! What is on the way to a server, as reqwest is told it.

use std::sync::Arc;

use reqwest::{ClientBuilder, NoProxy, Proxy};
use sim_net::dial::Dialer;

use super::names::Names;

/// Lets `sim-net` decide about what is on the way to a server.
pub(crate) fn on_the_way(settings: ClientBuilder, dialer: Dialer, names: Names) -> ClientBuilder {
    let probes = dialer.keep_alive;
    let settings = settings
        .tcp_keepalive(probes.map(|probes| probes.idle()))
        .tcp_keepalive_interval(probes.map(|probes| probes.interval()))
        .tcp_keepalive_retries(probes.map(|probes| probes.probes()))
        .dns_resolver(Arc::new(names));
    // A peer that is gone is noticed as late while data is on its way as while it is silent.
    #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
    let settings = settings.tcp_user_timeout(probes.map(|probes| probes.patience()));
    #[cfg(feature = "tls")]
    let settings = settings.tls_backend_preconfigured(dialer.tls.config().as_ref().clone());
    let proxies = dialer.proxies;
    if proxies.is_none() {
        // For a proxy that has to be asked, reqwest makes a URL of each request. This one is never asked, and keeps
        // reqwest from looking for proxies on its own.
        if let Ok(unused) = Proxy::all("http://localhost") {
            return settings.proxy(unused.no_proxy(NoProxy::from_string("*,0.0.0.0/0,::/0")));
        }
    }
    settings.proxy(Proxy::custom(move |url| {
        let (host, port) = (url.host_str()?, url.port_or_known_default()?);
        let proxy = proxies.proxy_for(url.scheme() == "https", host, port);
        // A setting that cannot be read is an error before the request gets here.
        proxy.ok().flatten().map(sim_net::proxy::Proxy::to_url)
    }))
}
