//! What only a process of its own can show: one that may start no thread, and one without a network.
//!
//! Such a test runs this program again, under limits, with another test that has the assertions and does nothing
//! without them. Where the system cannot set the limits, it says so and proves nothing.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::net::{TcpListener, ToSocketAddrs as _};
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::time::{Duration, Instant};

use sim_net::Limit;
use sim_net::connect::connect;
use sim_net::resolve::{ResolveErrorKind, Resolver};

/// Set in the process that runs under limits.
const AGAIN: &str = "SIM_NET_AGAIN";

/// The standard input, which is this program: another user may not reach it by its path.
const INPUT: &str = "/proc/self/fd/0";

/// A user whom limits bind; they do not bind the superuser.
const NOBODY: u32 = 65_534;

fn far() -> Limit<'static> {
    Limit::until(Instant::now() + Duration::from_secs(60))
}

/// Runs a test of this program by `wrapper`, a command that sets limits and runs another.
fn again(test: &str, wrapper: &[&str], user: Option<u32>) {
    let program = File::open(std::env::current_exe().expect("a path")).expect("a program");
    let start = |arguments: &[&str]| {
        let program = program.try_clone().expect("a file");
        let mut command = Command::new(wrapper[0]);
        command.args(&wrapper[1..]).args(arguments).env(AGAIN, "").stdin(program);
        user.map(|user| command.uid(user));
        command.output()
    };
    if !start(&["true"]).is_ok_and(|output| output.status.success()) {
        eprintln!("{} cannot be used here", wrapper[0]);
        return;
    }
    // With one thread a test runs on the first of the process.
    let arguments = [INPUT, "--exact", test, "--nocapture", "--test-threads=1"];
    let output = start(&arguments).expect("a process");
    let told = [output.stdout, output.stderr].concat();
    let told = String::from_utf8_lossy(&told);
    assert!(output.status.success() && told.contains("1 passed"), "{told}");
}

fn is_superuser() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}

#[test]
fn where_no_thread_can_be_started_addresses_still_work_and_names_are_a_typed_error() {
    let user = is_superuser().then_some(NOBODY);
    again("without_threads", &["prlimit", "--nproc=1:1"], user);
}

#[test]
fn without_threads() {
    if std::env::var_os(AGAIN).is_none() {
        return;
    }
    std::thread::Builder::new().spawn(|| {}).expect_err("no thread can be started");

    let error = Resolver::default().resolve("localhost", 80, &far()).expect_err("no thread");
    assert_eq!(error.kind(), ResolveErrorKind::NoThread);

    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let port = listener.local_addr().expect("an address").port();
    let addresses = Resolver::default().resolve("127.0.0.1", port, &far()).expect("an address");
    connect(&addresses, &far()).expect("a connection");
    let found = Resolver::default().resolve("localhost", port, &Limit::none());
    found.expect("without a limit no thread is needed");
}

#[test]
fn a_failure_of_the_resolver_is_told_from_a_name_that_nobody_has() {
    again("without_network", &["unshare", "--net", "--map-root-user"], None);
}

#[test]
fn without_network() {
    if std::env::var_os(AGAIN).is_none() {
        return;
    }
    for limit in [Limit::none(), far()] {
        let error = Resolver::default().resolve("sim.invalid", 80, &limit).expect_err("no address");
        let std = ("sim.invalid", 80).to_socket_addrs().expect_err("no address").to_string();
        let words = std.rsplit_once(": ").expect("the resolver's words").1;
        assert_eq!(error.kind(), ResolveErrorKind::Temporary, "{error}");
        let text = error.to_string();
        assert!(text.starts_with(&format!("cannot look up sim.invalid: {words}")), "{text}");
    }
}
