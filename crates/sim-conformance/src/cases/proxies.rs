//! What lies on the way to a server because a program or the environment says so.

use std::io::{self, Read as _, Write as _};
use std::net::SocketAddr;
use std::thread;

use sim_core::v1::GetUsageLimits;
use sim_core::{Api, ErrorKind, ExecuteWorkflow, Timeouts};

use super::networks::{USAGE, answer, head, listener, read, words};
use crate::again;
use crate::network::Network;
use crate::reply::Reply;
use crate::script::Script;
use crate::subject::Subject;
use crate::tls::TlsServer;

pub fn a_plain_request_names_its_server_to_the_proxy<S: Subject>(_: &impl Fn(Api) -> S) {
    let proxy = Script::new([Reply::json(200, USAGE)]);
    let url = proxy.url().replace("http://", "http://ann:se%20cret@");
    let network = Network::to("http://sim.test:8080/base").proxy(url);
    let (api, subject) = (network.api(), S::connect(&network).expect("a client"));
    for _ in 0..2 {
        subject.drive(api.call(GetUsageLimits::new()).expect("a call")).expect("an answer");
    }
    for seen in proxy.seen() {
        assert!(seen.target().starts_with("http://sim.test:8080/base/api/"), "{}", seen.head);
        assert_eq!(seen.headers("host"), ["sim.test:8080"]);
        assert_eq!(seen.headers("proxy-authorization"), ["Basic YW5uOnNlIGNyZXQ="]);
    }
    assert_eq!(proxy.seen().len(), 2);
}

pub fn a_proxy_that_refuses_says_so_itself<S: Subject>(_: &impl Fn(Api) -> S) {
    for status in [403, 407, 502] {
        let refusal = format!("HTTP/1.1 {status} No\r\ncontent-length: 0\r\n\r\n");
        let proxy = Script::new([Reply::close(refusal)]);
        let network = Network::to("https://sim.test").proxy(proxy.url());
        let call = network.api().call(ExecuteWorkflow::new("wf-1")).expect("a call");
        let error = S::connect(&network).expect("a client").drive(call).expect_err("refused");
        assert_eq!(error.kind(), &ErrorKind::Connect, "nothing was sent: {error:?}");
        let words = words(&error);
        assert!(words.contains("proxy") && words.contains(&status.to_string()), "{words}");
        for seen in proxy.seen() {
            assert!(seen.head.starts_with("CONNECT sim.test:443 HTTP/1.1\r\n"), "{}", seen.head);
        }
    }
}

pub fn the_proxy_looks_up_the_name_over_socks5h<S: Subject>(subject: &impl Fn(Api) -> S) {
    let (listener, url) = listener();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let (mut greeting, mut request) = ([0; 3], [0; 5 + 8 + 2]);
        stream.read_exact(&mut greeting).expect("a greeting");
        stream.write_all(&[5, 0]).expect("sent");
        stream.read_exact(&mut request).expect("a request");
        stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).expect("sent");
        head(&stream);
        answer(&stream, 200, USAGE);
        (greeting, request)
    });
    let network = Network::to("http://sim.test").proxy(url.replace("http:", "socks5h:"));
    read(subject, &network, Timeouts::default()).expect("an answer");
    let (greeting, request) = server.join().expect("no panic");
    assert_eq!(greeting, [5, 1, 0]);
    assert_eq!(&request, b"\x05\x01\x00\x03\x08sim.test\x00\x50");
}

/// What each version of SOCKS says: the bytes of the client and the answer to them, part by part.
type Words = &'static [(&'static [u8], &'static [u8])];

/// The address of the server's name, which nobody connects to but through the proxy.
const ADDRESS: [u8; 4] = [127, 0, 0, 9];
const SOCKS4: Words = &[(b"\x04\x01\x00\x50\x7f\x00\x00\x09\x00", b"\x00\x5a\0\0\0\0\0\0")];
const SOCKS5: Words = &[
    (b"\x05\x01\x00", b"\x05\x00"),
    (b"\x05\x01\x00\x01\x7f\x00\x00\x09\x00\x50", b"\x05\x00\x00\x01\0\0\0\0\0\0"),
];
/// The address `0.0.0.x` says that a name follows; a client chooses the `x`.
const SOCKS4A: Words =
    &[(b"\x04\x01\x00\x50\x00\x00\x00", b""), (b"?\x00sim.test\x00", b"\x00\x5a\0\0\0\0\0\0")];

