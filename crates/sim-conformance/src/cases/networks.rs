//! What lies between a client and its server: silence, dead addresses, early answers, gateways. The page
//! `docs/networks.md` says what is right.

use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderValue};
use serde_json::json;
use sim_core::operation::{Idempotency, Slices};
use sim_core::v1::GetUsageLimits;
use sim_core::{Api, CancelToken, Error, ErrorKind, Raw, Result, Timeouts};

use super::bodies::Upload;
use super::cancels::LARGE;
use super::{call, run};
use crate::again;
use crate::network::Network;
use crate::reply::Reply;
use crate::script::Script;
use crate::subject::Subject;
use crate::tools::{api, bound_to, full_queue_of};

pub(super) const USAGE: &str = r#"{"success":true,"usage":{"plan":"free"}}"#;

/// Longer than anything takes.
pub(super) const LONG: Duration = Duration::from_secs(60);
pub(super) fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    (listener, url)
}

/// Reads a head, byte by byte: what comes behind it stays where it is.
pub(super) fn head(mut stream: &TcpStream) -> String {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).expect("a head");
        head.push(byte[0]);
    }
    String::from_utf8(head).expect("text")
}

pub(super) fn answer(mut stream: &TcpStream, status: u16, body: &str) {
    let length = body.len();
    write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n\r\n{body}").expect("sent");
}

/// Everything that an error and its causes say.
pub(super) fn words(error: &Error) -> String {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    causes.fold(error.to_string(), |words, cause| format!("{words}: {cause}"))
}

/// Makes a read by a client of its own that connects so.
pub(super) fn read<S: Subject>(
    _: &impl Fn(Api) -> S,
    network: &Network,
    timeouts: Timeouts,
) -> Result<()> {
    let read = GetUsageLimits::new().timeouts(timeouts);
    S::connect(network)?.drive(network.api().call(read)?).map(drop)
}

/// Whether the system counts down to a probe for the open connection between these ports; `None` where nobody can tell.
fn is_probed(port: u16, to: u16) -> Option<bool> {
    // The state 1 is an open connection. The ports alone may be those of one that was closed a moment ago.
    let own = [format!(":{port:04X}"), format!(":{to:04X}"), "01".to_owned()];
    let began = Instant::now();
    loop {
        let table = std::fs::read_to_string("/proc/net/tcp").ok()?;
        let mut lines = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let is_own = |line: &Vec<&str>| {
            line.len() > 5 && line[1..].iter().zip(&own).all(|(it, own)| it.ends_with(own))
        };
        let timer = lines.find(is_own)?[5].to_owned();
        // Until all that was sent is confirmed, the system counts down to sending it again.
        if !timer.starts_with("01:") || began.elapsed() > LONG {
            return Some(timer.starts_with("02:"));
        }
        thread::yield_now();
    }
}

pub fn a_silent_connection_is_probed_unless_that_is_switched_off<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    for (after, expected) in [(Some(LONG), true), (None, false)] {
        let (listener, url) = listener();
        let server = thread::spawn(move || {
            let (stream, peer) = listener.accept().expect("a connection");
            let to = stream.local_addr().expect("it is open");
            head(&stream);
            let is_probed = is_probed(peer.port(), to.port());
            answer(&stream, 200, USAGE);
            is_probed
        });
        let network = Network::to(url).keep_alive(after);
        read(subject, &network, Timeouts::default()).expect("an answer");
        let is_probed = server.join().expect("no panic");
        assert!(is_probed.is_none_or(|is_probed| is_probed == expected), "{after:?}");
    }
}

pub fn a_live_address_is_reached_past_dead_ones<S: Subject>(subject: &impl Fn(Api) -> S) {
    let script = Script::new([Reply::json(200, USAGE)]);
    let port = script.url().rsplit(':').next().and_then(|port| port.parse().ok());
    let port: u16 = port.expect("the URL has a port");
    let mut found: Vec<IpAddr> = ["::1", "127.0.0.2", "127.0.0.3", "127.0.0.4"]
        .map(|ip| ip.parse().expect("an address"))
        .into();
    // Where this machine has such an address, nobody answers there.
    let dead: Vec<_> = found
        .iter()
        .filter_map(|ip| bound_to(SocketAddr::new(*ip, port)).ok())
        .map(full_queue_of)
        .collect();
    if dead.len() < 2 {
        return;
    }
    found.push(Ipv4Addr::LOCALHOST.into());
    let network = Network::to(format!("http://sim.test:{port}"))
        .names(move |_| Ok(found.iter().map(|ip| SocketAddr::new(*ip, 0)).collect()));
    let began = Instant::now();
    let limits = Timeouts::default().connect(LONG);
    read(subject, &network, limits).expect("an answer");
    // Tried one after the other, each dead address would have its share of the limit.
    assert!(began.elapsed() < LONG / 6, "it took {:?}", began.elapsed());
    assert_eq!(script.seen().len(), 1);
}

pub fn a_name_that_cannot_be_looked_up_has_the_words_of_the_resolver<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let network = Network::to("http://sim.test").names(|_| Err(io::Error::other("try later")));
    let error = read(subject, &network, Timeouts::default()).expect_err("no address");
    assert_eq!(error.kind(), &ErrorKind::Resolve, "{error:?}");
    let words = words(&error);
    assert!(words.contains("sim.test") && words.contains("try later"), "{words}");
}

