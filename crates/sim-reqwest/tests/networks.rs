//! What lies between a client and its server: proxies, limits, names. Each case is a row of `docs/networks.md`.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use sim_conformance::{Reply, Script};
use sim_core::v1::GetUsageLimits;
use sim_core::{ClientBuilder, Error, ErrorKind, ExecuteWorkflow, RetryPolicy, Timeouts};
use sim_net::resolve::{ResolveError, ResolveErrorKind, Resolver};
use sim_reqwest::{Client, Reqwest};

const USAGE: &str = r#"{"success":true,"usage":{"plan":"free"}}"#;

fn builder(url: &str) -> ClientBuilder<Reqwest> {
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

#[tokio::test]
async fn nothing_is_sent_where_nothing_is_left_of_a_limit() {
    let server = Script::new([Reply::json(200, USAGE), Reply::json(200, USAGE)]);
    let client = builder(server.url()).build().expect("a client");
    client.call(GetUsageLimits::new()).await.expect("an answer");
    for limits in
        [Timeouts::default().total(Duration::ZERO), Timeouts::default().connect(Duration::ZERO)]
    {
        let error =
            client.call(ExecuteWorkflow::new("wf").timeouts(limits)).await.expect_err("no time");
        assert!(error.is_timeout() && !error.is_ambiguous(), "{error:?}");
    }
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_plain_request_names_its_server_to_the_proxy() {
    let proxy = Script::new([Reply::json(200, USAGE), Reply::json(200, USAGE)]);
    let url = proxy.url().replace("http://", "http://ann:se%20cret@");
    let client = builder("http://sim.test:8080/base").allow_insecure_http().proxy(url);
    let client = client.build().expect("a client");
    for _ in 0..2 {
        client.call(GetUsageLimits::new()).await.expect("an answer");
    }
    for seen in proxy.seen() {
        assert!(seen.target().starts_with("http://sim.test:8080/base/api/"), "{}", seen.head);
        assert_eq!(seen.header("host"), Some("sim.test:8080"));
        assert_eq!(seen.header("proxy-authorization"), Some("Basic YW5uOnNlIGNyZXQ="));
    }
    assert_eq!(proxy.seen().len(), 2);
}

#[tokio::test]
async fn a_proxy_that_refuses_says_so_itself() {
    let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
    let proxy = Script::new([Reply::close(refusal)]);
    let client = builder("https://sim.test").proxy(proxy.url()).build().expect("a client");
    let error = client.call(ExecuteWorkflow::new("wf")).await.expect_err("refused");
    assert_eq!(error.kind(), &ErrorKind::Connect, "{error:?}");
    let words = words(&error);
    assert!(words.contains("proxy") && words.contains("407"), "{words}");
    assert!(proxy.seen()[0].head.starts_with("CONNECT sim.test:443 HTTP/1.1\r\n"));
}

#[tokio::test]
async fn the_proxy_looks_up_the_name_over_socks5h() {
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
    client.build().expect("a client").call(GetUsageLimits::new()).await.expect("an answer");
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

#[tokio::test]
async fn a_name_that_cannot_be_looked_up_has_the_words_of_the_resolver() {
    for (kind, expected) in [
        (ResolveErrorKind::Temporary, ErrorKind::Resolve),
        (ResolveErrorKind::NotFound, ErrorKind::Resolve),
        (ResolveErrorKind::NoThread, ErrorKind::Connect),
    ] {
        let resolver = Resolver::new(move |host| Err(ResolveError::new(host, kind, "try later")));
        let reqwest = Reqwest::default().without_proxy().with_resolver(resolver);
        let client = builder("http://sim.test").allow_insecure_http().connector(reqwest);
        let client = client.build().expect("a client");
        let error = client.call(ExecuteWorkflow::new("wf")).await.expect_err("no address");
        assert_eq!(error.kind(), &expected, "nothing was sent: {error:?}");
        let words = words(&error);
        assert!(words.contains("sim.test") && words.contains("try later"), "{kind:?}: {words}");
    }
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
#[tokio::test]
async fn a_silent_connection_is_probed_unless_that_is_switched_off() {
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
        client.call(GetUsageLimits::new()).await.expect("an answer");
        assert_eq!(server.join().expect("no panic"), expected);
    }
}

#[tokio::test]
async fn an_answer_that_came_while_the_process_stood_still_counts() {
    // The runtime has one thread: while a task holds it, nobody looks at the connection or at the clock.
    let (listener, url) = listener();
    let (asked, is_asked) = channel();
    let (answered, is_answered) = channel();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        head(&mut stream);
        asked.send(()).expect("somebody waits");
        thread::sleep(Duration::from_millis(300));
        let length = USAGE.len();
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{USAGE}").expect("sent");
        answered.send(()).expect("somebody waits");
        stream
    });
    let limits = Timeouts::default().first_byte(Duration::from_millis(200));
    let client = builder(&url).build().expect("a client");
    let call =
        tokio::spawn(async move { client.call(GetUsageLimits::new().timeouts(limits)).await });
    while is_asked.try_recv().is_err() {
        tokio::task::yield_now().await;
    }
    is_answered.recv().expect("it answers");
    call.await.expect("no panic").expect("the answer lies there");
    server.join().expect("no panic");
}