pub fn each_version_of_socks_is_spoken<S: Subject>(subject: &impl Fn(Api) -> S) {
    for (scheme, words, looks_up) in
        [("socks4", SOCKS4, true), ("socks5", SOCKS5, true), ("socks4a", SOCKS4A, false)]
    {
        let (listener, url) = listener();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            for (expected, answer) in words {
                let mut said = vec![0; expected.len()];
                stream.read_exact(&mut said).expect("the words of a client");
                let is_so = |(said, expected): (&u8, &u8)| said == expected || *expected == b'?';
                assert!(said.iter().zip(*expected).all(is_so), "{scheme}: {said:?}");
                stream.write_all(answer).expect("sent");
            }
            let head = head(&stream);
            answer(&stream, 200, USAGE);
            head
        });
        let proxy = url.replace("http:", &format!("{scheme}:"));
        let network = Network::to("http://sim.test").proxy(proxy).names(move |name| {
            assert!(looks_up && name == "sim.test", "{scheme} looks up {name}");
            Ok(vec![SocketAddr::from((ADDRESS, 0))])
        });
        read(subject, &network, Timeouts::default()).expect(scheme);
        let head = server.join().expect("no panic");
        assert!(head.starts_with("GET /api/"), "{scheme}: what follows is for the server: {head}");
    }
}

pub fn a_proxy_is_spoken_to_over_tls<S: Subject>(subject: &impl Fn(Api) -> S) {
    let length = USAGE.len();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close");
    let proxy = TlsServer::start("localhost", 2020, 2100, format!("{head}\r\n\r\n{USAGE}"));
    let network = Network::to("http://sim.test").proxy(proxy.url());
    let error = read(subject, &network, Timeouts::default()).expect_err("it is not trusted");
    assert_eq!(error.kind(), &ErrorKind::Tls, "{error:?}");
    read(subject, &network.root(proxy.root()), Timeouts::default()).expect("an answer");
    assert_eq!(proxy.requests(), 1);
}

pub fn a_proxy_that_is_none_is_refused_by_its_url<S: Subject>(_: &impl Fn(Api) -> S) {
    for url in ["", "no url", "ftp://x", "socks://x", "http://x:99999", "http://x:0", "http://a\nb"]
    {
        let network = Network::to("http://sim.test").proxy(url);
        let error = S::connect(&network).map(drop).expect_err(url);
        assert_eq!(error.code(), "INVALID_REQUEST");
        assert!(error.message().contains("proxy"), "{url:?}: {error}");
    }
}

pub fn the_name_of_a_proxy_is_told_from_that_of_the_server<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    for url in ["http://sim.test", "https://sim.test"] {
        let network = Network::to(url)
            .proxy("http://proxy.test:3128")
            .names(|_| Err(io::Error::other("nobody has that name")));
        let error = read(subject, &network, Timeouts::default()).expect_err("no address");
        assert_eq!(error.kind(), &ErrorKind::Resolve, "{error:?}");
        // The base URL stands beside the cause, which names the proxy.
        let words = words(&error).replace(&format!(", base URL {url}"), "");
        assert!(words.contains("proxy.test") && !words.contains("sim.test"), "{words}");
    }
}

/// A client of which every name is this machine, and that asks the environment.
fn of_environment(url: &str) -> Network {
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    Network::to(url).names(move |_| Ok(vec![loopback])).with_environment()
}

/// The URL of a script by a name that is not known to be this machine.
fn by_name(script: &Script) -> String {
    script.url().replace("127.0.0.1", "sim.test")
}

/// In a process of its own: makes a read at each of these URLs with one client, which asks the environment.
fn reads<S: Subject>(_: &impl Fn(Api) -> S, urls: &str) {
    let first = urls.split(' ').next().unwrap_or_default();
    let network = of_environment(first);
    let (mut api, subject) = (network.api(), S::connect(&network).expect("a client"));
    for url in urls.split(' ') {
        api.set_base_url(url).expect("a base URL");
        subject.drive(api.call(GetUsageLimits::new()).expect("a call")).expect("an answer");
    }
}

