//! The hosts that are reached without the environment's proxy: `NO_PROXY`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::server::{is_name, port_of};

/// A list of hosts. An entry is one of these, each but the network with an optional port behind it:
///
/// | entry | covers |
/// |---|---|
/// | `*` | every host |
/// | `sim.example`, `.sim.example` | the host and all names below it |
/// | `*.sim.example` | all names below it, but not the host itself |
/// | `10.0.0.1`, `[fd00::1]`, `fd00::1` | the address |
/// | `10.0.0.0/8`, `fd00::/8` | every address of the network |
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Bypass(Vec<Entry>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    hosts: Hosts,
    /// Any port if it is absent.
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Hosts {
    All,
    Domain { name: String, includes_itself: bool },
    Network(IpNet),
}

/// An entry that cannot be read, and its place in the list, counted from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "its entry {0} is neither `*`, a host with or without a port, nor a network such as 10.0.0.0/8"
)]
pub(super) struct EntryError(usize);

impl Bypass {
    /// Reads a list whose entries are parted by commas or spaces.
    pub(super) fn read(list: &str) -> Result<Self, EntryError> {
        let entries = list.split([',', ' ', '\t']).filter(|entry| !entry.is_empty());
        let read = |(index, entry)| Entry::read(entry).ok_or(EntryError(index + 1));
        entries.enumerate().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a host is on the list.
    pub(super) fn covers(&self, host: &str, port: u16) -> bool {
        let host = Host::of(host);
        self.0
            .iter()
            .any(|entry| entry.port.is_none_or(|own| own == port) && entry.hosts.contain(&host))
    }
}

impl Entry {
    fn read(text: &str) -> Option<Self> {
        if text.contains('/') {
            let hosts = Hosts::Network(text.parse().ok()?);
            return Some(Self { hosts, port: None });
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Some(Self { hosts: Hosts::address(address), port: None });
        }
        if let Some(rest) = text.strip_prefix('[') {
            let (address, port) = rest.split_once(']')?;
            let hosts = Hosts::address(address.parse::<Ipv6Addr>().ok()?.into());
            let port = match port {
                "" => None,
                port => Some(port_of(port.strip_prefix(':')?)?),
            };
            return Some(Self { hosts, port });
        }
        let (host, port) = match text.split_once(':') {
            Some((host, port)) => (host, Some(port_of(port)?)),
            None => (text, None),
        };
        Some(Self { hosts: Hosts::read(host)?, port })
    }
}

impl Hosts {
    fn read(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::All);
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Some(Self::address(address));
        }
        let below = text.strip_prefix("*.");
        let name = below.or_else(|| text.strip_prefix('.')).unwrap_or(text);
        let includes_itself = below.is_none();
        is_name(name).then(|| Self::Domain { name: plain(name), includes_itself })
    }

    fn address(address: IpAddr) -> Self {
        Self::Network(address.to_canonical().into())
    }

    fn contain(&self, host: &Host) -> bool {
        match (self, host) {
            (Self::All, _) => true,
            (Self::Network(network), Host::Address(address)) => network.contains(address),
            (Self::Domain { name, includes_itself }, Host::Name(host)) => {
                match host.strip_suffix(name.as_str()) {
                    Some("") => *includes_itself,
                    Some(below) => below.ends_with('.'),
                    None => false,
                }
            }
            _ => false,
        }
    }
}

/// A host as a URL names it.
enum Host {
    Address(IpAddr),
    Name(String),
}

impl Host {
    fn of(text: &str) -> Self {
        let bare = text.trim_start_matches('[').trim_end_matches(']');
        match bare.parse::<IpAddr>() {
            Ok(address) => Self::Address(address.to_canonical()),
            Err(_) => Self::Name(plain(text)),
        }
    }
}

