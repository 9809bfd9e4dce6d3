//! Servers with faults, and what a raw client sees of them.

use std::io::Read;
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;
use sim_mock::{Fault, Faults, Sim, Status};

use crate::client::{Answer, Call, greet, poll_until};

/// Starts a server that greets, with these faults for its next requests.
pub(crate) fn faulty(faults: impl IntoIterator<Item = Fault>) -> Sim {
    let sim = Sim::builder().workflow(greet()).faults(Faults::script(faults));
    sim.disconnect_delay(Duration::ZERO).start().expect("a free port")
}

pub(crate) fn greets() -> Call {
    Call::execute("greet", &json!({ "name": "Ann" })).header("x-execution-id", "r")
}

pub(crate) fn queues() -> Call {
    Call::queue("greet", &json!({ "name": "Ann" })).header("x-execution-id", "r")
}

/// Returns all bytes until the server closes the connection. A reset counts as a close.
pub(crate) fn rest(mut stream: TcpStream) -> String {
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket has timeouts");
    let (mut all, mut some) = (Vec::new(), [0; 4096]);
    loop {
        match stream.read(&mut some) {
            Ok(0) => break,
            Ok(read) => all.extend_from_slice(&some[..read]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
            Err(error) => panic!("{error}"),
        }
    }
    String::from_utf8(all).expect("the server answers in UTF-8")
}

pub(crate) fn execution(sim: &Sim, id: &str) -> Answer {
    Call::get(format!("/api/workflows/greet/executions/{id}?includeOutput=true")).send(sim)
}

/// Asserts that the run completed and that its output can be read.
pub(crate) fn completes(sim: &Sim) {
    poll_until(|| (sim.run("r")?.status == Status::Completed).then_some(()));
    assert_eq!(execution(sim, "r").json()["finalOutput"], json!({ "greeting": "Hello Ann" }));
    assert_eq!((greets().send(sim).status, sim.runs().len()), (409, 1));
}

/// Asserts that nothing ran, that nothing is on record, and that the id is free.
pub(crate) fn id_is_free(sim: &Sim) {
    execution(sim, "r").assert(404, r#"{"error":"Execution not found"}"#);
    assert!(sim.runs().is_empty());
    assert_eq!(greets().send(sim).status, 200);
}

pub(crate) fn injected(sim: &Sim, fault: Fault) {
    assert_eq!(sim.faults().into_iter().collect::<Vec<_>>(), [(fault, 1)]);
}
