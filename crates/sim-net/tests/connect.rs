//! Connections over loopback: to addresses that answer, refuse or stay silent.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sim_net::Limit;
use sim_net::connect::{ConnectErrorKind, connect};
use socket2::{Domain, Socket, Type};

/// An address that drops every attempt to connect: its listener's queue is full.
struct BlackHole {
    address: SocketAddr,
    _kept: Vec<Socket>,
}

impl BlackHole {
    fn at(ip: &str) -> Self {
        let any: SocketAddr = SocketAddr::new(ip.parse().expect("an address"), 0);
        let listener = Socket::new(Domain::for_address(any), Type::STREAM, None).expect("a socket");
        listener.bind(&any.into()).expect("bound");
        listener.listen(0).expect("listens");
        let address = listener.local_addr().expect("an address").as_socket().expect("of IP");
        let mut kept = vec![listener];
        loop {
            let filler =
                Socket::new(Domain::for_address(any), Type::STREAM, None).expect("a socket");
            let reached = filler.connect_timeout(&address.into(), Duration::from_millis(50));
            kept.push(filler);
            if reached.is_err() {
                return Self { address, _kept: kept };
            }
            assert!(kept.len() < 64, "the queue does not fill");
        }
    }
}

fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

/// An address where nobody listens.
fn refuses() -> SocketAddr {
    listener().1
}

fn far() -> Limit<'static> {
    Limit::until(Instant::now() + Duration::from_secs(60))
}

fn has_ipv6() -> bool {
    TcpListener::bind("[::1]:0").is_ok()
}

#[test]
fn the_first_address_that_answers_is_taken_and_its_stream_blocks() {
    let (listener, address) = listener();
    for limit in [far(), Limit::none()] {
        let mut stream = connect(&[address], &limit).expect("a connection");
        assert_eq!(stream.peer_addr().expect("a peer"), address);
        let (mut accepted, _) = listener.accept().expect("the other end");
        let writer = std::thread::spawn(move || {
            accepted.write_all(b"later").expect("written");
        });
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("a read that blocks until there is something");
        assert_eq!(text, "later");
        writer.join().expect("written");
    }
}

#[test]
fn dead_addresses_of_either_family_do_not_keep_a_live_one_waiting() {
    let mut dead = vec![BlackHole::at("127.0.0.1"), BlackHole::at("127.0.0.1")];
    if has_ipv6() {
        dead.insert(0, BlackHole::at("::1"));
        dead.insert(0, BlackHole::at("::1"));
    }
    let (listener, live) = listener();
    let addresses: Vec<_> = dead.iter().map(|dead| dead.address).chain([live]).collect();
    let stream = connect(&addresses, &far()).expect("a connection");
    assert_eq!(stream.peer_addr().expect("a peer"), live);
    let (_, from) = listener.accept().expect("one connection");
    assert_eq!(stream.local_addr().expect("an address"), from);
}

#[test]
fn a_refusal_leads_to_the_next_address_at_once() {
    let (_listener, live) = listener();
    let stream = connect(&[refuses(), refuses(), live], &far()).expect("a connection");
    assert_eq!(stream.peer_addr().expect("a peer"), live);
}

#[test]
fn where_all_refuse_the_error_tells_of_each() {
    let addresses = [refuses(), refuses()];
    let error = connect(&addresses, &far()).expect_err("nobody listens");
    assert_eq!(error.kind(), ConnectErrorKind::Failed);
    assert_eq!(error.failures().iter().map(|(address, _)| *address).collect::<Vec<_>>(), addresses);
    for (address, refused) in error.failures() {
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        let text = error.to_string();
        assert!(text.contains(&format!("{address}: ")), "{text}");
    }
    assert_eq!(io::Error::from(error).kind(), io::ErrorKind::ConnectionRefused);
}

/// The result with the shortest of these limits that lets the attempts begin, on a machine however busy.
fn with_little_time<T>(run: impl Fn(Instant) -> T, has_begun: impl Fn(&T) -> bool) -> T {
    let mut result = None;
    for millis in [1, 10, 100, 1000, 5000] {
        let last = run(Instant::now() + Duration::from_millis(millis));
        let is_over = has_begun(&last);
        result = Some(last);
        if is_over {
            break;
        }
    }
    result.expect("there is a limit")
}

#[test]
fn a_deadline_ends_the_wait_for_silent_addresses_and_names_them() {
    let hole = BlackHole::at("127.0.0.1");
    let refused = refuses();
    let error = with_little_time(
        |deadline| {
            connect(&[refused, hole.address], &Limit::until(deadline)).expect_err("no answer")
        },
        |error| error.silent() == [hole.address],
    );
    assert_eq!(error.kind(), ConnectErrorKind::TimedOut);
    assert_eq!(error.silent(), [hole.address]);
    let text = error.to_string();
    assert!(text.contains(&format!("{} does not answer", hole.address)), "{text}");
    assert!(text.contains(&format!("{refused}: ")), "{text}");
    assert_eq!(io::Error::from(error).kind(), io::ErrorKind::TimedOut);
}

#[test]
fn a_connection_that_was_made_while_time_stood_still_is_taken() {
    let (_listener, address) = listener();
    let result = with_little_time(
        |deadline| {
            // The first question is asked before the attempt begins; by the second the deadline is past.
            let is_cancelled = || {
                while Instant::now() < deadline {
                    std::hint::spin_loop();
                }
                false
            };
            connect(&[address], &Limit::until(deadline).unless(&is_cancelled))
        },
        Result::is_ok,
    );
    assert_eq!(result.expect("a connection").peer_addr().expect("a peer"), address);
}

#[test]
fn a_caller_that_cancels_ends_the_wait() {
    let hole = BlackHole::at("127.0.0.1");
    let asked = AtomicUsize::new(0);
    let is_cancelled = || asked.fetch_add(1, Ordering::SeqCst) > 2;
    let limit = Limit::none().unless(&is_cancelled);
    let error = connect(&[hole.address], &limit).expect_err("it is cancelled");
    assert_eq!(error.kind(), ConnectErrorKind::Cancelled);
    assert_eq!(error.silent(), [hole.address]);
}

#[test]
fn where_nothing_is_left_of_the_limit_nothing_begins() {
    let (listener, address) = listener();
    listener.set_nonblocking(true).expect("set");
    let yes = || true;
    for (limit, expected) in [
        (Limit::until(Instant::now()), ConnectErrorKind::TimedOut),
        (far().unless(&yes), ConnectErrorKind::Cancelled),
    ] {
        let error = connect(&[address], &limit).expect_err("it is over");
        assert_eq!((error.kind(), error.silent().len()), (expected, 0));
    }
    let nobody = listener.accept().expect_err("nobody connected");
    assert_eq!(nobody.kind(), io::ErrorKind::WouldBlock);
}

#[test]
fn without_an_address_there_is_nothing_to_connect_to() {
    let error = connect(&[], &far()).expect_err("there is no address");
    assert_eq!(error.kind(), ConnectErrorKind::Failed);
    assert_eq!(error.to_string(), "cannot connect: there is no address");
    assert_eq!(io::Error::from(error).kind(), io::ErrorKind::AddrNotAvailable);
}
