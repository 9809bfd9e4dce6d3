//! Connections that a fault closes: the bytes on the wire, the runs, and the used run ids.

use std::io::Read;
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use serde_json::json;
use sim_mock::{Fault, Faults, Sim, Status, Workflow};

use crate::client::{Call, poll_until};
use crate::faulty::{completes, faulty, greets, id_is_free, injected, queues, rest};

#[test]
fn closed_before_it_was_read() {
    let sim = faulty([Fault::CloseUnread]);
    assert_eq!(rest(greets().open(&sim)), "");
    injected(&sim, Fault::CloseUnread);
    id_is_free(&sim);
}

#[test]
fn closed_after_it_was_read() {
    let sim = faulty([Fault::CloseAfterRead]);
    assert_eq!(rest(queues().open(&sim)), "");
    injected(&sim, Fault::CloseAfterRead);
    completes(&sim);
}

/// Starts a server whose workflow reports that it runs, and then waits for the test.
fn held(fault: Fault) -> (Sim, mpsc::Sender<()>) {
    let (open, gate) = mpsc::channel();
    let gate = Mutex::new(gate);
    let workflow = Workflow::new("greet", move |_| {
        let opened = gate.lock().map(|gate| gate.recv().is_ok());
        json!({ "opened": opened.unwrap_or_default() })
    });
    let sim = Sim::builder().workflow(workflow).faults(Faults::script([fault]));
    (sim.disconnect_delay(Duration::ZERO).start().expect("a free port"), open)
}

#[test]
fn closed_in_a_synchronous_run_which_is_cancelled() {
    for body in [json!({}), json!({ "stream": true })] {
        let (sim, _open) = held(Fault::CloseAfterRead);
        let call = Call::execute("greet", &body).header("x-execution-id", "r");
        assert_eq!(rest(call.open(&sim)), "");
        poll_until(|| (sim.run("r")?.status == Status::Cancelled).then_some(()));
        assert_eq!(call.send(&sim).status, 409);
    }
}

#[test]
fn closed_in_a_synchronous_run_which_is_faster() {
    let (open, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let workflow = Workflow::new("greet", move |_| {
        let _ = gate.lock().map(|gate| gate.recv());
        json!({ "greeting": "Hello Ann" })
    });
    let sim = Sim::builder().workflow(workflow).disconnect_delay(Duration::from_secs(3600));
    let sim = sim.faults(Faults::script([Fault::CloseAfterRead])).start().expect("a free port");
    assert_eq!(rest(greets().open(&sim)), "");
    assert_eq!(sim.run("r").map(|run| run.status), Some(Status::Running));
    open.send(()).expect("the run waits");
    completes(&sim);
}

#[test]
fn closed_after_the_run() {
    for body in [json!({ "name": "Ann" }), json!({ "name": "Ann", "stream": true })] {
        let sim = faulty([Fault::CloseAfterRun]);
        let call = Call::execute("greet", &body).header("x-execution-id", "r");
        assert_eq!(rest(call.open(&sim)), "");
        assert_eq!(sim.run("r").map(|run| run.status), Some(Status::Completed));
        injected(&sim, Fault::CloseAfterRun);
        completes(&sim);
    }
}

#[test]
fn cut_in_the_head() {
    for call in [greets(), queues()] {
        let sim = faulty([Fault::CutHead]);
        let text = rest(call.open(&sim));
        assert!(text.starts_with("HTTP/1.1 20"), "{text}");
        assert!(text.contains("content-type: ") && !text.contains("\r\n\r\n"), "{text}");
        injected(&sim, Fault::CutHead);
        completes(&sim);
    }
}

#[test]
fn cut_in_the_body() {
    for call in [greets(), queues()] {
        let sim = faulty([Fault::CutBody]);
        let text = rest(call.open(&sim));
        let (head, body) = text.split_once("\r\n\r\n").expect("the head is whole");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.and_then(|length| length.parse().ok()).expect("a length");
        assert_eq!(body.len(), length / 2);
        assert!(body.starts_with("{\"success\":true,"), "{body}");
        injected(&sim, Fault::CutBody);
        completes(&sim);
    }
}

#[test]
fn a_large_body_is_cut_in_its_middle() {
    let large = Workflow::new("large", |_| json!("x".repeat(4 << 20)));
    let sim = Sim::builder().workflow(large).faults(Faults::script([Fault::CutBody]));
    let sim = sim.start().expect("a free port");
    let text = rest(Call::execute("large", &json!({})).open(&sim));
    let (head, body) = text.split_once("\r\n\r\n").expect("the head is whole");
    let length = format!("content-length: {}", body.len() * 2);
    // Halves are rounded down.
    let longer = format!("content-length: {}", body.len() * 2 + 1);
    assert!(head.contains(&length) || head.contains(&longer), "{head}");
}

#[test]
fn cut_in_a_stream() {
    let agent =
        Workflow::new("agent", |_| sim_mock::Agent::new("a").says("one").says("two").says("three"));
    let sim = Sim::builder().workflow(agent).faults(Faults::script([Fault::CutBody]));
    let sim = sim.start().expect("a free port");
    let body = json!({ "stream": true, "selectedOutputs": ["a.content"] });
    let text = rest(Call::execute("agent", &body).open(&sim));
    assert!(text.contains("data: {\"blockId\":\"a\",\"chunk\":\"one\"}\n\n"), "{text}");
    assert!(text.contains("data: {\"block") && !text.contains("two\"}"), "{text}");
    assert!(!text.ends_with("0\r\n\r\n"), "{text}");
}

#[test]
fn an_answer_without_a_body_is_cut_in_its_head() {
    let sim = faulty([Fault::CutBody]);
    let text = rest(Call::post("/api/jobs/1").open(&sim));
    assert!(text.starts_with("HTTP/1.1 405") && !text.contains("\r\n\r\n"), "{text}");
}

#[test]
fn stalled_until_the_client_leaves() {
    let sim = faulty([Fault::Stall]);
    let mut caller = greets().open(&sim);
    poll_until(|| (sim.faults().get(&Fault::Stall) == Some(&1)).then_some(()));
    caller.set_nonblocking(true).expect("a socket can do without waiting");
    let error = caller.read(&mut [0]).expect_err("neither a byte nor an end");
    assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
    drop(caller);
    completes(&sim);
}

#[test]
fn a_stalled_run_is_cancelled_when_the_client_leaves() {
    let (sim, _open) = held(Fault::Stall);
    let caller = greets().open(&sim);
    poll_until(|| (sim.run("r")?.status == Status::Running).then_some(()));
    drop(caller);
    poll_until(|| (sim.run("r")?.status == Status::Cancelled).then_some(()));
}
