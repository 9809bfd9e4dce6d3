//! What is on the way to a server, as reqwest is told it.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, ClientBuilder, NoProxy, Proxy, redirect, retry};
use sim_net::dial::Dialer;

use super::names::Names;

/// Makes a client that does what it is told and nothing else: an answer is the one that the request led to. It keeps an
/// unused connection for so long.
pub(crate) fn client(
    settings: ClientBuilder,
    dialer: Dialer,
    names: Names,
    idle: Duration,
) -> reqwest::Result<Client> {
    let settings = settings
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .http1_only()
        // What a user agent has to accept (RFC 9112, 5.1 and 5.2).
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .connection_verbose(false)
        .pool_idle_timeout(idle);
    on_the_way(settings, dialer, names).build()
}

/// Lets `sim-net` decide about what is on the way to a server.
fn on_the_way(settings: ClientBuilder, dialer: Dialer, names: Names) -> ClientBuilder {
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
