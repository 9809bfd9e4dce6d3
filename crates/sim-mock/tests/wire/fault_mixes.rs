//! Faults from a mix or a script, over many requests.

use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use sim_mock::{Fault, Faults, Scope, Sim, Workflow};

use crate::client::{Call, poll_until};
use crate::faulty::{faulty, greets, injected, rest};

#[test]
fn a_fault_that_came_to_nothing_is_not_counted() {
    let sim = faulty([]);
    assert_eq!(greets().send(&sim).status, 200);
    sim.set_faults(Faults::script([Fault::Bucket]));
    assert_eq!(greets().send(&sim).status, 409);
    assert!(sim.faults().is_empty());
}

#[test]
fn faults_keep_to_their_scope() {
    let sim = faulty([]);
    sim.set_faults(Faults::seeded(1).share(1.0).among([Fault::CutHead]).only(Scope::Reads));
    assert_eq!(greets().send(&sim).status, 200);
    let read = Call::get("/api/workflows/greet/executions/r");
    assert!(!rest(read.open(&sim)).contains("\r\n\r\n"));
    sim.set_faults(Faults::none());
    assert_eq!(read.send(&sim).status, 200);
    injected(&sim, Fault::CutHead);
}

/// Returns what a client sees of a mix, request by request.
fn seen(seed: u64) -> (Vec<String>, Value) {
    let among = [Fault::CloseUnread, Fault::CutHead, Fault::Bucket, Fault::Gate(0)];
    let sim = faulty([]);
    sim.set_faults(Faults::seeded(seed).share(0.5).among(among));
    let call = Call::queue("greet", &json!({}));
    let starts = (0..40).map(|_| rest(call.open(&sim)).chars().take(12).collect());
    let starts = starts.collect();
    let counts = sim.faults().into_iter().map(|(fault, times)| (fault.to_string(), times.into()));
    (starts, Value::Object(counts.collect()))
}

#[test]
fn a_mix_is_the_same_for_the_same_seed() {
    let (first, counts) = seen(7);
    assert_eq!((first.clone(), counts.clone()), seen(7));
    assert_ne!(first, seen(8).0);
    assert_eq!(counts.as_object().map(serde_json::Map::len), Some(4), "{counts}");
}

/// Returns the answer if it is whole and comes in time.
fn attempt(sim: &Sim, call: &Call) -> Option<(u16, Value)> {
    let mut stream = call.try_open(sim).ok()?;
    stream.set_read_timeout(Some(Duration::from_millis(50))).ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, serde_json::from_str(body).ok()?))
}

/// Starts one run and returns its output, by the rules of used run ids.
fn once(sim: &Sim, nonce: &str) -> Value {
    let mut id = nonce.to_owned();
    let execute = |id: &str| {
        let call = Call::queue("echo", &json!({ "nonce": nonce }));
        attempt(sim, &call.header("x-execution-id", id))
    };
    // The refusal that uses up an id may be lost like any answer, so the record under the id says whether a new
    // id is needed.
    loop {
        poll_until(|| match execute(&id) {
            Some((202 | 409, _)) => Some(()),
            Some((429, body)) if body["code"].is_null() => Some(()),
            _ => None,
        });
        let target = format!("/api/workflows/echo/executions/{id}?includeOutput=true");
        let ended = poll_until(|| {
            let (status, body) = attempt(sim, &Call::get(target.clone()))?;
            let over = body["status"] == "completed" || body["status"] == "failed";
            (status == 200 && over).then_some(body)
        });
        if ended["status"] == "completed" {
            return ended["finalOutput"].clone();
        }
        id.push('.');
    }
}

#[test]
fn every_call_comes_to_its_one_run_under_a_mix_and_restarts() {
    const CALLERS: usize = 4;
    const CALLS: usize = 100;
    let echo = Workflow::new("echo", |input: Value| input["nonce"].clone());
    let sim = Sim::builder().workflow(echo).faults(Faults::seeded(1).share(0.4));
    let sim = sim.start().expect("a free port");
    thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|caller| {
                let sim = &sim;
                scope.spawn(move || {
                    for call in 0..CALLS {
                        let nonce = format!("{caller}-{call}");
                        assert_eq!(once(sim, &nonce), json!(nonce));
                    }
                })
            })
            .collect();
        let over = || callers.iter().all(thread::ScopedJoinHandle::is_finished);
        while !over() {
            sim.restart().expect("the port is free again");
            let before = sim.requests().len();
            poll_until(|| (over() || sim.requests().len() > before + 100).then_some(()));
        }
    });
    let runs = sim.runs();
    assert_eq!(runs.len(), CALLERS * CALLS);
    let nonces: HashSet<_> = runs.iter().map(|run| run.input["nonce"].as_str()).collect();
    assert_eq!(nonces.len(), runs.len());
    let faults = sim.faults();
    assert!(Fault::RECOVERABLE.iter().all(|fault| faults.contains_key(fault)), "{faults:?}");
}

#[test]
fn thousands_of_executes_go_through_one_connection() {
    // This mix is asked for every request, and spares each.
    let sim = faulty([]);
    sim.set_faults(Faults::seeded(1).share(0.0));
    let host = &sim.url()["http://".len()..];
    let request = format!(
        "POST /api/workflows/greet/execute HTTP/1.1\r\nhost: {host}\r\nx-api-key: {}\r\n\
         content-length: 2\r\n\r\n{{}}",
        sim.key()
    );
    let mut stream = TcpStream::connect(host).expect("the server listens");
    let mut buffer = [0; 4096];
    for _ in 0..2000 {
        stream.write_all(request.as_bytes()).expect("the server reads");
        let mut answer = Vec::new();
        while !answer.ends_with(b"}}") {
            let read = stream.read(&mut buffer).expect("the server answers");
            assert_ne!(read, 0);
            answer.extend_from_slice(&buffer[..read]);
        }
    }
    assert_eq!(sim.runs().len(), 2000);
}
