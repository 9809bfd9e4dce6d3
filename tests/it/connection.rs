//! Connections of clients: the certificates that they trust, and what a proxy sees.

use std::env;
use std::net::TcpListener;
use std::process::Command;

use sim_conformance::{Reply, Script, TlsServer};
use simstudio::transport::Connector;
use simstudio::v1::GetUsageLimits;
use simstudio::{ClientBuilder, ErrorKind, ExecuteWorkflow};

use crate::clients::{Client, Plain, Settings};

const USAGE: &str = r#"{"success":true,"usage":{"plan":"free"}}"#;

/// Starts a server with this certificate, whose answer is good.
fn certified(name: &str, to: i32) -> TlsServer {
    let length = USAGE.len();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close");
    TlsServer::start(name, 2020, to, format!("{head}\r\n\r\n{USAGE}"))
}

/// Settings that trust this root, given as PEM.
struct Root<'a>(&'a str);

impl Settings for Root<'_> {
    fn apply<C: Connector>(&self, builder: ClientBuilder<C>) -> ClientBuilder<C> {
        builder.root_certificate(self.0)
    }
}

/// Settings that connect through this proxy.
struct Proxy<'a>(&'a str);

impl Settings for Proxy<'_> {
    fn apply<C: Connector>(&self, builder: ClientBuilder<C>) -> ClientBuilder<C> {
        builder.proxy(self.0)
    }
}

#[test]
fn a_root_certificate_that_was_added_is_trusted() {
    let server = certified("localhost", 2100);
    for client in Client::both(server.url(), &Root(server.root())) {
        let usage = client.call(GetUsageLimits::new());
        let usage = usage.unwrap_or_else(|error| panic!("{}: {error:?}", client.name()));
        assert_eq!(usage.usage.plan.as_deref(), Some("free"));
    }
    assert_eq!(server.requests(), 2);
}

#[test]
fn json_that_is_whole_may_end_with_its_connection() {
    let answer = |body: &str| {
        TlsServer::silent("localhost", 2020, 2100, format!("HTTP/1.1 200 OK\r\n\r\n{body}"))
    };
    let (whole, cut) = (answer(USAGE), answer(&USAGE[..USAGE.len() - 1]));
    for client in Client::both(whole.url(), &Root(whole.root())) {
        let usage = client.call(GetUsageLimits::new());
        let usage = usage.unwrap_or_else(|error| panic!("{}: {error:?}", client.name()));
        assert_eq!(usage.usage.plan.as_deref(), Some("free"));
    }
    assert_eq!(whole.requests(), 2, "each was asked once");
    for client in Client::both(cut.url(), &Root(cut.root())) {
        let error = client.call(ExecuteWorkflow::new("wf")).expect_err("it is cut");
        let ErrorKind::Ambiguous { cause, .. } = error.kind() else { panic!("{error:?}") };
        // One transport sees the end of the connection, the other text that is no JSON.
        let is_lost = matches!(**cause, ErrorKind::Closed | ErrorKind::Decode);
        assert!(is_lost, "{}: {error:?}", client.name());
    }
    let length = USAGE.len() + 1;
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
    let short = TlsServer::silent("localhost", 2020, 2100, head + USAGE);
    for client in Client::both(short.url(), &Root(short.root())) {
        let error = client.call(ExecuteWorkflow::new("wf")).expect_err("its length says more");
        assert!(error.is_ambiguous(), "{}: {error:?}", client.name());
    }
}

#[test]
fn a_redirect_out_of_tls_takes_nothing_along() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").expect("a port");
    elsewhere.set_nonblocking(true).expect("a listener that does not wait");
    let port = elsewhere.local_addr().expect("it is bound").port();
    for status in [301, 302, 303, 307, 308] {
        for target in [format!("http://localhost:{port}/"), format!("https://localhost:{port}/")] {
            let head = format!("HTTP/1.1 {status} X\r\nlocation: {target}\r\ncontent-length: 0");
            let answer = format!("{head}\r\nconnection: close\r\n\r\n");
            let server = TlsServer::start("localhost", 2020, 2100, answer);
            for client in Client::both(server.url(), &Root(server.root())) {
                let errors = [
                    client.call(GetUsageLimits::new()).map(drop),
                    client.call(ExecuteWorkflow::new("wf")).map(drop),
                ];
                for error in errors {
                    let error = error.expect_err("a redirect");
                    assert_eq!(error.kind(), &ErrorKind::Redirect, "{}: {error:?}", client.name());
                }
            }
            assert_eq!(server.requests(), 4, "each is asked once");
        }
    }
    assert!(elsewhere.accept().is_err(), "nobody connects to the target");
}

