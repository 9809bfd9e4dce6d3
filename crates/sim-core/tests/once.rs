//! One run and its result, in simulated time: every way through the states of the flow.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use sim_core::{
    Api, Error, ErrorKind, Exchange, ExecuteWorkflow, Once, OnceWorkflow, Outcome, Phase,
    RetryPolicy, RunHandle, RunId, RunStatus, Step, TransportError, TransportErrorKind as Kind,
    WaitPolicy, WorkflowExecutionResult,
};

fn api() -> Api {
    Api::builder([1; 32])
        .base_url("http://localhost")
        .api_key("sk-sim-test")
        .build()
        .expect("a core")
}

fn execute() -> ExecuteWorkflow {
    ExecuteWorkflow::new("wf").input(json!({"n": 1}))
}

/// What a request is for, and the id that it names.
#[derive(Debug, Clone, PartialEq)]
enum Asked {
    Start(String),
    Look(String),
    Output(String),
    Job(String),
}

fn asked(request: &http::Request<Bytes>) -> Asked {
    let target = request.uri().path();
    let last = target.rsplit('/').next().unwrap_or_default().to_owned();
    if request.method() == http::Method::POST {
        let id = request.headers()["x-execution-id"].to_str().expect("text");
        return Asked::Start(id.to_owned());
    }
    match (target.contains("/jobs/"), request.uri().query()) {
        (true, _) => Asked::Job(last),
        (_, Some("includeOutput=true")) => Asked::Output(last),
        _ => Asked::Look(last),
    }
}

/// How the server answers a request, given the id that it names.
type Answer = Box<dyn Fn(&str) -> Outcome>;

fn says(status: u16, body: impl Fn(&str) -> String + 'static) -> Answer {
    Box::new(move |id| {
        let response = http::Response::builder()
            .status(status)
            .header("date", "Mon, 23 Nov 2026 18:00:00 GMT");
        Ok(response.body(Bytes::from(body(id))).expect("a response"))
    })
}

fn breaks(kind: Kind, phase: Phase) -> Answer {
    Box::new(move |_| Err(TransportError::new(kind, phase)))
}

fn lost() -> Answer {
    breaks(Kind::Closed, Phase::Sent)
}
fn receipt() -> Answer {
    says(202, |id| {
        json!({"success": true, "jobId": format!("j:{id}"), "executionId": id}).to_string()
    })
}
fn is(status: &'static str) -> Answer {
    says(200, move |id| {
        json!({"executionId": id, "workflowId": "wf", "status": status}).to_string()
    })
}
fn output() -> Answer {
    says(200, |id| {
        json!({"executionId": id, "workflowId": "wf", "status": "completed", "finalOutput": {"run": id}}).to_string()
    })
}
fn conflict() -> Answer {
    says(409, |id| {
        json!({"error": "used", "code": "EXECUTION_ID_CONFLICT", "executionId": id}).to_string()
    })
}
fn no_such_run() -> Answer {
    says(404, |_| json!({"error": "Execution not found"}).to_string())
}
fn no_such_address() -> Answer {
    says(404, |_| "<html>".to_owned())
}
fn spent() -> Answer {
    says(429, |_| json!({"error": "Rate limit exceeded. Please try again later."}).to_string())
}
fn gate() -> Answer {
    says(429, |_| {
        json!({"error": "Too many requests", "code": "ADMISSION_GATE_CAPACITY"}).to_string()
    })
}

struct Played {
    asked: Vec<Asked>,
    waits: Vec<Duration>,
    result: Result<WorkflowExecutionResult, Error>,
}

impl Played {
    /// The ids under which a start was asked for.
    fn starts(&self) -> Vec<&str> {
        self.asked
            .iter()
            .filter_map(|asked| if let Asked::Start(id) = asked { Some(&**id) } else { None })
            .collect()
    }

    /// The kinds of requests: `S`tart, `L`ook, `O`utput, `J`ob.
    fn shape(&self) -> String {
        let letter = |asked: &Asked| match asked {
            Asked::Start(_) => 'S',
            Asked::Look(_) => 'L',
            Asked::Output(_) => 'O',
            Asked::Job(_) => 'J',
        };
        self.asked.iter().map(letter).collect()
    }

