//! The server handle that a test holds.

use serde_json::json;
use sim_mock::Sim;

use crate::client::{Call, greeter};

#[test]
fn requests_are_kept_in_order() {
    let sim = greeter();
    Call::get("/api/jobs/1?x=1").header("X-Mine", "yes").send(&sim);
    Call::execute("greet", &json!({ "name": "Ann" })).key("bad").send(&sim);
    let requests = sim.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!((&*requests[0].method, &*requests[0].target), ("GET", "/api/jobs/1?x=1"));
    assert_eq!(requests[0].path(), "/api/jobs/1");
    assert_eq!(requests[0].header("x-mine"), Some("yes"));
    assert_eq!(requests[0].json(), None);
    assert_eq!(requests[1].header("X-API-Key"), Some("bad"));
    assert_eq!(requests[1].json(), Some(json!({ "name": "Ann" })));
}

#[test]
fn a_canned_answer_is_given_once() {
    let sim = greeter();
    sim.fail_next(429, &[("retry-after", "1")], r#"{"error":"later"}"#);
    sim.fail_next(503, &[("content-type", "text/html")], "<p>down</p>");
    let call = Call::execute("greet", &json!({}));
    let first = call.send(&sim);
    first.assert(429, r#"{"error":"later"}"#);
    assert_eq!(first.header("retry-after"), Some("1"));
    assert_eq!(first.header("content-type"), Some("application/json"));
    let second = call.send(&sim);
    second.assert(503, "<p>down</p>");
    assert_eq!(second.header("content-type"), Some("text/html"));
    assert_eq!(call.send(&sim).status, 200);
    assert_eq!((sim.requests().len(), sim.runs().len()), (3, 1));
}

#[test]
fn keys_are_those_of_the_builder() {
    assert_eq!(greeter().key(), sim_mock::KEY);
    let sim = Sim::builder().key("one").key("two").start().expect("a free port");
    assert_eq!(sim.key(), "one");
}

#[test]
fn a_dropped_server_gives_its_port_back() {
    let sim = greeter();
    let port = sim.url().rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    drop(sim);
    let sim = Sim::builder().port(port).start().expect("the port is free again");
    assert!(sim.url().ends_with(&port.to_string()));
}

#[test]
fn a_taken_port_is_an_error() {
    let sim = greeter();
    let port = sim.url().rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    assert!(Sim::builder().port(port).start().is_err());
}

#[test]
fn the_demo_has_its_workflows() {
    let sim = Sim::demo().start().expect("a free port");
    for workflow in Sim::DEMO_WORKFLOWS {
        let answer = Call::get(format!("/api/workflows/{workflow}/status")).send(&sim);
        assert_eq!(answer.status, 200, "{workflow}");
    }
    let answer = Call::execute("greet", &json!({ "name": "Ann" })).send(&sim);
    assert_eq!(answer.json()["output"], json!({ "greeting": "Hello Ann" }));
}

#[tokio::test]
async fn a_server_starts_and_stops_in_async_code() {
    let sim = greeter();
    let answer = Call::execute("greet", &json!({})).send(&sim);
    assert_eq!(answer.status, 200);
}