#[test]
fn a_certificate_that_cannot_be_trusted_is_refused_before_anything_is_sent() {
    let unknown = certified("localhost", 2100);
    let other_name = certified("example.com", 2100);
    let expired = certified("localhost", 2021);
    let assert_refused = |server: &TlsServer, clients: [Client; 2]| {
        for client in clients {
            let errors = [
                client.call(GetUsageLimits::new()).expect_err("not trusted"),
                client.call(ExecuteWorkflow::new("wf")).expect_err("not trusted"),
            ];
            for error in errors {
                assert_eq!(
                    (error.kind(), error.attempts()),
                    (&ErrorKind::Tls, 1),
                    "{}: {error:?}",
                    client.name()
                );
            }
        }
        assert_eq!(server.requests(), 0);
    };
    assert_refused(&unknown, Client::both(unknown.url(), &Plain));
    assert_refused(&other_name, Client::both(other_name.url(), &Root(other_name.root())));
    assert_refused(&expired, Client::both(expired.url(), &Root(expired.root())));
}

#[test]
fn a_root_certificate_that_is_none_is_refused() {
    for pem in ["", "not PEM", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----"] {
        let ureq = Root(pem).apply(simstudio::ureq::Client::builder()).build();
        let reqwest = Root(pem).apply(simstudio::reqwest::Client::builder()).build();
        for error in [ureq.map(drop), reqwest.map(drop)] {
            assert_eq!(error.expect_err("not a certificate").code(), "INVALID_REQUEST");
        }
    }
}

#[test]
fn the_key_does_not_travel_to_the_proxy() {
    let proxy = Script::new([Reply::close("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")]);
    for client in Client::both("https://sim.example", &Proxy(proxy.url())) {
        let error = client.call(ExecuteWorkflow::new("wf")).expect_err("the proxy refuses");
        assert_eq!(
            error.kind(),
            &ErrorKind::Connect,
            "{}: nothing was sent: {error:?}",
            client.name()
        );
    }
    let seen = proxy.seen();
    // What a refusing proxy says is asked of it once more over reqwest.
    assert!((2..=3).contains(&seen.len()), "{seen:?}");
    for seen in seen {
        assert!(seen.head.starts_with("CONNECT sim.example:443 HTTP/1.1\r\n"), "{}", seen.head);
        assert!(!seen.head.contains("sk-sim-test") && seen.body.is_empty());
    }
}

/// Makes a call over each transport in a child process, with these additional variables.
fn calls_in(environment: &[(&str, &str)], url: &str) {
    let mut child = Command::new(env::current_exe().expect("a test"));
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD"] {
        child.env_remove(name).env_remove(name.to_lowercase());
    }
    child.envs(environment.iter().copied()).env("URL_OF_THE_CHILD", url);
    child.args(["--exact", "connection::calls_of_a_child"]);
    let done = child.output().expect("it runs");
    assert!(done.status.success(), "{done:?}");
}

#[test]
fn calls_of_a_child() {
    // The tests below run this one in a child process.
    let Ok(url) = env::var("URL_OF_THE_CHILD") else { return };
    for client in Client::both(&url, &Insecure) {
        // The test checks the wire, not the result.
        let _ = client.call(GetUsageLimits::new());
    }
}

/// Settings that send the key to any address.
struct Insecure;

impl Settings for Insecure {
    fn apply<C: Connector>(&self, builder: ClientBuilder<C>) -> ClientBuilder<C> {
        builder.allow_insecure_http()
    }
}

#[test]
fn no_proxy_of_the_environment_is_asked_for_this_machine() {
    let proxy = Script::new([Reply::json(502, "{}")]);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"] {
        let server = Script::new([Reply::json(200, USAGE)]);
        calls_in(&[(name, proxy.url())], server.url());
        assert_eq!(server.seen().len(), 2, "{name}");
    }
    assert_eq!(proxy.seen(), []);
}

#[test]
fn a_proxy_of_the_environment_is_that_of_the_scheme() {
    let refusal = || Reply::close("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
    for (url, own, other) in [
        ("https://sim.example", "HTTPS_PROXY", "HTTP_PROXY"),
        ("http://sim.example", "HTTP_PROXY", "HTTPS_PROXY"),
        ("http://sim.example", "ALL_PROXY", "HTTPS_PROXY"),
    ] {
        let (asked, beside) = (Script::new([refusal()]), Script::new([refusal()]));
        calls_in(&[(own, asked.url()), (other, beside.url())], url);
        assert!((2..=3).contains(&asked.seen().len()), "{url} {own}");
        assert_eq!(beside.seen().len(), 0, "{url} {own}");
    }
}

#[test]
fn a_proxy_that_is_none_is_refused() {
    for url in ["", "no url", "ftp://x"] {
        let ureq = Proxy(url).apply(simstudio::ureq::Client::builder()).build();
        let reqwest = Proxy(url).apply(simstudio::reqwest::Client::builder()).build();
        for error in [ureq.map(drop), reqwest.map(drop)] {
            assert_eq!(error.expect_err(url).code(), "INVALID_REQUEST");
        }
    }
}