    /// Asserts that the call ended with the result of the run that was started last.
    fn assert_result(&self) {
        let result =
            self.result.as_ref().unwrap_or_else(|error| panic!("{} {error:?}", self.shape()));
        assert_eq!(result.status, RunStatus::Completed);
        assert_eq!(result.output["run"].as_str(), self.starts().last().copied());
    }

    fn error(&self) -> &Error {
        self.result.as_ref().err().unwrap_or_else(|| panic!("{} has a result", self.shape()))
    }
}

fn drive(
    mut exchange: impl Exchange<Output = WorkflowExecutionResult>,
    script: Vec<Answer>,
) -> Played {
    let (mut list, mut waits, mut now) = (Vec::new(), Vec::new(), Duration::ZERO);
    for answer in script {
        let request = asked(exchange.request());
        let (Asked::Start(id) | Asked::Look(id) | Asked::Output(id) | Asked::Job(id)) = &request;
        let outcome = answer(id);
        list.push(request.clone());
        match exchange.receive(outcome, now) {
            Step::Done(result) => return Played { asked: list, waits, result },
            Step::Again(wait) => {
                now += wait;
                waits.push(wait);
            }
        }
    }
    panic!("it goes on after {list:?} {waits:?}");
}

fn once(plan: OnceWorkflow) -> Once {
    api().once(plan).expect("an exchange")
}

fn play(script: Vec<Answer>) -> Played {
    drive(once(execute().once()), script)
}

fn play_sync(script: Vec<Answer>) -> Played {
    drive(once(execute().once().sync()), script)
}

#[test]
fn a_receipt_is_waited_for_and_the_output_fetched_at_the_end() {
    let played = play(vec![
        receipt(),
        is("pending"),
        is("running"),
        is("running"),
        is("completed"),
        output(),
    ]);
    played.assert_result();
    assert_eq!(played.shape(), "SLLLLO");
    let seconds: Vec<_> = played.waits.iter().map(Duration::as_secs_f64).collect();
    assert_eq!(
        (seconds[0], seconds[4]),
        (0.0, 0.0),
        "nothing is waited for what is there: {seconds:?}"
    );
    assert!(
        (1.5..2.5).contains(&seconds[1]) && (3.0..5.0).contains(&seconds[3]),
        "2 s, doubling: {seconds:?}"
    );
}

#[test]
fn what_never_left_is_sent_again_under_the_same_id() {
    let never = || breaks(Kind::Connect, Phase::NotSent);
    let played = play(vec![never(), never(), receipt(), is("completed"), output()]);
    played.assert_result();
    assert!(played.starts().iter().all(|id| *id == played.starts()[0]), "{:?}", played.asked);
}

#[test]
fn a_lost_answer_is_looked_up_and_the_same_id_sent_again_if_there_is_no_run() {
    for lost in [
        lost(),
        breaks(Kind::Timeout(sim_core::TimeoutKind::FirstByte), Phase::Sent),
        breaks(Kind::Closed, Phase::Body),
        says(502, |_| "<html>".to_owned()),
        says(504, |_| String::new()),
        says(200, |_| "<html>".to_owned()),
        says(503, |id| {
            json!({"error": "m", "code": "ASYNC_ENQUEUE_AMBIGUOUS", "executionId": id}).to_string()
        }),
    ] {
        let played = play(vec![lost, no_such_run(), receipt(), is("completed"), output()]);
        played.assert_result();
        assert_eq!(played.shape(), "SLSLO");
        assert_eq!(played.starts()[0], played.starts()[1]);
    }
}

#[test]
fn a_lost_answer_whose_run_is_there_is_waited_for() {
    let played = play(vec![lost(), is("running"), is("running"), is("completed"), output()]);
    played.assert_result();
    assert_eq!(played.shape(), "SLLLO", "it was sent once");
}

#[test]
fn a_conflict_for_our_own_id_proves_that_it_was_accepted() {
    let played =
        play(vec![lost(), no_such_run(), conflict(), no_such_run(), is("completed"), output()]);
    played.assert_result();
    assert_eq!(played.shape(), "SLSLLO", "and a run that is not found yet is looked for");
    let own =
        drive(once(execute().run_id("own").once()), vec![conflict(), is("completed"), output()]);
    own.assert_result();
    assert_eq!(own.starts(), ["own"], "an id that was stored before a crash finds its run again");
}

