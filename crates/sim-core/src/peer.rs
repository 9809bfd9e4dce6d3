//! Where a request goes: for transports that connect by themselves.

use http::header::HOST;
use http::uri::Scheme;

/// The host that a request goes to, and how it is spoken to. Equal peers may share a connection.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Peer {
    /// Over TLS.
    pub secure: bool,
    /// A name or an address; one of IPv6 is without its brackets here.
    pub host: String,
    /// The port, also where the URL leaves it to the scheme.
    pub port: u16,
}

impl Peer {
    /// The peer of [`Exchange::request`](crate::Exchange::request).
    pub fn of<B>(request: &http::Request<B>) -> Self {
        let uri = request.uri();
        let secure = uri.scheme() == Some(&Scheme::HTTPS);
        let host = uri.host().unwrap_or_default();
        Self {
            secure,
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: uri.port_u16().unwrap_or(if secure { 443 } else { 80 }),
        }
    }

    /// The request as it is written to this peer: with the target alone in its first line, and the host in a
    /// header.
    pub fn origin_form<B: Clone>(&self, request: &http::Request<B>) -> http::Request<B> {
        let mut request = request.clone();
        let uri = std::mem::take(request.uri_mut()).into_parts();
        if let Some(host) = uri.authority.and_then(|host| host.as_str().parse().ok()) {
            request.headers_mut().insert(HOST, host);
        }
        if let Some(target) = uri.path_and_query {
            *request.uri_mut() = target.into();
        }
        request
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str) -> (bool, String, u16) {
        let peer = Peer::of(&http::Request::get(url).body(()).expect("a request"));
        (peer.secure, peer.host, peer.port)
    }

    #[test]
    fn a_port_that_is_left_out_is_that_of_the_scheme_and_brackets_are_no_part_of_an_address() {
        assert_eq!(of("https://sim.example/x"), (true, "sim.example".to_owned(), 443));
        assert_eq!(of("http://127.0.0.1"), (false, "127.0.0.1".to_owned(), 80));
        assert_eq!(of("http://[::1]:8080/x"), (false, "::1".to_owned(), 8080));
    }

    #[test]
    fn a_request_is_written_with_its_target_and_its_host_apart() {
        let request = http::Request::get("https://[::1]:8443/a/b?c=d").header("x-a", "1");
        let request = request.body(()).expect("a request");
        let written = Peer::of(&request).origin_form(&request);
        assert_eq!(written.uri(), "/a/b?c=d");
        assert_eq!(
            (&written.headers()[HOST], &written.headers()["x-a"]),
            (&"[::1]:8443".parse().expect("a value"), &"1".parse().expect("a value"))
        );
    }
}
