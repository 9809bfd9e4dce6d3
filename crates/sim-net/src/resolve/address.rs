//! Hosts that are addresses, and the ports of addresses.

use std::net::{IpAddr, SocketAddr};

use super::error::{ResolveError, ResolveErrorKind};

/// Reads a host that is an address, with or without brackets.
pub(super) fn address(host: &str) -> Option<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    bare.unwrap_or(host).parse().ok()
}

/// Gives each address its port, once. A name without any address was not found.
pub(super) fn with_port(
    addresses: Vec<SocketAddr>,
    host: &str,
    port: u16,
) -> Result<Vec<SocketAddr>, ResolveError> {
    let mut found = Vec::with_capacity(addresses.len());
    for mut address in addresses {
        address.set_port(port);
        if !found.contains(&address) {
            found.push(address);
        }
    }
    if found.is_empty() {
        return Err(ResolveError::new(host, ResolveErrorKind::NotFound, "the name has no address"));
    }
    Ok(found)
}
