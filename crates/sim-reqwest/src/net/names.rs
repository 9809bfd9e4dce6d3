//! Looks up names without tokio's pool of threads, which panics where no thread can be made, and without a dead address
//! in front: reqwest tries the addresses of one family one after the other, each until the system gives it up.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use sim_net::Limit;
use sim_net::connect::connect;
use sim_net::resolve::Resolver;

/// How long the addresses of a name are tried before reqwest gets them as they are.
const PATIENCE: Duration = Duration::from_secs(10);

/// Looks up names by `sim-net`.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    resolver: Resolver,
    ports: Ports,
}

/// The ports of the hosts that are connected to: reqwest asks for names alone.
type Ports = Arc<Mutex<HashMap<String, u16>>>;

impl Names {
    pub(crate) fn new(resolver: Resolver) -> Self {
        let ports = Ports::default();
        let known = Arc::clone(&ports);
        let resolver = Resolver::new(move |host| {
            let found = resolver.resolve(host, 0, &Limit::none())?;
            let port = known.lock().unwrap_or_else(PoisonError::into_inner).get(host).copied();
            Ok(match port {
                Some(port) => answering_first(found, port),
                None => found,
            })
        });
        Self { resolver, ports }
    }

    /// Notes that connections to this host lead to this port.
    pub(super) fn lead_to(&self, host: &str, port: u16) {
        let mut ports = self.ports.lock().unwrap_or_else(PoisonError::into_inner);
        ports.insert(host.to_owned(), port);
    }
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let lookup = self.resolver.start(name.as_str(), 0);
        Box::pin(async move { Ok(Box::new(lookup?.await?.into_iter()) as Addrs) })
    }
}

/// Puts the address first that answers first, where that matters: reqwest itself tries two families side by side.
fn answering_first(mut found: Vec<SocketAddr>, port: u16) -> Vec<SocketAddr> {
    let of_ipv4 = found.iter().filter(|address| address.is_ipv4()).count();
    if of_ipv4.max(found.len() - of_ipv4) < 2 {
        return found;
    }
    for address in &mut found {
        address.set_port(port);
    }
    let limit = Limit::until(Instant::now() + PATIENCE);
    let first = connect(&found, &limit).ok().and_then(|stream| stream.peer_addr().ok());
    let place = first.and_then(|first| found.iter().position(|address| *address == first));
    found[..=place.unwrap_or(0)].rotate_right(1);
    found
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr, TcpListener};

    use super::*;

    /// Two addresses of this machine, the second of which somebody listens at.
    fn names() -> (Names, TcpListener, [IpAddr; 2]) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let found = [IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)), IpAddr::V4(Ipv4Addr::LOCALHOST)];
        let resolver = Resolver::new(move |_| Ok(found.map(|ip| SocketAddr::new(ip, 0)).into()));
        (Names::new(resolver), listener, found)
    }

    fn order(names: &Names) -> Vec<IpAddr> {
        let found = names.resolver.resolve("sim.test", 0, &Limit::none()).expect("addresses");
        found.iter().map(SocketAddr::ip).collect()
    }

    #[test]
    fn the_address_that_answers_is_first_where_the_port_is_known() {
        let (names, listener, [dead, live]) = names();
        assert_eq!(order(&names), [dead, live], "nobody was asked");
        names.lead_to("sim.test", listener.local_addr().expect("it is bound").port());
        assert_eq!(order(&names), [live, dead]);
    }

    #[test]
    fn one_address_of_each_family_is_not_tried() {
        let both = ["[::1]:0", "127.0.0.1:0"].map(|text| text.parse().expect("an address"));
        assert_eq!(answering_first(both.into(), 9), both);
    }
}
