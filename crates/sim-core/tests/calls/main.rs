//! Calls in simulated time: outcomes are scripted, and nothing waits.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use serde_json::json;
use sim_core::operation::Idempotency;
use sim_core::transport::{
    Bare, BodyPlan, Call, Exchange, Outcome, Phase, Step, TransportError,
    TransportErrorKind as Kind,
};
use sim_core::v1::{GetUsageLimits, ProbeClaims};
use sim_core::{
    Api, Claims, ClientBuilder, Endpoint, Error, ErrorKind, ExecuteWorkflow, Generation, GetRun,
    Raw, RetryPolicy, TimeoutKind, Timeouts,
};

mod hooks;
mod limits;
mod observing;
mod relayed;
mod session;

const SECOND: Duration = Duration::from_secs(1);

/// A run that completed, as the first generation tells it.
const DONE: &str = r#"{"success":true,"output":{},"metadata":{"duration":1,"startTime":"2026-11-23T18:00:00Z","endTime":"2026-11-23T18:00:00Z"}}"#;
/// The row that a rate limit leaves behind.
const BURNED: &str = r#"{"executionId":"e","workflowId":"wf","status":"failed","totalDurationMs":1,"cost":{"total":0},"error":"Rate limit exceeded. 0 requests remaining.","finalOutput":null}"#;
const NO_RUN: &str = r#"{"error":"Execution not found"}"#;

/// A core whose server is known to honour run ids.
fn api() -> Api {
    proven(Api::builder([1; 32]).generation(Generation::V1).base_url("http://localhost"))
}

fn proven(builder: ClientBuilder<Bare>) -> Api {
    let api = builder.api_key("sk-sim-test").build().expect("a core");
    let honours =
        r#"{"error":"Invalid execution ID header","details":[{"path":"X-Execution-Id"}]}"#;
    let probed = api.call(ProbeClaims::new()).expect("a call");
    let (.., claims) = play(probed, [answer(400, &[], honours)]);
    assert_eq!(claims.expect("an answer"), Claims::Proven);
    api
}

#[expect(clippy::unnecessary_wraps, reason = "it is scripted beside outcomes that are errors")]
fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Outcome {
    let mut response = http::Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    Ok(response.body(Bytes::copy_from_slice(body.as_bytes())).expect("a response"))
}

fn broken(kind: Kind, phase: Phase) -> Outcome {
    Err(TransportError::new(kind, phase))
}

/// Plays outcomes until the call ends; gives the waits in between, the ids that were sent, and the end.
fn play<E: Endpoint>(
    mut call: Call<E>,
    outcomes: impl IntoIterator<Item = Outcome>,
) -> (Vec<Duration>, Vec<String>, Result<E::Output, Error>) {
    let (mut waits, mut ids, mut now) = (Vec::new(), Vec::new(), Duration::ZERO);
    for outcome in outcomes {
        let request = call.request();
        let id = request.headers().get("x-execution-id");
        ids.extend(id.and_then(|id| id.to_str().ok()).map(str::to_owned));
        match call.receive(outcome, now) {
            Step::Done(result) => return (waits, ids, result),
            Step::Again(wait) => {
                now += wait;
                waits.push(wait);
            }
        }
    }
    panic!("the call goes on after {waits:?}");
}

fn refused_after(seconds: &str) -> Outcome {
    answer(
        503,
        &[("retry-after", seconds)],
        r#"{"error":"Server is overloaded","code":"SERVICE_OVERLOADED"}"#,
    )
}

#[test]
fn the_waits_of_a_read_are_those_of_the_policy() {
    let broken = || broken(Kind::Closed, Phase::Sent);
    let (waits, ids, result) =
        play(api().call(GetUsageLimits::new()).expect("a call"), [broken(), broken(), broken()]);
    let error = result.expect_err("an error");
    assert_eq!((error.kind(), error.attempts()), (&ErrorKind::Closed, 3));
    let within = |wait: Duration, base: f64| (0.75..1.25).contains(&(wait.as_secs_f64() / base));
    assert!(waits.len() == 2 && within(waits[0], 0.5) && within(waits[1], 1.0), "{waits:?}");
    assert!(ids.is_empty(), "a read starts no run");
}

