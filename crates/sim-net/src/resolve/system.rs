//! The system's resolver, asked through its own interface: std's drops the code that tells failures apart.

use std::io;
use std::net::SocketAddr;

use dns_lookup::{AddrInfoHints, LookupErrorKind, SockType, getaddrinfo};

use super::{ResolveError, ResolveErrorKind};

/// Asks the system for the addresses of a name. It blocks.
pub(super) fn look_up(host: &str) -> Result<Vec<SocketAddr>, ResolveError> {
    let hints = AddrInfoHints { socktype: SockType::Stream.into(), ..AddrInfoHints::default() };
    let found = getaddrinfo(Some(host), None, Some(hints)).map_err(|error| {
        let kind = kind(error.kind());
        ResolveError::new(host, kind, words(&error.into()))
    })?;
    // An address of an unknown family is none that one could connect to.
    Ok(found.flatten().map(|found| found.sockaddr).collect())
}

fn kind(kind: LookupErrorKind) -> ResolveErrorKind {
    match kind {
        LookupErrorKind::NoName | LookupErrorKind::NoData => ResolveErrorKind::NotFound,
        LookupErrorKind::Again => ResolveErrorKind::Temporary,
        _ => ResolveErrorKind::Other,
    }
}

/// The resolver's words, without those that dns-lookup puts before them.
fn words(error: &io::Error) -> String {
    let text = error.to_string();
    let own = text.strip_prefix("failed to lookup address information: ");
    own.map(str::to_owned).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use std::net::ToSocketAddrs as _;

    use super::*;

    #[test]
    fn the_system_gives_what_std_gives() {
        let found = look_up("localhost").expect("an address");
        let std: Vec<_> = ("localhost", 0).to_socket_addrs().expect("an address").collect();
        assert_eq!(found, std);
    }

    #[test]
    fn a_temporary_failure_is_told_from_a_name_that_nobody_has() {
        use ResolveErrorKind::{NotFound, Other, Temporary};
        for (given, expected) in [
            (LookupErrorKind::Again, Temporary),
            (LookupErrorKind::NoName, NotFound),
            (LookupErrorKind::NoData, NotFound),
            (LookupErrorKind::Fail, Other),
            (LookupErrorKind::System, Other),
            (LookupErrorKind::Memory, Other),
            (LookupErrorKind::IO, Other),
        ] {
            assert_eq!(kind(given), expected, "{given:?}");
        }
    }

    #[test]
    fn a_name_that_is_no_name_is_an_error() {
        for host in ["a\0b", "", " "] {
            let error = look_up(host).expect_err("no name");
            assert_eq!(error.host(), host);
        }
    }
}
