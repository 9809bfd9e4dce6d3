//! A proxy that loses requests and answers: it closes both connections in the place of passing them on.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng};

/// The proxy, and what it lost so far.
#[derive(Debug)]
pub(crate) struct Proxy {
    address: SocketAddr,
    lost: Arc<Lost>,
}

#[derive(Debug, Default)]
struct Lost {
    requests: AtomicUsize,
    answers: AtomicUsize,
    connections: AtomicU64,
}

/// Which way the bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Request,
    Answer,
}

impl Proxy {
    /// Starts a proxy in front of a server. It loses this share of the requests, and of the answers.
    pub(crate) fn start(server: &str, share: f64, seed: u64) -> Self {
        let server = server.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let lost = Arc::new(Lost::default());
        let counts = Arc::clone(&lost);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let number = counts.connections.fetch_add(1, Ordering::Relaxed);
                let Ok(server) = TcpStream::connect(&server) else { continue };
                let random = StdRng::seed_from_u64(seed ^ number.wrapping_mul(0x9e37_79b9));
                serve(client, server, random, share, &counts);
            }
        });
        Self { address, lost }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns how many requests and how many answers were lost.
    pub(crate) fn lost(&self) -> (usize, usize) {
        let count = |number: &AtomicUsize| number.load(Ordering::Relaxed);
        (count(&self.lost.requests), count(&self.lost.answers))
    }
}

fn serve(client: TcpStream, server: TcpStream, random: StdRng, share: f64, lost: &Arc<Lost>) {
    // Without this, small writes wait for one another.
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (Ok(client_again), Ok(server_again)) = (client.try_clone(), server.try_clone()) else {
        return;
    };
    // The way of the bytes before: a change of the way begins a new request, or a new answer.
    let turn = Arc::new(Mutex::new((Way::Answer, random)));
    let pumps = [(Way::Request, client, server), (Way::Answer, server_again, client_again)];
    for (way, from, to) in pumps {
        let (turn, lost) = (Arc::clone(&turn), Arc::clone(lost));
        thread::spawn(move || pump(way, from, to, &turn, share, &lost));
    }
}

fn pump(
    way: Way,
    mut from: TcpStream,
    mut to: TcpStream,
    turn: &Mutex<(Way, StdRng)>,
    share: f64,
    lost: &Lost,
) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let is_lost = {
            let (before, random) =
                &mut *turn.lock().expect("no code panics while it holds the turn");
            let begins = std::mem::replace(before, way) != way;
            begins && random.random_bool(share)
        };
        if is_lost {
            let counter = if way == Way::Request { &lost.requests } else { &lost.answers };
            counter.fetch_add(1, Ordering::Relaxed);
            break;
        }
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    // Either side may be closed already.
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}