#[test]
fn a_conflict_for_another_id_is_a_refusal() {
    let foreign = says(409, |_| {
        json!({"error": "used", "code": "EXECUTION_ID_CONFLICT", "executionId": "x"}).to_string()
    });
    let played = play(vec![foreign]);
    assert_eq!((played.error().code(), played.shape()), ("EXECUTION_ID_CONFLICT", "S".to_owned()));
}

#[test]
fn a_spent_id_is_replaced_and_a_free_one_kept() {
    let played = play(vec![gate(), spent(), spent(), receipt(), is("completed"), output()]);
    played.assert_result();
    let ids = played.starts();
    assert_eq!(ids[0], ids[1]);
    assert!(ids[1] != ids[2] && ids[2] != ids[3]);
    let own = drive(once(execute().run_id("own").once()), vec![spent()]);
    assert_eq!(own.error().code(), "RATE_LIMIT_EXCEEDED", "the caller's own cannot be replaced");
}

#[test]
fn a_refusal_ends_the_call() {
    for (status, body, code) in [
        (401, json!({"error": "Invalid API key"}), "UNAUTHORIZED"),
        (402, json!({"error": "Usage limit exceeded"}), "USAGE_LIMIT_EXCEEDED"),
        (403, json!({"error": "Workflow is not deployed"}), "FORBIDDEN"),
        (404, json!({"error": "Workflow not found"}), "NOT_FOUND"),
    ] {
        let refusal = move || {
            says(status, {
                let body = body.clone();
                move |_| body.to_string()
            })
        };
        let played = play(vec![refusal()]);
        assert_eq!((played.error().kind(), played.error().code()), (&ErrorKind::Api, code));
        let after_a_loss = play(vec![lost(), no_such_run(), refusal()]);
        assert_eq!(
            after_a_loss.error().is_ambiguous(),
            status != 402,
            "{status} after a loss settles nothing"
        );
    }
}

#[test]
fn a_server_without_run_ids_gets_nothing_twice() {
    let played = play(vec![lost(), no_such_address()]);
    let error = played.error();
    assert!(error.is_ambiguous() && error.message().contains("knows no run ids"), "{error}");
    assert_eq!(error.run().map(RunId::as_str), Some(played.starts()[0]));
    assert_eq!(played.shape(), "SL");
}

#[test]
fn a_receipt_without_our_id_is_waited_for_by_its_job() {
    let old =
        says(202, |_| json!({"success": true, "taskId": "task-1", "status": "queued"}).to_string());
    let pending = says(200, |_| json!({"status": "queued"}).to_string());
    let done = says(200, |_| json!({"status": "completed", "output": {"n": 7}}).to_string());
    let played = play(vec![old, pending, done]);
    assert_eq!(played.shape(), "SJJ");
    assert_eq!(played.result.expect("a result").output, json!({"n": 7}));
}

#[test]
fn a_synchronous_run_ends_with_its_answer() {
    let ended = says(200, |id| {
        json!({"success": true, "executionId": id, "output": {"run": id}}).to_string()
    });
    let played = play_sync(vec![ended]);
    played.assert_result();
    assert_eq!(played.shape(), "S");
    let failed =
        says(500, |_| json!({"success": false, "error": "Boom", "output": {}}).to_string());
    assert_eq!(play_sync(vec![failed]).result.expect("a result").status, RunStatus::Failed);
}

#[test]
fn a_synchronous_run_that_the_lost_connection_cancelled_is_interrupted() {
    let played = play_sync(vec![lost(), is("running"), is("running"), is("cancelled")]);
    let run = RunId::from(played.starts()[0]);
    assert_eq!(played.error().kind(), &ErrorKind::Interrupted { run });
    assert_eq!(played.shape(), "SLLL", "it was never run again");
    let finished = play_sync(vec![lost(), is("running"), is("completed"), output()]);
    finished.assert_result();
}

#[test]
fn a_queued_run_that_somebody_cancelled_is_a_result() {
    let played = play(vec![receipt(), is("cancelled")]);
    assert_eq!(played.result.expect("a result").status, RunStatus::Cancelled);
}

