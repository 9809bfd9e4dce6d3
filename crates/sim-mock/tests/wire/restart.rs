//! A server that restarts.

use std::io::Read;
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use serde_json::json;
use sim_mock::{Sim, Status, Workflow};

use crate::client::{Call, greet, greeter, poll_until};

#[test]
fn it_listens_on_the_same_port_and_keeps_its_run_ids() {
    let sim = greeter();
    let url = sim.url().to_owned();
    let call = Call::execute("greet", &json!({ "name": "Ann" })).header("x-execution-id", "r");
    assert_eq!(call.send(&sim).status, 200);
    for _ in 0..20 {
        sim.restart().expect("the port is free again");
        assert_eq!(call.send(&sim).status, 409);
    }
    assert_eq!((sim.url(), sim.runs().len()), (&*url, 1));
    let execution = Call::get("/api/workflows/greet/executions/r?includeOutput=true").send(&sim);
    assert_eq!(execution.json()["finalOutput"], json!({ "greeting": "Hello Ann" }));
}

#[test]
fn connections_are_closed() {
    let sim = greeter();
    let mut idle = std::net::TcpStream::connect(&sim.url()["http://".len()..]).expect("it listens");
    // The server has accepted it once it has answered a later one.
    assert_eq!(Call::execute("greet", &json!({})).send(&sim).status, 200);
    sim.restart().expect("the port is free again");
    idle.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket has timeouts");
    assert!(matches!(idle.read(&mut [0]), Ok(0)));
}

#[test]
fn queued_runs_go_on() {
    let sim = greeter();
    sim.hold_queue();
    let receipt = Call::queue("greet", &json!({ "name": "Ann" })).send(&sim).json();
    let job = receipt["jobId"].as_str().expect("an id");
    sim.restart().expect("the port is free again");
    let job = Call::get(format!("/api/jobs/{job}"));
    assert_eq!(job.send(&sim).json()["status"], "pending");
    sim.release_queue();
    poll_until(|| (job.send(&sim).json()["status"] == "completed").then_some(()));
    let output = &job.send(&sim).json()["output"]["output"];
    assert_eq!(*output, json!({ "greeting": "Hello Ann" }));
}

#[test]
fn synchronous_and_streamed_runs_are_abandoned_and_queued_ones_not() {
    let (open, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let workflow = Workflow::new("w", move |_| {
        let opened = gate.lock().map(|gate| gate.recv().is_ok());
        json!({ "opened": opened.unwrap_or_default() })
    });
    let sim = Sim::builder().workflow(workflow).workflow(greet()).disconnect_delay(Duration::ZERO);
    let sim = sim.start().expect("a free port");
    let body = json!({});
    let with_id = |call: Call, id| call.header("x-execution-id", id).open(&sim);
    let _callers = [
        with_id(Call::execute("w", &body), "sync"),
        with_id(Call::execute("w", &json!({ "stream": true })), "stream"),
        with_id(Call::queue("w", &body), "queued"),
    ];
    let is = |id, status| (sim.run(id)?.status == status).then_some(());
    for id in ["sync", "stream", "queued"] {
        poll_until(|| is(id, Status::Running));
    }
    sim.restart().expect("the port is free again");
    poll_until(|| is("sync", Status::Cancelled).and(is("stream", Status::Cancelled)));
    assert_eq!(is("queued", Status::Running), Some(()));
    drop(open);
    poll_until(|| is("queued", Status::Completed));
    assert_eq!(Call::execute("greet", &body).send(&sim).status, 200);
}

#[tokio::test]
async fn it_restarts_in_async_code() {
    let sim = greeter();
    sim.restart().expect("the port is free again");
    assert_eq!(Call::execute("greet", &json!({})).send(&sim).status, 200);
}
