//! What every case needs: the subject, and a core that points at the case's server.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::panic::resume_unwind;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use sim_core::transport::{Bare, Exchange as _, Step};
use sim_core::v1::ProbeClaims;
use sim_core::{Api, Claims, ClientBuilder, Generation, RetryPolicy};
use socket2::{Domain, Socket, Type};

use crate::secrets;
pub use crate::secrets::KEY;

/// A core for the server at `url`, with short waits. It speaks the first generation unless the case says
/// otherwise.
pub fn api(url: &str) -> ClientBuilder<Bare> {
    Api::builder([7; 32])
        .base_url(url)
        .api_key(KEY)
        .generation(Generation::V1)
        .retry_policy(quick(2))
        .observer(secrets::Reading)
}

/// Builds a core whose server is known to honour run ids, as every server since v0.7.32 does.
pub(crate) trait Proven {
    /// Builds the core.
    fn proven(self) -> Api;
}

impl Proven for ClientBuilder<Bare> {
    fn proven(self) -> Api {
        let api = self.build().expect("a core");
        prove(&api);
        api
    }
}

/// Lets a core know that its server honours run ids.
pub(crate) fn prove(api: &Api) {
    let body = r#"{"error":"Invalid execution ID header","details":[{"path":"X-Execution-Id"}]}"#;
    let answer = http::Response::builder().status(400).body(body.into()).expect("an answer");
    let mut probe = api.call(ProbeClaims::new()).expect("a call");
    let proven = probe.receive(Ok(answer), Duration::ZERO);
    assert!(matches!(proven, Step::Done(Ok(Claims::Proven))), "{proven:?}");
}

/// When a run took place, in every whole answer of the first generation.
pub(crate) const TIMES: &str =
    r#"{"duration":1,"startTime":"2026-11-23T18:00:00.000Z","endTime":"2026-11-23T18:00:00.001Z"}"#;

/// The same as JSON.
pub(crate) fn times() -> Value {
    serde_json::from_str(TIMES).expect("JSON")
}

static CROWD: Mutex<()> = Mutex::new(());

/// Waits until no other case of this process holds hundreds of descriptors, and then keeps others from it. A transport
/// on `select` has 1,024 for all of them.
pub(crate) fn crowd() -> MutexGuard<'static, ()> {
    CROWD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes a check for each item, all at a time: most of them wait.
///
/// # Panics
/// As one of the checks does.
pub(crate) fn at_once<T: Send>(items: impl IntoIterator<Item = T>, check: impl Fn(T) + Sync) {
    let (_crowd, check) = (crowd(), &check);
    thread::scope(|scope| {
        let checks: Vec<_> =
            items.into_iter().map(|item| scope.spawn(move || check(item))).collect();
        for made in checks {
            made.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
    });
}

/// A policy that repeats so often, and hardly waits.
pub fn quick(retries: u32) -> RetryPolicy {
    let wait = Duration::from_millis(1);
    RetryPolicy::new().max_retries(retries).initial_delay(wait).max_delay(wait)
}

/// A listener that accepts nothing and whose queue is full: connecting to it goes unanswered.
///
/// # Panics
/// If the queue never fills.
pub fn black_hole() -> (String, Vec<TcpStream>) {
    let FullQueue { url, full, listener } = full_queue();
    // It must go on listening for as long as the test runs.
    std::mem::forget(listener);
    (url, full)
}

/// A listener whose queue is full: whoever accepts what fills it lets the next ones in.
#[derive(Debug)]
pub(crate) struct FullQueue {
    pub(crate) url: String,
    pub(crate) full: Vec<TcpStream>,
    pub(crate) listener: TcpListener,
}

impl FullQueue {
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

pub(crate) fn full_queue() -> FullQueue {
    full_queue_of(bound())
}

/// Fills the queue of a socket that has its port.
pub(crate) fn full_queue_of(socket: Socket) -> FullQueue {
    // The shortest queue there is: what fills it stays open, and a process has only so many descriptors.
    socket.listen(0).expect("it listens");
    let listener = TcpListener::from(socket);
    let address = listener.local_addr().expect("it is bound");
    let wait = Duration::from_millis(100);
    let full: Vec<_> =
        (0..5000).map_while(|_| TcpStream::connect_timeout(&address, wait).ok()).collect();
    assert!(full.len() < 5000, "the queue never fills");
    FullQueue { url: format!("http://{address}"), full, listener }
}

/// An address where nobody listens. While the socket lives nobody else comes to have its port.
pub(crate) fn nobody() -> (String, Socket) {
    let socket = bound();
    let address = socket.local_addr().expect("it is bound").as_socket().expect("an IP address");
    (format!("http://{address}"), socket)
}

/// A socket with a port of its own.
pub(crate) fn bound() -> Socket {
    bound_to(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a port")
}

/// A socket that has this address.
pub(crate) fn bound_to(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.bind(&address.into())?;
    Ok(socket)
}

/// Whether this process, or another, is about to connect to the server at `url` just now.
pub fn is_connecting(url: &str) -> bool {
    // Where nobody can tell, the attempt having begun must do.
    has_socket(url, CONNECTING).unwrap_or(true)
}

/// What the kernel calls `SYN_SENT`, and `ESTABLISHED`.
pub(crate) const CONNECTING: &str = "02";
pub(crate) const CONNECTED: &str = "01";

/// Whether anybody has a socket to the server at `url` in this state; `None` where nobody can tell.
pub(crate) fn has_socket(url: &str, state: &str) -> Option<bool> {
    let table = std::fs::read_to_string("/proc/net/tcp").ok()?;
    let port = url.rsplit(':').next().and_then(|port| port.parse::<u16>().ok());
    let port = format!(":{:04X}", port.expect("the URL has a port"));
    Some(table.lines().skip(1).any(|line| {
        let mut words = line.split_whitespace().skip(2);
        words.next().is_some_and(|peer| peer.ends_with(&port)) && words.next() == Some(state)
    }))
}