#[test]
fn a_human_pause_is_handed_over_and_a_timed_one_slept_through() {
    let paused = |kind: &'static str| {
        says(200, move |id| {
            let paused = json!({"contextId": "ask", "pauseKind": kind, "resumeAt": "2026-11-23T18:05:00.000Z"});
            json!({"executionId": id, "workflowId": "wf", "status": "paused", "paused": paused})
                .to_string()
        })
    };
    let human = play(vec![receipt(), paused("human")]).result.expect("a result");
    assert_eq!(human.pause.map(|pause| pause.points[0].context_id.clone()).as_deref(), Some("ask"));
    let timed = play(vec![receipt(), paused("time"), is("completed"), output()]);
    timed.assert_result();
    assert_eq!(timed.waits[1], Duration::from_secs(300), "until the server's clock says so");
}

#[test]
fn looks_that_fail_are_repeated_and_then_the_end_is_unknown() {
    let down = || says(503, |_| String::new());
    let played = play(vec![receipt(), down(), down(), down(), lost(), is("completed"), output()]);
    played.assert_result();
    let wait = WaitPolicy::new().failures(1);
    let mut script = vec![receipt()];
    script.extend((0..6).map(|_| down()));
    let played = drive(once(execute().once().wait(wait)), script);
    assert!(played.error().is_ambiguous(), "{:?}", played.error());
    let refused =
        play(vec![receipt(), says(401, |_| json!({"error": "Unauthorized"}).to_string())]);
    assert!(refused.error().is_ambiguous() && refused.error().is_unauthorized(), "the run goes on");
}

#[test]
fn a_run_that_never_appears_is_given_up_after_the_grace() {
    let mut script = vec![receipt()];
    script.extend((0..40).map(|_| no_such_run()));
    let played = play(script);
    assert!(played.error().is_ambiguous() && played.error().is_not_found());
    let total: Duration = played.waits.iter().sum();
    assert!((30..60).contains(&total.as_secs()), "{total:?}");
}

#[test]
fn attempts_and_a_deadline_bound_it_and_all_that_is_known_comes_back() {
    let few = RetryPolicy::new().max_retries(2);
    let mut script = Vec::new();
    for _ in 0..3 {
        script.extend([lost(), no_such_run()]);
    }
    let played = drive(once(execute().once().retry(few)), script);
    assert!(played.error().is_ambiguous());
    assert_eq!(played.error().run().map(RunId::as_str), Some(played.starts()[0]));
    assert_eq!(played.shape(), "SLSLS", "the third loss is the last");
    let wait = WaitPolicy::new().deadline(Duration::from_secs(5));
    let mut script = vec![receipt()];
    script.extend((0..9).map(|_| is("running")));
    let played = drive(once(execute().once().wait(wait)), script);
    assert!(played.error().is_ambiguous() && played.error().is_timeout());
    assert!(played.waits.iter().sum::<Duration>() <= Duration::from_secs(5));
}

#[test]
fn cancelling_ends_it_in_every_state() {
    let cancelled = || breaks(Kind::Cancelled, Phase::Sent);
    for script in [vec![], vec![lost()], vec![receipt()], vec![lost(), no_such_run()]] {
        let played = play(script.into_iter().chain([cancelled()]).collect());
        assert!(played.error().is_cancelled(), "{}", played.shape());
    }
}

#[test]
fn a_handle_that_was_stored_finds_its_run() {
    let handle = RunHandle::new("wf", "run-1");
    let stored = serde_json::to_string(&handle).expect("it serialises");
    let handle: RunHandle = serde_json::from_str(&stored).expect("it comes back");
    let wait = api().wait(handle, WaitPolicy::new()).expect("an exchange");
    let seen = Arc::new(Mutex::new(Vec::new()));
    let list = Arc::clone(&seen);
    let wait = wait.on_change(move |status| list.lock().expect("a lock").push(status.clone()));
    let played = drive(wait, vec![is("running"), is("running"), is("completed"), output()]);
    assert_eq!(played.result.expect("a result").output, json!({"run": "run-1"}));
    assert_eq!(*seen.lock().expect("a lock"), [RunStatus::Running, RunStatus::Completed]);
}
