//! A proxy server, read from its URL.

use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What a user name and a password may have unencoded in a URL.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A proxy server: how to speak to it, where it is, and who we are.
///
/// ```
/// use sim_net::proxy::{Proxy, ProxyScheme};
///
/// let proxy: Proxy = "socks5h://ann:p%40ss@proxy.example".parse()?;
/// assert_eq!(proxy.scheme(), ProxyScheme::Socks5h);
/// assert_eq!((proxy.host(), proxy.port()), ("proxy.example", 1080));
/// assert_eq!(proxy.password(), Some("p@ss"));
/// assert_eq!(proxy.to_string(), "socks5h://proxy.example:1080");
/// # Ok::<(), sim_net::proxy::ProxyUrlError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Proxy {
    scheme: ProxyScheme,
    host: String,
    port: u16,
    username: Option<String>,
    password: Option<String>,
}

/// How to speak to a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProxyScheme {
    /// HTTP without TLS to the proxy.
    Http,
    /// HTTP over TLS to the proxy.
    Https,
    /// SOCKS version 4; the client looks up the name of the server.
    Socks4,
    /// SOCKS version 4a; the proxy looks up the name of the server.
    Socks4a,
    /// SOCKS version 5; the client looks up the name of the server.
    Socks5,
    /// SOCKS version 5; the proxy looks up the name of the server.
    Socks5h,
}

/// Why the URL of a proxy cannot be used. It never shows the URL, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProxyUrlError {
    /// The scheme is none of those that [`ProxyScheme`] lists.
    #[error("its scheme is none of http, https, socks4, socks4a, socks5 and socks5h")]
    Scheme,
    /// The host is missing, or neither a name nor an address.
    #[error("its host is neither a name nor an address")]
    Host,
    /// The port is no number, zero or too large.
    #[error("its port is not a number from 1 to 65535")]
    Port,
    /// The user name or password cannot be decoded.
    #[error("its user name or password is not UTF-8 once it is decoded")]
    Credentials,
    /// There is a space, a newline or another control character inside.
    #[error("it has a space, a newline or another control character inside")]
    Character,
}

impl ProxyScheme {
    const ALL: [Self; 6] =
        [Self::Http, Self::Https, Self::Socks4, Self::Socks4a, Self::Socks5, Self::Socks5h];

    /// Returns the scheme as URLs spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Socks4 => "socks4",
            Self::Socks4a => "socks4a",
            Self::Socks5 => "socks5",
            Self::Socks5h => "socks5h",
        }
    }

    /// Returns the port of a proxy whose URL names none: 80, 443, or 1080 for SOCKS.
    pub fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
            Self::Socks4 | Self::Socks4a | Self::Socks5 | Self::Socks5h => 1080,
        }
    }

    /// Whether the proxy speaks SOCKS, and not HTTP.
    pub fn is_socks(self) -> bool {
        !matches!(self, Self::Http | Self::Https)
    }
}

impl Proxy {
    /// Returns how to speak to the proxy.
    pub fn scheme(&self) -> ProxyScheme {
        self.scheme
    }

    /// Returns the name or address of the proxy; an IPv6 address has no brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the port of the proxy, also where its URL leaves it to the scheme.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the user name for the proxy, decoded, or `None` if the URL has none.
    pub fn username(&self) -> Option<&str> {
        self.username.as_deref()
    }

    /// Returns the password for the proxy, decoded, or `None` if the URL has none.
    pub fn password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    /// Returns the value of a `Proxy-Authorization` header, or `None` if the URL has no user.
    pub fn authorization(&self) -> Option<String> {
        let password = self.password.as_deref().unwrap_or_default();
        let user = self.username.as_deref()?;
        Some(format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
    }

    /// Returns the whole URL, *with the password*, for libraries that take a proxy in this form.
    pub fn to_url(&self) -> String {
        let encoded = |part: &str| utf8_percent_encode(part, ENCODED).to_string();
        let user = match (&self.username, &self.password) {
            (None, _) => String::new(),
            (Some(name), None) => format!("{}@", encoded(name)),
            (Some(name), Some(password)) => format!("{}:{}@", encoded(name), encoded(password)),
        };
        format!("{}://{user}{}", self.scheme.as_str(), self.authority())
    }

    fn authority(&self) -> String {
        let (open, close) = if self.host.contains(':') { ("[", "]") } else { ("", "") };
        format!("{open}{}{close}:{}", self.host, self.port)
    }
}

impl FromStr for Proxy {
    type Err = ProxyUrlError;