/// A name in small letters, without the dot that ends a full name.
fn plain(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

/// Whether a host is this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    match Host::of(host) {
        Host::Address(IpAddr::V4(address)) => Ipv4Addr::is_loopback(&address),
        Host::Address(IpAddr::V6(address)) => Ipv6Addr::is_loopback(&address),
        Host::Name(name) => name == "localhost" || name.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_covers_what_its_form_says() {
        for (list, covered, not_covered) in [
            ("*", &["sim.example:443", "10.0.0.1:1", "[fd00::1]:1"][..], &[][..]),
            (
                "sim.example",
                &["sim.example:443", "a.sim.example:443", "a.b.sim.example:1", "SIM.Example:1"],
                &["notsim.example:443", "sim.example.org:443", "example:443", "10.0.0.1:1"],
            ),
            (".sim.example", &["sim.example:1", "a.sim.example:1"], &["notsim.example:1"]),
            ("*.sim.example", &["a.sim.example:1", "a.b.sim.example:1"], &["sim.example:1"]),
            ("Sim.Example.", &["sim.example:1", "a.sim.example:1", "sim.example.:1"], &[]),
            ("example", &["sim.example:1", "example:1"], &["sim.example.org:1"]),
            ("sim.example:8080", &["sim.example:8080", "a.sim.example:8080"], &["sim.example:80"]),
            (".sim.example:8080", &["a.sim.example:8080"], &["a.sim.example:8081"]),
            ("*:8080", &["sim.example:8080", "10.0.0.1:8080"], &["sim.example:80"]),
            ("10.0.0.1", &["10.0.0.1:1", "[::ffff:10.0.0.1]:1"], &["10.0.0.10:1", "x.10.0.0.1:1"]),
            ("10.0.0.1:80", &["10.0.0.1:80"], &["10.0.0.1:81"]),
            ("10.0.0.0/8", &["10.255.0.1:1"], &["11.0.0.1:1", "10.example:1"]),
            ("10.1.2.3/8", &["10.255.0.1:1"], &["11.0.0.1:1"]),
            ("192.168.0.128/25", &["192.168.0.129:1"], &["192.168.0.127:1"]),
            ("0.0.0.0/0", &["8.8.8.8:1"], &["[fd00::1]:1"]),
            ("fd00::/8", &["[fd12::1]:1", "[fdff::2]:1"], &["[fe80::1]:1", "10.0.0.1:1"]),
            ("fd00::1", &["[fd00::1]:1", "[fd00:0:0::1]:2"], &["[fd00::2]:1"]),
            ("[fd00::1]", &["[fd00::1]:1"], &["[fd00::2]:1"]),
            ("[fd00::1]:80", &["[fd00::1]:80"], &["[fd00::1]:81"]),
            ("a.example, b.example", &["a.example:1", "b.example:1"], &["c.example:1"]),
            ("a.example b.example\tc.example", &["a.example:1", "c.example:1"], &["d.example:1"]),
            (",, a.example ,", &["a.example:1"], &["b.example:1"]),
            ("", &[], &["a.example:1"]),
        ] {
            let bypass = Bypass::read(list).expect(list);
            let covers = |server: &&str| {
                let (host, port) = server.rsplit_once(':').expect("a port");
                bypass.covers(host, port.parse().expect("a number"))
            };
            for server in covered {
                assert!(covers(server), "{list:?} covers {server}");
            }
            for server in not_covered {
                assert!(!covers(server), "{list:?} does not cover {server}");
            }
        }
    }

    #[test]
    fn an_entry_that_cannot_be_read_is_named_by_its_place() {
        for (list, place) in [
            ("10.0.0.0/33", 1),
            ("a.example,10.0.0.0/x", 2),
            ("fd00::/129", 1),
            ("a.example:99999", 1),
            ("a.example:0", 1),
            ("a.example:http", 1),
            ("[fd00::1", 1),
            ("[fd00::1]80", 1),
            ("[a.example]", 1),
            ("a,b,192.168.*", 3),
            ("a.*.example", 1),
            ("**", 1),
            ("*.", 1),
            (".", 1),
            ("http://a.example", 1),
            ("a.example;b.example", 1),
            ("<local>", 1),
        ] {
            assert_eq!(Bypass::read(list), Err(EntryError(place)), "{list:?}");
        }
    }

    #[test]
    fn this_machine_has_more_than_one_name() {
        for host in [
            "localhost",
            "LOCALHOST",
            "localhost.",
            "a.localhost",
            "127.0.0.1",
            "127.8.0.1",
            "::1",
            "[::1]",
            "::ffff:127.0.0.1",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in
            ["sim.example", "10.0.0.1", "localhost.example", "notlocalhost", "::2", "0.0.0.0"]
        {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