pub fn a_refusal_before_the_body_was_read_is_the_answer<S: Subject>(subject: &impl Fn(Api) -> S) {
    for status in [401_u16, 413] {
        for closes in [false, true] {
            let (listener, url) = listener();
            let (done, is_done) = channel::<()>();
            let server = thread::spawn(move || {
                let (stream, _) = listener.accept().expect("a connection");
                head(&stream);
                answer(&stream, status, r#"{"error":"early"}"#);
                if !closes {
                    let _ = is_done.recv();
                }
            });
            // What starts no run: how its refusal reads is the transport's alone.
            let large = Raw::post("/api/tools").json(&json!({"n": "x".repeat(LARGE)}));
            let large = large.idempotency(Idempotency::NonIdempotent);
            let large = large.timeouts(Timeouts::default().first_byte(LONG));
            let error = call(subject, &url, large).expect_err("refused");
            let was_overtaken = matches!(
                error.kind(),
                ErrorKind::Ambiguous { cause, .. } if **cause == ErrorKind::Closed
            ) || error.kind() == &ErrorKind::Closed;
            // What a server did not read makes a reset of its end, which can overtake its answer.
            if !(closes && was_overtaken) {
                assert_eq!(error.kind(), &ErrorKind::Api, "{closes}: {error:?}");
                assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
            }
            drop(done);
            server.join().expect("no panic");
        }
    }
}

pub fn where_no_thread_can_be_made_an_error_says_so<S: Subject>(subject: &impl Fn(Api) -> S) {
    let Some(url) = again::told() else {
        let server = Script::new([Reply::json(200, USAGE)]);
        if again::run_without_threads(server.url()) {
            let seen = server.seen();
            assert!(seen[0].target().ends_with("usage-limits") && seen.len() >= 2, "{seen:?}");
            let uploads = seen.iter().filter(|seen| seen.method() == "PUT");
            assert!(uploads.into_iter().all(|seen| seen.body == b"slice"), "{seen:?}");
        }
        return;
    };
    thread::Builder::new().spawn(|| {}).expect_err("no thread can be started");
    let token = CancelToken::new();
    let network = Network::to(&url);
    let (api, subject_of) = (network.api(), || S::connect(&network).expect("a client"));
    for read in [GetUsageLimits::new(), GetUsageLimits::new().cancel(&token)] {
        let call = api.call(read).expect("a call");
        subject_of().drive(call).expect("an address needs no thread");
    }
    let named = Network::to(url.replace("127.0.0.1", "localhost"));
    let uploaded = api.call(Upload::new(Slices::all(Arc::new(Bytes::from_static(b"slice")))));
    let uploaded = subject_of().drive(uploaded.expect("a call")).map(drop);
    for outcome in [read(subject, &named, Timeouts::default()), uploaded] {
        // A transport may need no thread for it.
        let Err(error) = outcome else { continue };
        assert_eq!(error.kind(), &ErrorKind::Connect, "nothing was sent: {error:?}");
        assert!(words(&error).contains("thread"), "{error:?}");
    }
}

pub fn a_gateway_in_front_of_the_server_has_credentials_of_its_own<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let server = Script::new([Reply::json(200, USAGE)]);
    let basic = HeaderValue::from_static("Basic TUFSS0VS");
    let builder = api(server.url()).header(AUTHORIZATION, basic);
    let before = format!("{builder:?}");
    let api = builder.build().expect("a core");
    let own = GetUsageLimits::new().header("authorization", "Basic T1RIRVI=");
    let shown = format!("{before} {api:?} {own:?} {:?}", api.call(own.clone()).expect("a call"));
    run(subject, &api, GetUsageLimits::new()).expect("an answer");
    run(subject, &api, own).expect("another");
    let seen = server.seen();
    let sent: Vec<_> = seen.iter().map(|seen| seen.headers("authorization").concat()).collect();
    assert_eq!(sent, ["Basic TUFSS0VS", "Basic T1RIRVI="]);
    assert!(!shown.contains("TUFSS0VS") && !shown.contains("T1RIRVI="), "{shown}");
}

pub fn what_another_crate_may_switch_on_changes_nothing<S: Subject>(subject: &impl Fn(Api) -> S) {
    let cookies = "set-cookie: a=b; path=/\r\nset-cookie: c=d\r\n";
    let charset = "content-type: application/json; charset=utf-16\r\n";
    let length = USAGE.len();
    let answer = |coding: &str| {
        let head = format!("HTTP/1.1 200 OK\r\n{cookies}{charset}content-encoding: {coding}\r\n");
        Reply::keep_open(format!("{head}content-length: {length}\r\n\r\n{USAGE}"))
    };
    let codings = ["gzip", "br", "deflate", "zstd"];
    let server = Script::new(codings.map(answer));
    let api = api(server.url()).build().expect("a core");
    let subject = subject(api.clone());
    for coding in codings {
        let call = api.call(GetUsageLimits::new()).expect("a call");
        let error = subject.drive(call).expect_err("nobody asked for this coding");
        assert!(format!("{error:#}").contains(coding), "{error}");
    }
    for seen in server.seen() {
        assert_eq!(seen.header("cookie"), None);
        assert_eq!(seen.header("accept-encoding"), Some("identity"));
    }
    assert_eq!(server.seen().len(), codings.len());
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_names_cases_that_exist() {
        let Some(page) = crate::cases::page_of_networks() else { return };
        let suite = include_str!("../suite.rs");
        let named = page.split('`').filter_map(|word| word.split_once("::"));
        let is_family = |family: &str| {
            matches!(family, "limits" | "networks" | "proxies" | "certificates" | "matrix")
        };
        let cases: Vec<_> = named.filter(|(family, _)| is_family(family)).collect();
        assert!(cases.len() > 20, "{cases:?}");
        for (family, case) in cases {
            let line = format!("\n                {case}");
            assert!(
                suite.contains(&format!("{line},")) || suite.contains(&format!("{line} ")),
                "{family}::{case}"
            );
        }
    }
}