#[test]
fn an_output_that_is_not_ready_is_read_again_and_no_other_conflict_is() {
    let refused = || answer(409, &[], r#"{"error":"Outputs are not ready"}"#);
    let run = r#"{"executionId":"r","workflowId":"wf","status":"completed","finalOutput":7}"#;
    let whole = || api().call(GetRun::new("wf", "r").include_output(true)).expect("a call");
    let (waits, _, result) = play(whole(), [refused(), refused(), answer(200, &[], run)]);
    assert_eq!((waits.len(), result.expect("a run").output), (2, Some(json!(7))));
    let (_, _, result) = play(whole(), [refused(), refused(), refused()]);
    let error = result.expect_err("it is gone");
    assert_eq!((error.kind(), error.code(), error.attempts()), (&ErrorKind::Api, "CONFLICT", 3));
    let selected = api().call(GetRun::new("wf", "r").select(["b"])).expect("a call");
    assert_eq!(play(selected, [refused(), answer(200, &[], run)]).0.len(), 1);
    let bare = api().call(GetRun::new("wf", "r")).expect("a call");
    assert_eq!(play(bare, [refused()]).2.expect_err("an error").attempts(), 1);
    let (waits, ..) = play(whole(), [answer(409, &[], "<html>")]);
    assert!(waits.is_empty(), "nor is it another's");
}

#[test]
fn the_same_seed_waits_the_same() {
    let play = || {
        play(
            api().call(GetUsageLimits::new()).expect("a call"),
            (0..3).map(|_| answer(500, &[], "")),
        )
        .0
    };
    assert_eq!(play(), play());
}

#[test]
fn what_the_server_asks_for_is_a_floor_and_a_date_is_measured_by_its_own_clock() {
    let (date, later) = ("Mon, 23 Nov 2026 18:26:45 GMT", "Mon, 23 Nov 2026 18:27:45 GMT");
    let dated = answer(429, &[("date", date), ("retry-after", later)], "");
    for outcome in [refused_after("60"), dated] {
        let last = answer(404, &[], "");
        let (waits, ..) = play(api().call(GetUsageLimits::new()).expect("a call"), [outcome, last]);
        assert!(waits[0] >= 60 * SECOND && waits[0] < 66 * SECOND, "{waits:?}");
    }
}

#[test]
fn an_execute_that_never_left_is_sent_again_under_the_same_id() {
    for kind in [Kind::Resolve, Kind::Connect, Kind::Timeout(TimeoutKind::Connect)] {
        let never = || broken(kind, Phase::NotSent);
        let call = api().call(ExecuteWorkflow::new("wf")).expect("a call");
        let done = answer(200, &[], DONE);
        let (waits, ids, result) = play(call, [never(), never(), done]);
        assert!(result.is_ok() && waits.len() == 2);
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        let call = api().call(ExecuteWorkflow::new("wf")).expect("a call");
        let (_, ids, result) = play(call, [never(), never(), never()]);
        let error = result.expect_err("an error");
        assert!(!error.is_ambiguous() && ids.len() == 3, "nothing was sent: {error:?}");
    }
}

#[test]
fn every_loss_after_sending_leaves_the_run_of_an_execute_open() {
    let kinds = [
        (Kind::Closed, ErrorKind::Closed),
        (Kind::Timeout(TimeoutKind::FirstByte), ErrorKind::Timeout(TimeoutKind::FirstByte)),
        (Kind::Timeout(TimeoutKind::Total), ErrorKind::Timeout(TimeoutKind::Total)),
        (Kind::Protocol, ErrorKind::Protocol),
        (Kind::TooLarge, ErrorKind::TooLarge),
        (Kind::Other, ErrorKind::Transport),
    ];
    for (kind, cause) in kinds {
        for phase in [Phase::Sent, Phase::Body] {
            let call =
                api().call(ExecuteWorkflow::new("wf").retry(RetryPolicy::new())).expect("a call");
            let (_, ids, result) = play(call, [broken(kind, phase)]);
            let error = result.expect_err("an error");
            let run_id = Some(sim_core::RunId::from(&*ids[0]));
            assert_eq!(
                error.kind(),
                &ErrorKind::Ambiguous { run_id, cause: Box::new(cause.clone()) }
            );
        }
    }
}

#[test]
fn a_cancelled_call_is_cancelled_whenever_it_was() {
    for phase in [Phase::NotSent, Phase::Sent, Phase::Body] {
        let call = api().call(ExecuteWorkflow::new("wf")).expect("a call");
        let (waits, ids, result) = play(call, [broken(Kind::Cancelled, phase)]);
        let error = result.expect_err("an error");
        assert!(error.is_cancelled() && waits.is_empty());
        assert_eq!(
            error.run_id().map(sim_core::RunId::as_str),
            Some(&*ids[0]),
            "the run can be looked up"
        );
    }
}

#[test]
fn a_spent_id_that_cannot_be_replaced_costs_no_repeat() {
    let spent = || answer(429, &[], r#"{"error":"Rate limit exceeded. Please try again later."}"#);
    let api = api();
    for _ in 0..200 {
        let own = ExecuteWorkflow::new("wf").run_id("own").retry(RetryPolicy::new());
        let (waits, ..) = play(api.call(own).expect("a call"), [spent(), answer(200, &[], BURNED)]);
        assert_eq!(waits, [Duration::ZERO], "the row is read");
    }
    let broken = broken(Kind::Connect, Phase::NotSent);
    let usage = r#"{"success":true,"usage":{"plan":"free"}}"#;
    let read = api.call(GetUsageLimits::new()).expect("a call");
    assert_eq!(play(read, [broken, answer(200, &[], usage)]).0.len(), 1, "there is some left");
}

#[test]
fn a_spent_id_is_replaced_and_a_callers_own_is_not() {
    let spent = || answer(429, &[], r#"{"error":"Rate limit exceeded. Please try again later."}"#);
    let burned = || answer(200, &[], BURNED);
    let done = || answer(200, &[], DONE);
    let execute = || ExecuteWorkflow::new("wf").retry(RetryPolicy::new());
    let (_, ids, result) =
        play(api().call(execute()).expect("a call"), [spent(), burned(), done()]);
    assert!(result.is_ok() && ids.len() == 2 && ids[0] != ids[1], "{ids:?}");
    let own = ExecuteWorkflow::new("wf").run_id("own").retry(RetryPolicy::new());
    let (waits, ids, result) = play(api().call(own).expect("a call"), [spent(), burned(), done()]);
    assert!(result.is_err_and(|error| error.is_rate_limited()) && waits == [Duration::ZERO]);
    assert_eq!(ids, ["own"]);
}

#[test]
fn a_server_without_the_second_generation_is_asked_in_the_first_under_the_same_id() {
    let api = Api::builder([1; 32])
        .credentials(sim_core::Credentials::None)
        .base_url("http://localhost")
        .build()
        .expect("a core");
    let mut call = api.call(ExecuteWorkflow::new("wf")).expect("a call");
    let asked = call.request();
    let step = call.receive(answer(404, &[], "<html>"), SECOND);
    assert!(matches!(step, Step::Again(Duration::ZERO)), "{step:?}");
    let again = call.request();
    assert_eq!(again.headers()["x-execution-id"], asked.headers()["x-run-id"]);
    assert!(!again.headers().contains_key("x-run-id"));
    assert_eq!(asked.uri().path(), "/api/v2/workflows/wf/execute");
    assert_eq!(again.uri().path(), "/api/workflows/wf/execute");
}

#[test]
fn a_body_is_read_unless_the_head_is_that_of_no_answer() {
    let call = api().call(GetUsageLimits::new()).expect("a call");
    for (status, plan) in [
        (101, BodyPlan::HandOver),
        (200, BodyPlan::Read { limit: 64 * 1024 * 1024 }),
        (500, BodyPlan::Read { limit: 64 * 1024 * 1024 }),
    ] {
        let (mut head, ()) =
            http::Response::builder().status(status).body(()).expect("a head").into_parts();
        assert_eq!(call.plan(&head), plan, "{status}");
        head.headers.insert("transfer-encoding", http::HeaderValue::from_static("chunked"));
        assert_eq!(call.plan(&head), plan, "{status} in chunks");
        head.headers.insert("content-length", http::HeaderValue::from_static("5"));
        assert_eq!(call.plan(&head), BodyPlan::HandOver, "{status} with two ends");
    }
}

#[test]
fn a_handle_changes_for_itself_alone() {
    let mut changed = api();
    let unchanged = changed.clone();
    changed.set_api_key("other").expect("a key");
    changed.set_base_url("https://example.com/sim").expect("a base URL");
    let sent = |api: &Api| {
        let call = api.call(ExecuteWorkflow::new("wf").input(json!({"n": 1}))).expect("a call");
        let key = call.request().headers()["x-api-key"].clone();
        (call.request().uri().to_string(), key.to_str().map(str::to_owned).expect("text"))
    };
    let url = "/api/workflows/wf/execute";
    assert_eq!(sent(&changed), (format!("https://example.com/sim{url}"), "other".to_owned()));
    assert_eq!(sent(&unchanged), (format!("http://localhost{url}"), "sk-sim-test".to_owned()));
    assert!(changed.set_api_key("bad key").is_err() && changed.set_base_url("ftp://x").is_err());
    assert_eq!(sent(&changed).1, "other", "a refused change changes nothing");
    assert!(changed.set_base_url("http://example.com").is_err(), "the key would be readable");
}

#[test]
fn an_observer_sees_each_attempt_its_outcome_and_the_delay() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let list = Arc::clone(&seen);
    let watched = Api::builder([1; 32])
        .generation(Generation::V1)
        .base_url("http://localhost")
        .on_attempt(move |attempt| {
            let error = attempt.code.map(str::to_owned);
            let status = attempt.status.map(|status| status.as_u16());
            let line = (
                attempt.route.path,
                attempt.number,
                attempt.run_id.cloned(),
                status,
                error,
                attempt.delay,
            );
            list.lock().expect("a lock").push(line);
        });
    let watched = proven(watched);
    seen.lock().expect("a lock").clear();
    let call = watched.call(ExecuteWorkflow::new("wf").run_id("r").retry(RetryPolicy::new()));
    let done = answer(200, &[], DONE);
    let never = broken(Kind::Connect, Phase::NotSent);
    let absent = (0..5).map(|_| answer(404, &[], NO_RUN));
    let outcomes = [never, refused_after("5")].into_iter().chain(absent).chain([done]);
    let (waits, ..) = play(call.expect("a call"), outcomes);
    let (path, run) = ("/api/workflows/{workflow}/execute", Some(sim_core::RunId::from("r")));
    let read = "/api/workflows/{workflow}/executions/{run}";
    let word = |word: &str| Some(word.to_owned());
    let seen = seen.lock().expect("a lock");
    assert_eq!(
        seen[..3],
        [
            (path, 1, run.clone(), None, word("CONNECTION_ERROR"), Some(waits[0])),
            (path, 2, run.clone(), Some(503), None, Some(Duration::ZERO)),
            (read, 3, run.clone(), Some(404), word("NOT_FOUND"), None),
        ],
        "the words alone do not prove that nothing started"
    );
    assert_eq!(seen[7..], [(path, 8, run, Some(200), None, None)]);
}

#[test]
fn a_delete_whose_answer_is_lost_may_be_done_and_is_not_sent_again() {
    fn ends<E: Endpoint>(endpoint: E, outcomes: Vec<Outcome>) -> (usize, Error) {
        let (waits, _, result) = play(api().call(endpoint).expect("a call"), outcomes);
        (waits.len(), result.err().expect("an error"))
    }
    let lost = || vec![broken(Kind::Closed, Phase::Sent)];
    let unsent = || (0..3).map(|_| broken(Kind::Connect, Phase::NotSent)).collect::<Vec<_>>();
    let cause = Box::new(ErrorKind::Closed);
    let unknown = ErrorKind::Ambiguous { run_id: None, cause };
    for (waits, error) in [
        ends(Raw::delete("/x"), lost()),
        ends(Raw::post("/x").idempotency(Idempotency::NonIdempotent), lost()),
    ] {
        assert_eq!((waits, error.kind()), (0, &unknown));
        let text = error.to_string();
        assert!(text.starts_with("the request may have taken effect, but"), "{text}");
    }
    assert_eq!(ends(Raw::delete("/x"), unsent()).0, 2, "what never left is sent again");
    let gone = vec![broken(Kind::Closed, Phase::Sent), answer(404, &[], r#"{"error":"m"}"#)];
    let (waits, error) = ends(Raw::delete("/x").idempotency(Idempotency::Idempotent), gone);
    assert!(waits == 1 && error.is_not_found(), "whoever knows better says so");
}

#[test]
fn a_call_shows_what_it_asks_and_not_what_it_sends() {
    let secret = HeaderValue::from_static("PRIVATE");
    let input = json!({"password": "PRIVATE"});
    let execute = ExecuteWorkflow::new("wf").run_id("own").input(&input);
    let execute = execute.header(HeaderName::from_static("x-team"), secret);
    let shown = format!("{:?}", api().call(execute).expect("a call"));
    for part in ["/api/workflows/wf/execute", "own", "x-team", "22 bytes"] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert!(!shown.contains("PRIVATE") && !shown.contains("sk-sim-test"), "{shown}");
    let raw = Raw::post("/api/x").json(&input);
    let shown = format!("{raw:?} {:?}", api().call(raw.clone()).expect("a call"));
    assert!(shown.contains("/api/x") && !shown.contains("PRIVATE"), "{shown}");
}
