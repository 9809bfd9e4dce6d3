//! What lies between a client and its server: proxies, early answers, limits, names. Each case is a row of
//! `docs/networks.md`.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use http::header::{AUTHORIZATION, HeaderValue};
use serde_json::json;
use sim_conformance::{Reply, Script};
use sim_core::v1::GetUsageLimits;
use sim_core::{ClientBuilder, Error, ErrorKind, ExecuteWorkflow, RetryPolicy, Timeouts};
use sim_net::resolve::{ResolveError, ResolveErrorKind, Resolver};
use sim_ureq::{Client, Ureq};

const USAGE: &str = r#"{"success":true,"usage":{"plan":"free"}}"#;

fn builder(url: &str) -> ClientBuilder<Ureq> {
    Client::builder().base_url(url).api_key("sk-sim-test").retry_policy(RetryPolicy::NEVER)
}

fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    (listener, url)
}

/// Everything that an error and its causes say.
fn words(error: &Error) -> String {
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    words
}

/// Reads a head, byte by byte.
fn head(stream: &mut TcpStream) -> String {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).expect("a head");
        head.push(byte[0]);
    }
    String::from_utf8(head).expect("text")
}

#[test]
fn an_answer_that_comes_before_the_body_was_read_is_the_answer() {
    for status in [401_u16, 413] {
        for closes in [false, true] {
            let (listener, url) = listener();
            let (done, is_done) = channel::<()>();
            let server = thread::spawn(move || {
                let (mut stream, _) = listener.accept().expect("a connection");
                head(&mut stream);
                let body = r#"{"error":"early"}"#;
                let length = body.len();
                write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n\r\n{body}")
                    .expect("sent");
                if !closes {
                    let _ = is_done.recv();
                }
            });
            let limits = Timeouts::default().first_byte(Duration::from_secs(60));
            let client = builder(&url).timeouts(limits).build().expect("a client");
            let input = json!({"text": "x".repeat(8 << 20)});
            let error = client.call(ExecuteWorkflow::new("wf").input(input)).expect_err("refused");
            assert_eq!(error.status().map(|s| s.as_u16()), Some(status), "{closes}: {error:?}");
            assert!(!error.is_ambiguous(), "{error:?}");
            drop(done);
            server.join().expect("no panic");
        }
    }
}

#[test]
fn nothing_is_sent_where_nothing_is_left_of_a_limit() {
    let server = Script::new([Reply::json(200, USAGE), Reply::json(200, USAGE)]);
    let client = builder(server.url()).build().expect("a client");
    client.call(GetUsageLimits::new()).expect("an answer");
    for limits in
        [Timeouts::default().total(Duration::ZERO), Timeouts::default().connect(Duration::ZERO)]
    {
        let error = client.call(ExecuteWorkflow::new("wf").timeouts(limits)).expect_err("no time");
        assert!(error.is_timeout() && !error.is_ambiguous(), "{error:?}");
    }
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_plain_request_names_its_server_to_the_proxy() {
    let proxy = Script::new([Reply::json(200, USAGE), Reply::json(200, USAGE)]);
    let url = proxy.url().replace("http://", "http://ann:se%20cret@");
    let client = builder("http://sim.test:8080/base").allow_insecure_http().proxy(url);
    let client = client.build().expect("a client");
    for _ in 0..2 {
        client.call(GetUsageLimits::new()).expect("an answer");
    }
    for seen in proxy.seen() {
        assert!(seen.target().starts_with("http://sim.test:8080/base/api/"), "{}", seen.head);
        assert_eq!(seen.header("host"), Some("sim.test:8080"));
        assert_eq!(seen.header("proxy-authorization"), Some("Basic YW5uOnNlIGNyZXQ="));
    }
    assert_eq!(proxy.seen().len(), 2);
}

#[test]
fn a_proxy_that_refuses_says_so_itself() {
    let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
    let proxy = Script::new([Reply::close(refusal)]);
    let client = builder("https://sim.test").proxy(proxy.url()).build().expect("a client");
    let error = client.call(ExecuteWorkflow::new("wf")).expect_err("refused");
    assert_eq!(error.kind(), &ErrorKind::Connect, "{error:?}");
    let words = words(&error);
    assert!(words.contains("proxy") && words.contains("407"), "{words}");
    assert!(proxy.seen()[0].head.starts_with("CONNECT sim.test:443 HTTP/1.1\r\n"));
}

#[test]
fn the_proxy_looks_up_the_name_over_socks5h() {
    let (listener, url) = listener();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let mut greeting = [0; 3];
        stream.read_exact(&mut greeting).expect("a greeting");
        stream.write_all(&[5, 0]).expect("sent");
        let mut request = [0; 5 + 8 + 2];
        stream.read_exact(&mut request).expect("a request");
        stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).expect("sent");
        head(&mut stream);
        let length = USAGE.len();
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{USAGE}").expect("sent");
        (greeting, request)
    });
    let url = url.replace("http:", "socks5h:");
    let client = builder("http://sim.test").allow_insecure_http().proxy(url);
    client.build().expect("a client").call(GetUsageLimits::new()).expect("an answer");
    let (greeting, request) = server.join().expect("no panic");
    assert_eq!(greeting, [5, 1, 0]);
    assert_eq!(&request, b"\x05\x01\x00\x03\x08sim.test\x00\x50");
}

