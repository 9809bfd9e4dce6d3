//! Runtimes that stand still, which only an async client meets. What holds for every transport is in the suite.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use sim_conformance::{Reply, Script};
use sim_core::v1::GetUsageLimits;
use sim_core::{RetryPolicy, TimeoutKind, Timeouts};
use sim_reqwest::Client;
use tokio::runtime::{Builder, Runtime};

const USAGE: &str = r#"{"success":true,"usage":{"plan":"free"}}"#;

fn client(url: &str, policy: RetryPolicy) -> Client {
    let builder = Client::builder().base_url(url).api_key("sk-sim-test").retry_policy(policy);
    builder.build().expect("a client")
}

/// A runtime that works only while somebody waits for it.
fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Reads a head, byte by byte.
fn read_head(stream: &mut TcpStream) {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).expect("a head");
        head.push(byte[0]);
    }
}

#[tokio::test]
async fn an_answer_that_came_while_the_only_thread_was_held_counts() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let (asked, is_asked) = channel();
    let (answered, is_answered) = channel();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        read_head(&mut stream);
        asked.send(()).expect("somebody waits");
        thread::sleep(Duration::from_millis(300));
        let length = USAGE.len();
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{USAGE}").expect("sent");
        answered.send(()).expect("somebody waits");
        stream
    });
    let limits = Timeouts::default().first_byte(Duration::from_millis(200));
    let client = client(&url, RetryPolicy::NEVER);
    let call =
        tokio::spawn(async move { client.call(GetUsageLimits::new().timeouts(limits)).await });
    while is_asked.try_recv().is_err() {
        tokio::task::yield_now().await;
    }
    // Nobody looks at the connection or at the clock meanwhile.
    is_answered.recv().expect("it answers");
    call.await.expect("no panic").expect("the answer lies there");
    server.join().expect("no panic");
}

#[test]
fn a_connection_of_a_runtime_that_is_gone_costs_nothing() {
    let script = Script::new([Reply::json(200, USAGE)]);
    let client = client(script.url(), RetryPolicy::NEVER);
    for number in 0..3 {
        runtime().block_on(client.call(GetUsageLimits::new())).expect("an answer");
        let seen = script.seen();
        assert_eq!(seen.last().map(|seen| seen.connection), Some(number), "a fresh connection");
    }
}

#[test]
fn a_connection_of_a_runtime_that_nobody_drives_costs_the_limit_for_connecting_once() {
    let script = Script::new([Reply::json(200, USAGE)]);
    let (idle, busy) = (runtime(), runtime());
    let limits = Timeouts::default().connect(Duration::from_millis(200));
    let patient = RetryPolicy::new().max_retries(1).initial_delay(Duration::from_millis(1));
    let client = client(script.url(), patient);
    idle.block_on(client.call(GetUsageLimits::new())).expect("an answer");

    let hasty = client.call(GetUsageLimits::new().timeouts(limits).retry(RetryPolicy::NEVER));
    let error = busy.block_on(hasty).expect_err("nobody works for that connection");
    assert_eq!(error.kind(), &sim_core::ErrorKind::Timeout(TimeoutKind::Connect), "{error:?}");
    assert_eq!(script.seen().len(), 1, "nothing was sent");

    busy.block_on(client.call(GetUsageLimits::new().timeouts(limits))).expect("an answer");
    assert_eq!(script.seen().last().map(|seen| seen.connection), Some(1), "a fresh connection");
    drop(idle);
}
