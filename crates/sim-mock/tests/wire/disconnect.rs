//! Callers that leave before the answer.

use std::io::{Read, Write};
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use serde_json::json;
use sim_mock::{Mode, Sim, Status, Workflow};

use crate::client::{Call, poll_until};

/// Starts a server whose workflow waits for the test, and which cancels abandoned runs at once.
fn held(delay: Duration) -> (Sim, mpsc::Sender<()>) {
    let (open, gate) = mpsc::channel();
    let gate = Mutex::new(gate);
    let workflow = Workflow::new("w", move |_| {
        let opened = gate.lock().map(|gate| gate.recv().is_ok());
        json!({ "opened": opened.unwrap_or_default() })
    });
    let sim = Sim::builder().workflow(workflow).disconnect_delay(delay);
    (sim.start().expect("a free port"), open)
}

fn status_becomes(sim: &Sim, status: Status) {
    poll_until(|| (sim.runs().first()?.status == status).then_some(()));
}

#[test]
fn a_synchronous_run_is_cancelled() {
    let (sim, _open) = held(Duration::ZERO);
    let caller = Call::execute("w", &json!({})).header("x-execution-id", "r").open(&sim);
    status_becomes(&sim, Status::Running);
    drop(caller);
    status_becomes(&sim, Status::Cancelled);
    let execution = Call::get("/api/workflows/w/executions/r?includeOutput=true").send(&sim).json();
    assert_eq!(execution["status"], "cancelled");
    assert_eq!((&execution["error"], &execution["finalOutput"]), (&json!(null), &json!(null)));
    let again = Call::execute("w", &json!({})).header("x-execution-id", "r").send(&sim);
    assert_eq!(again.status, 409);
}

#[test]
fn a_run_that_ends_in_time_completes_without_its_caller() {
    let (sim, open) = held(Duration::from_secs(3600));
    let caller = Call::execute("w", &json!({})).header("x-execution-id", "r").open(&sim);
    status_becomes(&sim, Status::Running);
    drop(caller);
    open.send(()).expect("the run waits");
    status_becomes(&sim, Status::Completed);
    let execution = Call::get("/api/workflows/w/executions/r?includeOutput=true").send(&sim).json();
    assert_eq!(execution["finalOutput"], json!({ "opened": true }));
}

#[test]
fn a_queued_run_goes_on() {
    let (sim, open) = held(Duration::ZERO);
    let caller = Call::queue("w", &json!({})).open(&sim);
    status_becomes(&sim, Status::Running);
    drop(caller);
    open.send(()).expect("the run waits");
    status_becomes(&sim, Status::Completed);
    assert_eq!(sim.runs()[0].mode, Mode::Queued);
}

#[test]
fn a_cancelled_run_frees_its_place_while_its_closure_still_blocks() {
    let (open, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let blocks = Workflow::new("w", move |_| {
        let opened = gate.lock().map(|gate| gate.recv().is_ok());
        json!({ "opened": opened.unwrap_or_default() })
    });
    let sim = Sim::builder()
        .workflow(blocks)
        .workflow(Workflow::new("quick", |_| json!({})))
        .limits(sim_mock::Limits::unlimited().concurrent(1))
        .disconnect_delay(Duration::ZERO)
        .start()
        .expect("a free port");
    let caller = Call::execute("w", &json!({})).open(&sim);
    status_becomes(&sim, Status::Running);
    drop(caller);
    status_becomes(&sim, Status::Cancelled);
    assert_eq!(Call::execute("quick", &json!({})).send(&sim).status, 200);
    drop(open);
}

#[test]
fn a_server_stops_while_a_closure_blocks() {
    let (sim, open) = held(Duration::ZERO);
    let _caller = Call::execute("w", &json!({})).open(&sim);
    status_becomes(&sim, Status::Running);
    drop(sim);
    drop(open);
}

#[test]
fn a_request_that_breaks_off_in_its_body_starts_nothing() {
    let sim = crate::client::greeter();
    // The head promises a body, and the client leaves before it.
    let host = &sim.url()["http://".len()..];
    for sent in ["", "{}", "{\"name\":"] {
        let mut stream = std::net::TcpStream::connect(host).expect("the server listens");
        let head = format!(
            "POST /api/workflows/greet/execute HTTP/1.1\r\nhost: {host}\r\nx-api-key: {}\r\n\
             content-length: 20\r\n\r\n{sent}",
            sim.key()
        );
        stream.write_all(head.as_bytes()).expect("the server reads");
        stream.shutdown(std::net::Shutdown::Write).expect("a connection");
        // The server closes it without an answer.
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an end");
        assert!(answer.is_empty());
    }
    assert!(sim.runs().is_empty());
}
