//! Who is trusted over TLS, and what an error says of one who is not.

use sim_core::{Api, Error, ErrorKind, Timeouts};

use super::networks::{USAGE, read, words};
use crate::again;
use crate::network::Network;
use crate::reply::Reply;
use crate::script::Script;
use crate::subject::Subject;
use crate::tls::TlsServer;

/// Whether the system itself verifies servers, without a file of certificates.
const VERIFIES: bool =
    cfg!(any(target_vendor = "apple", target_os = "windows", target_os = "android"));

/// A server whose certificate is for this machine.
fn server(to: i32) -> TlsServer {
    let length = USAGE.len();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close");
    TlsServer::start("localhost", 2020, to, format!("{head}\r\n\r\n{USAGE}"))
}

pub fn a_root_certificate_that_was_added_is_trusted<S: Subject>(subject: &impl Fn(Api) -> S) {
    let (server, other) = (server(2100), server(2100));
    let network = Network::to(server.url());
    for network in [
        network.clone().root(server.root()),
        network.clone().root(format!("{}{}", other.root(), server.root())),
        network.clone().root(other.root()).root(server.root()),
    ] {
        read(subject, &network, Timeouts::default()).expect("an answer");
    }
    assert_eq!(server.requests(), 3);
}

pub fn plain_http_needs_no_certificates<S: Subject>(subject: &impl Fn(Api) -> S) {
    if let Some(url) = again::told() {
        return read(subject, &Network::to(url), Timeouts::default()).expect("an answer");
    }
    let server = Script::new([Reply::json(200, USAGE)]);
    again::run(server.url(), &[("SSL_CERT_FILE", "/no/such/file")]);
    assert_eq!(server.seen().len(), 1);
}

pub fn without_certificates_the_error_says_where_they_were_looked_for<S: Subject>(
    _: &impl Fn(Api) -> S,
) {
    if VERIFIES {
        return;
    }
    if let Some(url) = again::told() {
        let error = S::connect(&Network::to(url)).map(drop).expect_err("nobody is trusted");
        assert_eq!(error.code(), "INVALID_REQUEST", "{error:?}");
        let words = words(&error);
        for part in ["no certificate is trusted", "SSL_CERT_FILE=/no/such/file"] {
            assert!(words.contains(part), "{words}");
        }
        return;
    }
    again::run("https://sim.test", &[("SSL_CERT_FILE", "/no/such/file")]);
}

pub fn one_bad_certificate_spoils_its_bundle_and_is_named<S: Subject>(_: &impl Fn(Api) -> S) {
    let good = server(2100);
    let block = |inside: &str| {
        format!("-----BEGIN CERTIFICATE-----\n{inside}\n-----END CERTIFICATE-----\n")
    };
    for (bundle, part) in [
        (String::new(), "no certificate in PEM form"),
        ("not PEM".to_owned(), "no certificate in PEM form"),
        (format!("{}{}", good.root(), block("!")), "certificate 2 of 2"),
        (format!("{}{}", block("AAAA"), good.root()), "certificate 1 of 2"),
    ] {
        for url in ["https://sim.test", "http://sim.test"] {
            let network = Network::to(url).root(bundle.clone());
            let error = S::connect(&network).map(drop).expect_err("not a certificate");
            assert_eq!(error.code(), "INVALID_REQUEST");
            assert!(words(&error).contains(part), "{error:?}");
        }
    }
}

pub fn a_server_that_is_not_trusted_is_explained<S: Subject>(subject: &impl Fn(Api) -> S) {
    let refused = |network: Network| -> Error {
        read(subject, &network, Timeouts::default()).expect_err("it is not trusted")
    };
    let (unknown, expired) = (server(2100), server(2021));
    for (error, part) in [
        (refused(Network::to(unknown.url())), "add the certificate of the authority"),
        (refused(Network::to(unknown.url()).root(expired.root())), "another key"),
        (refused(Network::to(expired.url()).root(expired.root())), "clock"),
    ] {
        assert_eq!(error.kind(), &ErrorKind::Tls, "{error:?}");
        // The system has words of its own where it verifies servers itself.
        assert!(VERIFIES || words(&error).contains(part), "{}", words(&error));
    }
    assert_eq!(unknown.requests() + expired.requests(), 0);
}