    /// Reads a URL; without a scheme it is `http`. A path behind the host is ignored.
    fn from_str(url: &str) -> Result<Self, ProxyUrlError> {
        let url = url.trim();
        if url.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(ProxyUrlError::Character);
        }
        let (scheme, rest) = match url.split_once("://") {
            Some((scheme, rest)) => (scheme_of(scheme)?, rest),
            None => (ProxyScheme::Http, url),
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (user, server) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (username, password) = match user.split_once(':') {
            _ if user.is_empty() => (None, None),
            Some((name, password)) => (Some(decoded(name)?), Some(decoded(password)?)),
            None => (Some(decoded(user)?), None),
        };
        let (host, port) = host_and_port(server)?;
        let port = port.unwrap_or(scheme.default_port());
        Ok(Self { scheme, host, port, username, password })
    }
}

fn scheme_of(name: &str) -> Result<ProxyScheme, ProxyUrlError> {
    let mut known = ProxyScheme::ALL.into_iter();
    known.find(|known| known.as_str().eq_ignore_ascii_case(name)).ok_or(ProxyUrlError::Scheme)
}

fn decoded(part: &str) -> Result<String, ProxyUrlError> {
    let decoded = percent_decode_str(part).decode_utf8();
    decoded.map(Into::into).map_err(|_| ProxyUrlError::Credentials)
}

fn host_and_port(server: &str) -> Result<(String, Option<u16>), ProxyUrlError> {
    let (host, port) = if let Some(rest) = server.strip_prefix('[') {
        let (address, rest) = rest.split_once(']').ok_or(ProxyUrlError::Host)?;
        let address: Ipv6Addr = address.parse().map_err(|_| ProxyUrlError::Host)?;
        let port =
            if rest.is_empty() { "" } else { rest.strip_prefix(':').ok_or(ProxyUrlError::Port)? };
        (address.to_string(), port)
    } else {
        let (host, port) = server.split_once(':').unwrap_or((server, ""));
        if !is_name(host) {
            return Err(ProxyUrlError::Host);
        }
        (host.to_ascii_lowercase(), port)
    };
    if port.is_empty() {
        return Ok((host, None));
    }
    port_of(port).map(|port| (host, Some(port))).ok_or(ProxyUrlError::Port)
}

/// Reads a port: digits alone, and not zero.
pub(super) fn port_of(text: &str) -> Option<u16> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|port| is_number && *port != 0)
}

/// Whether a text can be a host's name, or an address of IPv4.
pub(super) fn is_name(text: &str) -> bool {
    let is_label = |label: &str| {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        !label.is_empty() && label.bytes().all(known)
    };
    text.strip_suffix('.').unwrap_or(text).split('.').all(is_label)
}

