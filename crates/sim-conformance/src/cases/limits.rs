//! The limits of an attempt: what each covers, that it counts once, and that it is looked at before it ends a wait.

use std::io::{self, Read as _};
use std::net::{SocketAddr, TcpListener};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use serde_json::json;
use sim_core::v1::GetUsageLimits;
use sim_core::{Api, Error, ErrorKind, ExecuteWorkflow, TimeoutKind, Timeouts};

use super::call;
use super::cancels::LARGE;
use super::networks::{LONG, USAGE, answer, head, listener};
use crate::again;
use crate::late::Late;
use crate::network::Network;
use crate::reply::Reply;
use crate::script::Script;
use crate::subject::Subject;
use crate::tools::{api, bound_to, full_queue_of};

/// Long enough for what is no wait at all.
const SHORT: Duration = Duration::from_millis(100);

pub fn nothing_is_sent_where_nothing_is_left_of_a_limit<S: Subject>(subject: &impl Fn(Api) -> S) {
    let server = Script::new([Reply::json(200, USAGE)]);
    let api = api(server.url()).build().expect("a core");
    let subject = subject(api.clone());
    let warm = api.call(GetUsageLimits::new()).expect("a call");
    subject.drive(warm).expect("an answer");
    for (limits, expected) in [
        (Timeouts::default().total(Duration::ZERO), TimeoutKind::Total),
        (Timeouts::default().connect(Duration::ZERO), TimeoutKind::Connect),
    ] {
        let execute = ExecuteWorkflow::new("wf-1").timeouts(limits);
        let error = subject.drive(api.call(execute).expect("a call")).expect_err("no time");
        assert_eq!(error.kind(), &ErrorKind::Timeout(expected), "{error:?}");
    }
    assert_eq!(server.seen().len(), 1);
}

/// What a client waits for, and the limit that ends it: the table of `docs/networks.md`.
const LIMITS: [(&str, &str); 8] = [
    ("the addresses of a name", "`connect`"),
    ("a connection, all attempts together", "`connect`"),
    ("a proxy's tunnel", "`connect`"),
    ("TLS", "`connect`"),
    ("the server to take the request", "`first_byte`"),
    ("the head of the answer", "`first_byte`"),
    ("the next part of the body", "`idle`"),
    ("all of it", "`total`"),
];

/// Limits of which only the one of this name can pass.
fn only(name: &str) -> (Timeouts, TimeoutKind) {
    let limits = Timeouts::default().connect(LONG).first_byte(LONG).idle(LONG);
    match name {
        "`connect`" => (limits.connect(SHORT), TimeoutKind::Connect),
        "`first_byte`" => (limits.first_byte(SHORT * 3), TimeoutKind::FirstByte),
        "`idle`" => (limits.idle(SHORT), TimeoutKind::Idle),
        _ => (limits.total(SHORT * 3), TimeoutKind::Total),
    }
}

pub fn each_limit_covers_what_the_page_says<S: Subject>(subject: &impl Fn(Api) -> S) {
    for (wait, limit) in LIMITS {
        let (limits, expected) = only(limit);
        let error = limited(subject, wait, limits);
        let expected = ErrorKind::Timeout(expected);
        let (kind, was_sent) = match error.kind() {
            ErrorKind::Ambiguous { cause, .. } => (&**cause, true),
            kind => (kind, false),
        };
        assert_eq!(kind, &expected, "{wait}: {error:?}");
        assert_eq!(was_sent, limit != "`connect`", "{wait}: {error:?}");
    }
}

