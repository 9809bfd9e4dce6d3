//! What every case needs: the subject, and a core that points at the case's server.

use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use sim_core::{Api, Bare, ClientBuilder, Exchange, Result, RetryPolicy, RunEvent, StreamEndpoint};

/// A transport under test.
pub trait Subject: Sync {
    /// Drives an exchange to its end.
    ///
    /// # Errors
    /// As the exchange decides.
    fn run<X: Exchange>(&self, exchange: X) -> Result<X::Output>;

    /// Starts a streamed run over `api`, the core that the subject was made of, and reads the first `count`
    /// events, or all there are; then it drops the stream.
    ///
    /// # Errors
    /// If the stream did not start.
    fn stream<E: StreamEndpoint>(
        &self,
        endpoint: E,
        count: usize,
    ) -> Result<Vec<Result<RunEvent<'static>>>>;
}

/// The key of all cases. It must appear nowhere but in the header that carries it.
pub const KEY: &str = "sk-sim-MARKER-5ec7e7";

/// A core for the server at `url`, with short waits.
pub fn api(url: &str) -> ClientBuilder<Bare> {
    Api::builder([7; 32]).base_url(url).api_key(KEY).retry_policy(quick(2))
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
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("it is bound");
    let wait = Duration::from_millis(100);
    let full: Vec<_> =
        (0..5000).map_while(|_| TcpStream::connect_timeout(&address, wait).ok()).collect();
    assert!(full.len() < 5000, "the queue never fills");
    // It must go on listening for as long as the test runs.
    std::mem::forget(listener);
    (format!("http://{address}"), full)
}
