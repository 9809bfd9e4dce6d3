//! The base URL of the API: an origin, and perhaps a path in front of `/api`.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use http::Uri;
use http::uri::{Parts, Scheme};

use crate::error::{Error, Result};
use crate::operation::plain_path;
use crate::wire::is_loopback;

/// A checked base URL without a trailing `/`. Every transport sends the same bytes for it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    text: String,
    uri: Uri,
    exposes_key: bool,
}

impl BaseUrl {
    /// The base URL of the hosted service.
    pub(crate) const HOSTED: &str = "https://www.sim.ai";
    /// The domain that redirects every call to the hosted service.
    const APEX: &str = "https://sim.ai";

    pub(crate) fn parse(text: &str) -> Result<Self> {
        let refused = |why: &str| Err(Error::request(format!("the base URL {why}")));
        if text.is_empty() {
            return refused("is empty");
        }
        if let Some(odd) = text.chars().find(|c| !c.is_ascii_graphic()) {
            return refused(&format!(
                "holds {odd:?}; write host names in ASCII and encode the path"
            ));
        }
        if text.contains(['?', '#']) {
            return refused("must not have a query or a fragment");
        }
        let Ok(uri) = text.parse::<Uri>() else { return refused("is not a URL") };
        let default_port = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => 443,
            Some(scheme) if *scheme == Scheme::HTTP => 80,
            _ => return refused("must begin with https:// or http://"),
        };
        let (Some(authority), Some(host)) = (uri.authority(), uri.host()) else {
            return refused("names no host");
        };
        if authority.as_str().contains('@') {
            return refused("must not hold a user name or a password");
        }
        // `Uri` treats a port that is out of range like a missing one.
        let port = match authority.as_str().strip_prefix(host).unwrap_or_default() {
            "" => None,
            port => match port[1..].parse::<u16>() {
                Ok(port) if port > 0 => Some(port).filter(|port| *port != default_port),
                _ => return refused("has no valid port"),
            },
        };
        let Some(host) = plain_host(host) else {
            return refused("names no valid host");
        };
        let path = plain_path(uri.path())?;
        let scheme = if default_port == 443 { "https" } else { "http" };
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let text = format!("{scheme}://{host}{port}{}", path.trim_end_matches('/'));
        let exposes_key = default_port == 80 && !is_loopback(&host);
        let text = if text == Self::APEX { Self::HOSTED.to_owned() } else { text };
        let Ok(uri) = text.parse() else { return refused("is not a URL") };
        Ok(Self { text, uri, exposes_key })
    }

    /// Returns whether somebody on the way could read a key that is sent there.
    pub(crate) fn exposes_key(&self) -> bool {
        self.exposes_key
    }

    /// Returns what the base URL seems to be, if this one has the path of the API or of a page of Sim at its end.
    pub(crate) fn advice(&self) -> Option<&str> {
        const PAGES: [&str; 7] =
            ["workspace", "w", "login", "signup", "home", "docs", "api-reference"];
        let start = self.text.len() - self.uri.path().trim_end_matches('/').len();
        let segments = self.text[start..].match_indices('/').map(|(at, _)| {
            let segment = &self.text[start + at + 1..];
            (start + at, segment.split('/').next().unwrap_or_default())
        });
        let mut segments = segments;
        let cut = segments.find(|(_, segment)| *segment == "api" || PAGES.contains(segment));
        cut.map(|(at, _)| &self.text[..at])
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the URL of a path of the API.
    pub(crate) fn join(&self, path: String, query: &str) -> Result<Uri> {
        let front = self.uri.path().trim_end_matches('/');
        let mut target = if front.is_empty() { path } else { [front, &path].concat() };
        if !query.is_empty() {
            target.push('?');
            target.push_str(query);
        }
        let odd = || Error::request("the request target is not a valid URL");
        let mut parts = Parts::default();
        parts.scheme = self.uri.scheme().cloned();
        parts.authority = self.uri.authority().cloned();
        parts.path_and_query = Some(target.try_into().map_err(|_| odd())?);
        Uri::from_parts(parts).map_err(|_| odd())
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

/// Returns a host in the one spelling that no URL parser changes, or `None` if it has none.
fn plain_host(host: &str) -> Option<String> {
    if let Some(address) = host.strip_prefix('[') {
        let address: Ipv6Addr = address.strip_suffix(']')?.parse().ok()?;
        return Some(format!("[{address}]"));
    }
    let host = host.to_ascii_lowercase();
    let label = |label: &str| {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        !label.is_empty() && label.len() <= 63 && label.bytes().all(allowed)
    };
    let valid = host.len() <= 253 && host.strip_suffix('.').unwrap_or(&host).split('.').all(label);
    // URL parsers read a host that ends in a number as an IP address and rewrite it: 127.1, 0x7f.1.
    let last = host.trim_end_matches('.').rsplit('.').next()?;
    let numeric = last.bytes().all(|b| b.is_ascii_digit()) || last.starts_with("0x");
    (valid && (!numeric || host.parse::<Ipv4Addr>().is_ok())).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<String> {
        BaseUrl::parse(text).ok().map(|url| url.text)
    }

    #[test]
    fn one_spelling_for_each_place() {
        for (text, url) in [
            ("https://www.sim.ai/", "https://www.sim.ai"),
            ("https://sim.ai", "https://www.sim.ai"),
            ("HTTPS://SIM.AI:443//", "https://www.sim.ai"),
            ("https://sim.ai:8443", "https://sim.ai:8443"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("http://[::0001]:3000/", "http://[::1]:3000"),
            ("https://example.com/sim/", "https://example.com/sim"),
            ("https://example.com/a%20z%2f", "https://example.com/a%20z%2F"),
            ("https://a-b.example_1.com", "https://a-b.example_1.com"),
        ] {
            assert_eq!(parsed(text).as_deref(), Some(url), "{text}");
        }
    }

    #[test]
    fn what_is_no_plain_base_url_is_refused() {
        for text in [
            "",
            " ",
            "sim.ai",
            "//sim.ai",
            "/api",
            "ftp://sim.ai",
            "file:///etc",
            "https://",
            "https:///x",
            "https://user@sim.ai",
            "https://user:pw@sim.ai",
            "https://sim.ai?x=1",
            "https://sim.ai#x",
            "https://sim.ai/\n",
            " https://sim.ai",
            "https://sim.ai ",
            "https://sim .ai",
            "https://sïm.ai",
            "https://sim.ai:",
            "https://sim.ai:0",
            "https://sim.ai:99999",
            "https://sim.ai:x",
            "https://127.1",
            "https://0x7f.1",
            "https://1.2.3.256",
            "https://[::1",
            "https://a..b",
            "https://sim.ai/..",
            "https://sim.ai/a/%2E%2e/b",
            "https://sim.ai/{x}",
            "https://sim.ai/%",
            "https://sim.ai/%zz",
            "https://sim.ai\\@evil.com",
            "https://%73im.ai",
            "javascript:alert(1)",
        ] {
            assert_eq!(parsed(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_path_of_the_api_or_of_a_page_is_no_part_of_a_base_url() {
        for (text, advice) in [
            ("https://sim.example/api", Some("https://sim.example")),
            ("https://sim.example/api/v2/", Some("https://sim.example")),
            ("https://example.com/sim/api", Some("https://example.com/sim")),
            ("https://sim.example/workspace/7/w/8", Some("https://sim.example")),
            ("https://sim.example", None),
            ("https://example.com/sim", None),
            ("https://api.example.com", None),
        ] {
            let url = BaseUrl::parse(text).expect(text);
            assert_eq!(url.advice(), advice, "{text}");
        }
    }

    #[test]
    fn only_a_plain_connection_that_leaves_the_machine_exposes_the_key() {
        for (text, exposes) in [
            ("https://example.com", false),
            ("http://example.com", true),
            ("http://10.0.0.1", true),
            ("http://localhost", false),
            ("http://sim.localhost", false),
            ("http://127.9.9.9", false),
            ("http://[::1]", false),
            ("http://localhost.evil.com", true),
        ] {
            assert_eq!(
                BaseUrl::parse(text).ok().map(|url| url.exposes_key()),
                Some(exposes),
                "{text}"
            );
        }
    }
}
