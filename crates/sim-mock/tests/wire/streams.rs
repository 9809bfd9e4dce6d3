//! Streamed runs: when their frames come, and what ends them.

use std::time::Duration;

use serde_json::json;
use sim_mock::{Agent, Limits, Mode, Sim, Status, Workflow};

use crate::client::{Call, poll_until};
use crate::events::{CANCELLED, DONE, EMPTY_FINAL, Events, serve, watch};

fn hello() -> Workflow {
    Workflow::new("w", |_| Agent::new("a").says("Hel").says("lo"))
}

/// Starts a server that holds its streams and cancels abandoned runs after this time.
fn held(delay: Duration) -> Sim {
    let sim = Sim::builder().workflow(hello()).disconnect_delay(delay).start();
    let sim = sim.expect("a free port");
    sim.hold_streams();
    sim
}

fn becomes(sim: &Sim, status: Status) {
    poll_until(|| (sim.run("r")?.status == status).then_some(()));
}

fn cancel(sim: &Sim) {
    let answer = Call::post("/api/workflows/w/executions/r/cancel").send(sim);
    assert_eq!((answer.status, answer.json()["reason"].clone()), (200, json!("recorded")));
}

#[test]
fn the_head_has_the_headers_of_a_stream() {
    let sim = serve(hello());
    let (status, mut headers) = Events::open(&sim, &watch(&["a"])).head();
    headers.retain(|(name, _)| !["x-request-id", "date", "connection"].contains(&&**name));
    headers.sort();
    let expected = [
        ("cache-control", "no-cache"),
        ("content-type", "text/event-stream"),
        ("transfer-encoding", "chunked"),
        ("x-accel-buffering", "no"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!((status, headers), (200, expected.to_vec()));
}

#[test]
fn a_negotiated_protocol_is_echoed() {
    let sim = serve(hello());
    for (value, echoed) in
        [("agent-events-v1", true), ("other, Agent-Events-V1", true), ("agent-events-v2", false)]
    {
        let call = Call::execute("w", &json!({ "stream": true }));
        let call = call.header("x-sim-stream-protocol", value);
        let (_, headers) = Events::open(&sim, &call).head();
        let echo = headers.iter().find(|(name, _)| name == "x-sim-stream-protocol");
        let expected = echoed.then_some("agent-events-v1");
        assert_eq!(echo.map(|(_, value)| value.as_str()), expected, "{value}");
    }
}

#[test]
fn nothing_is_sent_before_a_frame_may_pass() {
    let sim = held(Duration::ZERO);
    let mut events = Events::open(&sim, &watch(&["a"]));
    becomes(&sim, Status::Running);
    events.assert_silent();
    sim.pass_frames(1);
    assert_eq!(events.head().0, 200);
    assert_eq!(events.next().as_deref(), Some(r#"{"blockId":"a","chunk":"Hel"}"#));
    events.assert_silent();
    sim.pass_frames(1);
    assert_eq!(events.next().as_deref(), Some(r#"{"blockId":"a","chunk":"lo"}"#));
    events.assert_silent();
    assert_eq!(sim.run("r").expect("a run").status, Status::Running);
    sim.pass_frames(1);
    assert_eq!(events.rest(), [EMPTY_FINAL, DONE]);
    let run = sim.run("r").expect("a run");
    assert_eq!((run.mode, run.status), (Mode::Stream, Status::Completed));
}

#[test]
fn released_streams_go_on() {
    let sim = held(Duration::ZERO);
    let mut events = Events::open(&sim, &watch(&["a"]));
    sim.release_streams();
    events.head();
    assert_eq!(events.rest().len(), 4);
}

#[test]
fn frames_come_at_their_pace() {
    let every = Duration::from_millis(20);
    let sim = serve(Workflow::new("w", move |_| {
        Agent::new("a").says("1").says("2").says("3").every(every)
    }));
    let mut events = Events::open(&sim, &watch(&["a"]));
    events.head();
    events.next();
    let began = std::time::Instant::now();
    events.next();
    events.next();
    assert!(began.elapsed() > every, "{:?}", began.elapsed());
}

#[test]
fn a_cancel_ends_the_stream() {
    let sim = held(Duration::ZERO);
    let mut events = Events::open(&sim, &watch(&["a"]));
    sim.pass_frames(1);
    events.head();
    events.next();
    cancel(&sim);
    assert_eq!(events.rest(), [CANCELLED, DONE]);
    assert_eq!(sim.run("r").expect("a run").status, Status::Cancelled);
}

#[test]
fn a_cancel_before_the_first_frame_brings_the_head() {
    let sim = held(Duration::ZERO);
    let mut events = Events::open(&sim, &watch(&["a"]));
    becomes(&sim, Status::Running);
    cancel(&sim);
    assert_eq!(events.head().0, 200);
    assert_eq!(events.rest(), [CANCELLED, DONE]);
}

#[test]
fn a_caller_that_leaves_cancels_the_run() {
    let sim = held(Duration::ZERO);
    let mut events = Events::open(&sim, &watch(&["a"]));
    sim.pass_frames(1);
    events.head();
    events.next();
    assert_eq!(sim.run("r").expect("a run").status, Status::Running);
    drop(events);
    becomes(&sim, Status::Cancelled);
    assert_eq!(watch(&["a"]).send(&sim).status, 409);
}

#[test]
fn a_caller_that_leaves_before_the_head_cancels_the_run() {
    let sim = held(Duration::ZERO);
    let events = Events::open(&sim, &watch(&["a"]));
    becomes(&sim, Status::Running);
    drop(events);
    becomes(&sim, Status::Cancelled);
}

#[test]
fn a_run_may_end_before_it_is_noticed_that_its_caller_left() {
    let sim = held(Duration::from_secs(3600));
    let mut events = Events::open(&sim, &watch(&["a"]));
    sim.pass_frames(1);
    events.head();
    events.next();
    drop(events);
    sim.release_streams();
    becomes(&sim, Status::Completed);
}

#[test]
fn a_stream_takes_the_place_of_a_run_until_it_has_ended() {
    let limits = Limits::unlimited().concurrent(1);
    let sim = Sim::builder().workflow(hello()).limits(limits).start().expect("a free port");
    sim.hold_streams();
    let mut events = Events::open(&sim, &watch(&["a"]));
    sim.pass_frames(1);
    events.head();
    let call = Call::execute("w", &json!({}));
    assert_eq!(call.send(&sim).status, 429);
    sim.release_streams();
    events.rest();
    assert_eq!(call.send(&sim).status, 200);
}

#[test]
fn a_server_stops_while_a_stream_is_held() {
    let sim = held(Duration::ZERO);
    let mut events = Events::open(&sim, &watch(&["a"]));
    sim.pass_frames(1);
    events.head();
    drop(sim);
}
