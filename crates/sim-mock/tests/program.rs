//! The program: its output, and its refusal of bad arguments.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[test]
fn an_unknown_argument_is_named() {
    let output = Command::new(env!("CARGO_BIN_EXE_sim-mock")).arg("--prot").output();
    let output = output.expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("unknown argument \"--prot\""), "{text}");
}

#[test]
fn it_says_where_it_serves() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_sim-mock"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut lines = BufReader::new(program.stdout.take().expect("it is piped")).lines();
    let first = lines.next().expect("a line").expect("text");
    let url = first.strip_prefix("url:").expect("the address comes first").trim();
    let address = url.strip_prefix("http://").expect("an address");
    let served = std::net::TcpStream::connect(address).is_ok();
    let streams = lines.map_while(Result::ok).any(|line| line.contains("\"stream\": true"));
    program.kill().expect("it still runs");
    program.wait().expect("it was killed");
    assert!(served, "{url}");
    assert!(streams, "a stream is shown too");
}
