//! The host that a request goes to, for transports that open their own connections.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::header::{CONTENT_LENGTH, HOST};
use http::uri::Scheme;
use http::{Method, Uri};

use super::request_body::RequestBody;

/// The host that a request goes to, and whether to use TLS. Requests to equal destinations may share a connection.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Destination {
    /// Whether the connection uses TLS.
    pub secure: bool,
    /// A host name or an IP address; an IPv6 address has no brackets here.
    pub host: String,
    /// The port. The default of the scheme where the URL names none.
    pub port: u16,
}

impl Destination {
    /// Returns the destination of [`Exchange::request`](crate::transport::Exchange::request).
    pub fn of<B>(request: &http::Request<B>) -> Self {
        Self::at(request.uri())
    }

    /// Returns the destination that a URL names.
    pub fn at(uri: &Uri) -> Self {
        let secure = uri.scheme() == Some(&Scheme::HTTPS);
        let host = uri.host().unwrap_or_default();
        Self {
            secure,
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: uri.port_u16().unwrap_or(if secure { 443 } else { 80 }),
        }
    }

    /// Returns whether the destination is this machine. Send such requests through no proxy from the environment:
    /// over `http` the proxy could read the API key.
    pub fn is_local(&self) -> bool {
        is_loopback(&self.host)
    }

    /// Rewrites a request to the form that HTTP/1.1 sends to the server itself: only the path and query in the
    /// request line, a `Host` header, and `Content-Length` if the request [has one](Self::has_length).
    pub fn origin_form(mut request: http::Request<RequestBody>) -> http::Request<RequestBody> {
        let uri = std::mem::take(request.uri_mut()).into_parts();
        if let Some(host) = uri.authority.and_then(|host| host.as_str().parse().ok()) {
            request.headers_mut().insert(HOST, host);
        }
        if let Some(target) = uri.path_and_query {
            *request.uri_mut() = target.into();
        }
        if Self::has_length(request.method(), request.body().len()) {
            let length = request.body().len().into();
            request.headers_mut().insert(CONTENT_LENGTH, length);
        }
        request
    }

    /// Returns whether a request states the length of its body. An empty body has a length too if the method usually
    /// has a body.
    pub fn has_length(method: &Method, body: u64) -> bool {
        body > 0 || matches!(*method, Method::POST | Method::PUT | Method::PATCH)
    }
}

/// Returns whether a host is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.ends_with(".localhost")
        || bare.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || bare.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn of(url: &str) -> (bool, String, u16) {
        let peer = Destination::of(&http::Request::get(url).body(()).expect("a request"));
        (peer.secure, peer.host, peer.port)
    }

    #[test]
    fn a_port_that_is_left_out_is_that_of_the_scheme_and_brackets_are_no_part_of_an_address() {
        assert_eq!(of("https://sim.example/x"), (true, "sim.example".to_owned(), 443));
        assert_eq!(of("http://127.0.0.1"), (false, "127.0.0.1".to_owned(), 80));
        assert_eq!(of("http://[::1]:8080/x"), (false, "::1".to_owned(), 8080));
    }

    #[test]
    fn this_machine_has_more_than_one_name() {
        let local = |url: &str| {
            Destination::of(&http::Request::get(url).body(()).expect("a request")).is_local()
        };
        for url in
            ["http://localhost:1/x", "http://127.8.0.1", "https://[::1]:3000", "http://a.localhost"]
        {
            assert!(local(url), "{url}");
        }
        for url in
            ["http://sim.example", "http://10.0.0.1", "http://localhost.example", "http://[::2]"]
        {
            assert!(!local(url), "{url}");
        }
    }

    fn written(method: &str, body: &'static str) -> http::Request<RequestBody> {
        let request = http::Request::builder().method(method).uri("https://[::1]:8443/a/b?c=d");
        let request = request
            .header("x-a", "1")
            .body(RequestBody::Bytes(Bytes::from(body)))
            .expect("a request");
        Destination::origin_form(request)
    }

    #[test]
    fn a_request_is_written_with_its_target_and_its_host_apart() {
        let written = written("GET", "");
        assert_eq!(written.uri(), "/a/b?c=d");
        let header = |name: &str| written.headers().get(name).and_then(|value| value.to_str().ok());
        assert_eq!((header("host"), header("x-a")), (Some("[::1]:8443"), Some("1")));
    }

    #[test]
    fn a_body_has_a_length_and_so_has_its_absence_where_one_is_usual() {
        let length = |method, body| {
            let length = written(method, body).headers().get(CONTENT_LENGTH).cloned();
            length.and_then(|value| value.to_str().ok()?.parse::<usize>().ok())
        };
        for method in ["POST", "PUT", "PATCH"] {
            assert_eq!((length(method, ""), length(method, "ab")), (Some(0), Some(2)));
        }
        for method in ["GET", "DELETE"] {
            assert_eq!((length(method, ""), length(method, "ab")), (None, Some(2)));
        }
    }
}