#[test]
fn a_proxy_that_is_none_is_refused_by_its_url() {
    for url in ["", "no url", "ftp://x", "socks://x", "http://x:99999"] {
        let error = builder("http://localhost").proxy(url).build().expect_err(url);
        assert_eq!(error.code(), "INVALID_REQUEST");
        assert!(error.message().contains("proxy"), "{error}");
    }
}

#[test]
fn a_name_that_cannot_be_looked_up_has_the_words_of_the_resolver() {
    for (kind, expected) in [
        (ResolveErrorKind::Temporary, ErrorKind::Resolve),
        (ResolveErrorKind::NotFound, ErrorKind::Resolve),
        (ResolveErrorKind::NoThread, ErrorKind::Connect),
    ] {
        let resolver = Resolver::new(move |host| Err(ResolveError::new(host, kind, "try later")));
        let ureq = Ureq::default().without_proxy().with_resolver(resolver);
        let client = builder("http://sim.test").allow_insecure_http().connector(ureq);
        let client = client.build().expect("a client");
        let error = client.call(ExecuteWorkflow::new("wf")).expect_err("no address");
        assert_eq!(error.kind(), &expected, "nothing was sent: {error:?}");
        let words = words(&error);
        assert!(words.contains("sim.test") && words.contains("try later"), "{kind:?}: {words}");
    }
}

#[test]
fn what_ureq_could_unpack_or_keep_stays_as_it_came() {
    let cookie = "set-cookie: a=b; path=/\r\nset-cookie: c=d\r\n";
    let length = USAGE.len();
    let answer = format!(
        "HTTP/1.1 200 OK\r\n{cookie}content-encoding: gzip\r\ncontent-length: {length}\r\n\r\n{USAGE}"
    );
    let server = Script::new([Reply::keep_open(answer.clone()), Reply::keep_open(answer)]);
    let client = builder(server.url()).build().expect("a client");
    for _ in 0..2 {
        let answer = client.call(GetUsageLimits::new().with_meta()).expect("it is not unpacked");
        let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
        assert_eq!(cookies, ["a=b; path=/", "c=d"]);
        assert_eq!(answer.headers["content-encoding"], "gzip");
    }
    let seen = server.seen();
    assert!(seen.iter().all(|seen| seen.header("cookie").is_none()), "{seen:?}");
    assert_eq!(seen.len(), 2);
}

#[test]
fn a_gateway_in_front_of_the_server_has_credentials_of_its_own() {
    let server = Script::new([Reply::json(200, USAGE), Reply::json(200, USAGE)]);
    let basic = HeaderValue::from_static("Basic TUFSS0VS");
    let builder = builder(server.url()).header(AUTHORIZATION, basic);
    let before = format!("{builder:?}");
    let client = builder.build().expect("a client");
    client.call(GetUsageLimits::new()).expect("an answer");
    client.call(GetUsageLimits::new().header("authorization", "Basic T1RIRVI=")).expect("another");
    let sent: Vec<_> =
        server.seen().iter().map(|seen| seen.headers("authorization").concat()).collect();
    assert_eq!(sent, ["Basic TUFSS0VS", "Basic T1RIRVI="]);
    let call = GetUsageLimits::new().header("authorization", "Basic TUFSS0VS");
    let shown = format!("{before} {client:?} {:?} {call:?}", client.api());
    assert!(!shown.contains("TUFSS0VS"), "{shown}");
}

/// Whether the system counts down to a probe for the connection from this port.
#[cfg(target_os = "linux")]
fn is_probed(port: u16) -> bool {
    let table = std::fs::read_to_string("/proc/net/tcp").expect("the table");
    let ours = format!(":{port:04X}");
    let mut lines = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let line = lines.find(|line| line.get(1).is_some_and(|own| own.ends_with(&ours)));
    line.expect("the connection is there")[5].starts_with("02:")
}

#[cfg(target_os = "linux")]
#[test]
fn a_silent_connection_is_probed_unless_that_is_switched_off() {
    for (after, expected) in [(Some(Duration::from_secs(60)), true), (None, false)] {
        let (listener, url) = listener();
        let server = thread::spawn(move || {
            let (mut stream, peer) = listener.accept().expect("a connection");
            head(&mut stream);
            let found = is_probed(peer.port());
            let length = USAGE.len();
            write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{USAGE}")
                .expect("sent");
            found
        });
        let client = builder(&url).keep_alive(after).build().expect("a client");
        client.call(GetUsageLimits::new()).expect("an answer");
        assert_eq!(server.join().expect("no panic"), expected);
    }
}