/// What became of an execute that waits for this, under limits.
fn limited<S: Subject>(_: &impl Fn(Api) -> S, wait: &str, limits: Timeouts) -> Error {
    let drive = |network: Network, input: usize| {
        let execute = ExecuteWorkflow::new("wf-1").input(json!({"n": "x".repeat(input)}));
        let call = network.api().call(execute.timeouts(limits)).expect("a call");
        S::connect(&network).expect("a client").drive(call).map(drop).expect_err(wait)
    };
    let stalled = |text: &str| Script::new([Reply::stall(text)]);
    match wait {
        "the addresses of a name" => {
            let (found, never) = channel::<SocketAddr>();
            let never = Mutex::new(never);
            let network = Network::to("http://sim.test").names(move |_| {
                let _ = never.lock().map(|never| never.recv());
                Err(io::ErrorKind::NotFound.into())
            });
            let error = drive(network, 0);
            drop(found);
            error
        }
        "a connection, all attempts together" => {
            let hole = full_queue_of(bound_to(([127, 0, 0, 1], 0).into()).expect("a port"));
            drive(Network::to(hole.url()), 0)
        }
        "a proxy's tunnel" => {
            let proxy = stalled("");
            drive(Network::to("https://sim.test").proxy(proxy.url()), 0)
        }
        "TLS" => {
            let server = Script::blind(Reply::stall(""));
            drive(Network::to(server.url()), 0)
        }
        "the server to take the request" => {
            let server = Late::new("");
            drive(Network::to(server.url()), LARGE)
        }
        "the next part of the body" => {
            let server = stalled("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{");
            drive(Network::to(server.url()), 0)
        }
        _ => {
            let server = stalled("");
            drive(Network::to(server.url()), 0)
        }
    }
}

pub fn a_limit_counts_once_however_slowly_a_body_is_taken<S: Subject>(subject: &impl Fn(Api) -> S) {
    let socket = bound_to(([127, 0, 0, 1], 0).into()).expect("a port");
    socket.set_recv_buffer_size(64 << 10).expect("a buffer");
    socket.listen(1).expect("it listens");
    let listener = TcpListener::from(socket);
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let has_ended = AtomicBool::new(false);
    thread::scope(|scope| {
        let server = scope.spawn(|| {
            let (mut stream, _) = listener.accept().expect("a connection");
            let (mut taken, mut part) = (0, [0; 16 << 10]);
            loop {
                match stream.read(&mut part) {
                    Ok(0) | Err(_) => return taken,
                    Ok(more) => taken += more,
                }
                if !has_ended.load(Ordering::SeqCst) {
                    thread::sleep(SHORT / 5);
                }
            }
        });
        let execute = ExecuteWorkflow::new("wf-1").input(json!({"n": "x".repeat(LARGE)}));
        let execute = execute.timeouts(Timeouts::default().first_byte(SHORT * 3));
        let error = call(subject, &url, execute).expect_err("nobody answers in time");
        has_ended.store(true, Ordering::SeqCst);
        let ErrorKind::Ambiguous { cause, .. } = error.kind() else { panic!("{error:?}") };
        assert_eq!(**cause, ErrorKind::Timeout(TimeoutKind::FirstByte), "{error:?}");
        let taken = server.join().expect("no panic");
        assert!(taken < LARGE, "the limit began anew with each part: {taken} bytes were taken");
    });
}

pub fn an_answer_that_came_while_the_process_stood_still_counts<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let limit = Duration::from_secs(1);
    if let Some(url) = again::told() {
        let limits = Timeouts::default().first_byte(limit);
        call(subject, &url, GetUsageLimits::new().timeouts(limits)).expect("the answer lies there");
        return;
    }
    let signal = |name: &str, process: &str| Command::new("kill").args([name, process]).status();
    // Only there one can see that a process stands still.
    if !std::fs::exists("/proc/self/stat").is_ok_and(|is_there| is_there) {
        return;
    }
    let (listener, url) = listener();
    let child = again::start(&url, &[]);
    let process = child.id().to_string();
    let (stream, _) = listener.accept().expect("a connection");
    head(&stream);
    signal("-STOP", &process).expect("it stops");
    let stands = || {
        let state = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("its state");
        state.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('T'))
    };
    while !stands() {
        thread::yield_now();
    }
    answer(&stream, 200, USAGE);
    thread::sleep(limit + SHORT);
    signal("-CONT", &process).expect("it goes on");
    again::assert_good(child);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_the_limits_that_are_tried() {
        let Some(page) = crate::cases::page_of_networks() else { return };
        let table = page.lines().skip_while(|line| !line.starts_with("| a client waits for |"));
        let rows: Vec<_> = table.skip(2).take_while(|line| line.starts_with('|')).collect();
        let tried = LIMITS.map(|(wait, limit)| format!("| {wait} | {limit} |"));
        assert_eq!(rows, tried);
    }
}