impl fmt::Display for Proxy {
    /// Shows the scheme, the host and the port: no user and no password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.authority())
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("url", &self.to_string())
            .field("has_credentials", &self.username.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<Proxy, ProxyUrlError> {
        url.parse()
    }

    #[test]
    fn a_proxy_is_read_from_its_url() {
        for (url, shown) in [
            ("http://proxy.example:3128", "http://proxy.example:3128"),
            ("http://proxy.example", "http://proxy.example:80"),
            ("https://proxy.example/", "https://proxy.example:443"),
            ("socks4://proxy.example", "socks4://proxy.example:1080"),
            ("socks4a://proxy.example", "socks4a://proxy.example:1080"),
            ("socks5://proxy.example:1", "socks5://proxy.example:1"),
            ("socks5h://proxy.example", "socks5h://proxy.example:1080"),
            ("SOCKS5H://PROXY.example", "socks5h://proxy.example:1080"),
            ("proxy.example:3128", "http://proxy.example:3128"),
            ("proxy", "http://proxy:80"),
            ("proxy:", "http://proxy:80"),
            ("10.0.0.1:8080", "http://10.0.0.1:8080"),
            ("http://[fd00::1]:8080", "http://[fd00::1]:8080"),
            ("https://[::1]", "https://[::1]:443"),
            ("http://proxy_1.example:65535/path?query#x", "http://proxy_1.example:65535"),
            (" http://proxy.example:3128\n", "http://proxy.example:3128"),
        ] {
            let proxy = read(url).map_err(|error| format!("{url}: {error}")).expect("a proxy");
            assert_eq!(proxy.to_string(), shown, "{url}");
            assert_eq!((proxy.username(), proxy.password()), (None, None), "{url}");
            assert_eq!(proxy.authorization(), None, "{url}");
            assert_eq!(read(&proxy.to_url()), Ok(proxy), "{url}");
        }
    }

    #[test]
    fn a_url_that_cannot_be_used_says_what_is_wrong_with_it() {
        use ProxyUrlError::{Character, Credentials, Host, Port, Scheme};
        for (url, expected) in [
            ("socks://proxy.example", Scheme),
            ("ftp://proxy.example", Scheme),
            ("://proxy.example", Scheme),
            ("httpx://proxy.example", Scheme),
            ("http://proxy.example:99999", Port),
            ("http://proxy.example:0", Port),
            ("http://proxy.example:+80", Port),
            ("http://proxy.example:-1", Port),
            ("http://proxy.example:http", Port),
            ("http://[::1]8080", Port),
            ("http://", Host),
            ("http:///path", Host),
            ("http://:3128", Host),
            ("http://[proxy]:1", Host),
            ("http://[::1:80", Host),
            ("http://pro..xy", Host),
            ("http://proxy;x", Host),
            ("http://user@", Host),
            ("", Host),
            ("http://pro xy", Character),
            ("http://proxy\nhttp://other", Character),
            ("http://%ff:x@proxy", Credentials),
        ] {
            assert_eq!(read(url), Err(expected), "{url:?}");
        }
    }

    #[test]
    fn a_user_and_a_password_are_decoded_and_encoded_again() {
        for (user, name, password) in [
            ("ann:secret", "ann", Some("secret")),
            ("ann", "ann", None),
            ("ann:", "ann", Some("")),
            (":secret", "", Some("secret")),
            ("a%40b:p%3Aw%2F%23", "a@b", Some("p:w/#")),
            ("ann:a:b", "ann", Some("a:b")),
            ("ann:p@ss", "ann", Some("p@ss")),
            ("%C3%A4:%C3%B6", "ä", Some("ö")),
        ] {
            let proxy = read(&format!("http://{user}@proxy:1")).expect(user);
            assert_eq!((proxy.username(), proxy.password()), (Some(name), password), "{user}");
            assert_eq!((proxy.host(), proxy.port()), ("proxy", 1), "{user}");
            assert_eq!(read(&proxy.to_url()), Ok(proxy), "{user}");
        }
    }

    #[test]
    fn credentials_are_written_as_rfc_7617_has_them() {
        let proxy = read("http://Aladdin:open%20sesame@proxy").expect("a proxy");
        let expected = "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
        assert_eq!(proxy.authorization().as_deref(), Some(expected));
    }

    #[test]
    fn no_text_shows_a_user_or_a_password() {
        let proxy = read("http://somebody:hidden@proxy.example:1").expect("a proxy");
        let mut shown = vec![format!("{proxy} {proxy:?}")];
        for url in ["ftp://somebody:hidden@proxy", "http://somebody:hidden@proxy:x"] {
            let error = read(url).expect_err(url);
            shown.push(format!("{error} {error:?}"));
        }
        let shown = shown.concat();
        assert!(!shown.contains("somebody") && !shown.contains("hidden"), "{shown}");
    }

    #[test]
    fn socks_is_told_from_http() {
        let socks = ProxyScheme::ALL.map(ProxyScheme::is_socks);
        assert_eq!(socks, [false, false, true, true, true, true]);
    }
}