pub fn a_cgi_program_takes_no_proxy_from_a_header<S: Subject>(subject: &impl Fn(Api) -> S) {
    if let Some(urls) = again::told() {
        return reads(subject, &urls);
    }
    let [server, proxy] = [(); 2].map(|()| Script::new([Reply::json(200, USAGE)]));
    let named = ("HTTP_PROXY", proxy.url());
    again::run(&by_name(&server), &[named]);
    assert_eq!((server.seen().len(), proxy.seen().len()), (0, 1), "in any other program it counts");
    again::run(&by_name(&server), &[named, ("REQUEST_METHOD", "GET")]);
    assert_eq!((server.seen().len(), proxy.seen().len()), (1, 1));
}

pub fn the_exceptions_of_the_environment_are_kept<S: Subject>(subject: &impl Fn(Api) -> S) {
    if let Some(urls) = again::told() {
        return reads(subject, &urls);
    }
    let [server, proxy] = [(); 2].map(|()| Script::new([Reply::json(200, USAGE)]));
    let url = by_name(&server);
    let below = url.replace("sim.test", "a.sim.test");
    let (mut direct, mut proxied) = (0, 0);
    for (variables, entries, at_server, at_proxy) in [
        (["HTTP_PROXY", "NO_PROXY"], "sim.test".to_owned(), 2, 0),
        (["http_proxy", "no_proxy"], ".sim.test".to_owned(), 2, 0),
        (["ALL_PROXY", "no_proxy"], "*.sim.test".to_owned(), 1, 1),
        (["all_proxy", "NO_PROXY"], url.replace("http://", "x.test, "), 2, 0),
        (["HTTP_PROXY", "NO_PROXY"], "sim.test:1".to_owned(), 0, 2),
        (["HTTP_PROXY", "NO_PROXY"], "127.0.0.0/8".to_owned(), 0, 2),
        (["HTTP_PROXY", "NO_PROXY"], "*".to_owned(), 2, 0),
    ] {
        let [of_proxy, of_exceptions] = variables;
        let set = [(of_proxy, proxy.url()), (of_exceptions, &*entries)];
        again::run(&format!("{url} {below}"), &set);
        (direct, proxied) = (direct + at_server, proxied + at_proxy);
        assert_eq!((server.seen().len(), proxy.seen().len()), (direct, proxied), "{entries}");
    }
    again::run(&url, &[("HTTP_PROXY", " \n"), ("http_proxy", proxy.url())]);
    assert_eq!(proxy.seen().len(), proxied + 1, "an empty variable does not hide another");
}

pub fn a_client_that_moved_to_this_machine_asks_no_proxy<S: Subject>(subject: &impl Fn(Api) -> S) {
    if let Some(urls) = again::told() {
        return reads(subject, &urls);
    }
    let [server, proxy] = [(); 2].map(|()| Script::new([Reply::json(200, USAGE)]));
    again::run(&format!("http://sim.test {}", server.url()), &[("ALL_PROXY", proxy.url())]);
    let targets = |script: &Script| -> Vec<_> {
        script.seen().iter().map(|seen| seen.target().to_owned()).collect()
    };
    let path = "/api/users/me/usage-limits";
    assert_eq!(targets(&proxy), [format!("http://sim.test{path}")]);
    assert_eq!(targets(&server), [path]);
}

pub fn a_variable_that_cannot_be_read_is_named_where_it_decides<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    if let Some(told) = again::told() {
        let (url, variable) = told.split_once(' ').expect("a URL and a variable");
        if variable.is_empty() {
            return reads(subject, url);
        }
        let error = S::connect(&of_environment(url)).map(drop).expect_err(variable);
        assert_eq!(error.code(), "INVALID_REQUEST");
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(variable) && !shown.contains("SECRET"), "{shown}");
        return;
    }
    let server = Script::new([Reply::json(200, USAGE)]);
    let url = by_name(&server);
    for (name, value, url, decides) in [
        ("HTTPS_PROXY", "ftp://ann:SECRET@x", "https://sim.test", true),
        ("HTTPS_PROXY", "ftp://ann:SECRET@x", &url, false),
        ("HTTP_PROXY", "socks://ann:SECRET@x", &url, true),
        ("http_proxy", "http://ann:SECRET@x:99999", &url, true),
        ("ALL_PROXY", "http://SECRET\nhttp://y", &url, true),
        ("ALL_PROXY", "http://SECRET\nhttp://y", server.url(), false),
        ("NO_PROXY", "10.0.0.0/99", &url, false),
    ] {
        let variable = if decides { name } else { "" };
        again::run(&format!("{url} {variable}"), &[(name, value)]);
    }
    assert_eq!(server.seen().len(), 3);
}
