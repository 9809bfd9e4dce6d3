//! The run of a stored handle: across limits, crashes at any point, and other programs with the same handle.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use sim_core::transport::{
    Durable, Exchange as _, Outcome, Phase, RequestBody, Step, TransportError,
    TransportErrorKind as Kind,
};
use sim_core::{
    Api, Error, ErrorKind, ExecuteWorkflow, Generation, RunHandle, RunStatus,
    WorkflowExecutionResult,
};

use super::builder;

/// A core that knows nothing of its server yet.
pub(super) fn speaking(generation: Generation) -> Api {
    builder(generation).build().expect("a core")
}

/// What stands behind an id.
#[derive(Debug, Clone, PartialEq)]
enum Row {
    /// A refused start left it.
    Burned,
    /// A run, with the number of reads that still find it working.
    Run(u32),
}

/// A server that honours run ids, and refuses the first starts by its rate.
#[derive(Debug, Default)]
pub(super) struct Server {
    rows: BTreeMap<String, Row>,
    refuse: u32,
    pub(super) starts: Vec<String>,
    asked: u32,
    fails: bool,
}

impl Server {
    pub(super) fn refusing(refuse: u32) -> Self {
        Self { refuse, ..Self::default() }
    }

    fn runs(&self) -> Vec<&str> {
        let runs = self.rows.iter().filter(|(_, row)| matches!(row, Row::Run(_)));
        runs.map(|(id, _)| id.as_str()).collect()
    }

    pub(super) fn answer(&mut self, request: &http::Request<RequestBody>) -> http::Response<Bytes> {
        self.asked += 1;
        let path = request.uri().path();
        let is_v2 = path.starts_with("/api/v2/");
        let id = if request.method() == http::Method::POST {
            let headers = request.headers();
            let id = headers.get("x-execution-id").or(headers.get("x-run-id")).expect("an id");
            id.to_str().expect("text").to_owned()
        } else {
            path.rsplit('/').next().expect("an id").to_owned()
        };
        if id == "not allowed!" {
            let detail = json!({"path": "X-Execution-Id"});
            let body = json!({"error": "Invalid execution ID header", "details": [detail]});
            return told(400, &body);
        }
        let (status, body) = if request.method() == http::Method::POST {
            self.start(&id, is_v2)
        } else {
            self.read(&id, is_v2)
        };
        told(status, &body)
    }

    fn start(&mut self, id: &str, is_v2: bool) -> (u16, Value) {
        self.starts.push(id.to_owned());
        if self.rows.contains_key(id) {
            let details = json!({"code": "RUN_ID_CONFLICT", "runId": id});
            return refusal(409, "used", "EXECUTION_ID_CONFLICT", id, &details, is_v2);
        }
        if self.refuse > 0 {
            self.refuse -= 1;
            self.rows.insert(id.to_owned(), Row::Burned);
            let details = json!({"code": "RATE_LIMIT_EXCEEDED"});
            let words = "Rate limit exceeded. Please try again later.";
            return refusal(429, words, "", id, &details, is_v2);
        }
        self.rows.insert(id.to_owned(), Row::Run(1));
        if is_v2 {
            return (202, json!({"data": {"runId": id, "statusUrl": "https://elsewhere.test"}}));
        }
        let job = format!("workflow-execution:{id}");
        (202, json!({"success": true, "jobId": job, "executionId": id}))
    }

    fn read(&mut self, id: &str, is_v2: bool) -> (u16, Value) {
        let fails = self.fails;
        let row = match self.rows.get_mut(id) {
            None if is_v2 => {
                return (404, json!({"error": {"code": "NOT_FOUND", "message": "Run not found"}}));
            }
            None => return (404, json!({"error": "Execution not found"})),
            Some(Row::Burned) => row("failed", id, 1, 0.0, Some("Rate limit exceeded."), is_v2),
            Some(Row::Run(0)) if fails => row("failed", id, 90, 0.005, Some("Boom"), is_v2),
            Some(Row::Run(0)) => row("completed", id, 90, 0.005, None, is_v2),
            Some(Row::Run(left)) => {
                *left -= 1;
                row("running", id, 90, 0.0, None, is_v2)
            }
        };
        (200, row)
    }
}

pub(super) fn told(status: u16, body: &Value) -> http::Response<Bytes> {
    let answer = http::Response::builder()
        .status(status)
        .header("x-request-id", "0a1b2c3d")
        .header("date", "Mon, 23 Nov 2026 18:00:00 GMT");
    answer.body(Bytes::from(body.to_string())).expect("an answer")
}

fn refusal(
    status: u16,
    words: &str,
    code: &str,
    id: &str,
    details: &Value,
    is_v2: bool,
) -> (u16, Value) {
    if is_v2 {
        let kind = if status == 429 { "RATE_LIMITED" } else { "CONFLICT" };
        return (status, json!({"error": {"code": kind, "message": words, "details": details}}));
    }
    let mut body = json!({"error": words});
    if !code.is_empty() {
        body["code"] = code.into();
        body["executionId"] = id.into();
    }
    (status, body)
}

fn row(status: &str, id: &str, ms: u32, cost: f64, error: Option<&str>, is_v2: bool) -> Value {
    let output = if status == "completed" { json!({"run": id}) } else { Value::Null };
    if is_v2 {
        let error = error.map(|error| json!({"message": error, "code": "EXECUTION_FAILED"}));
        return json!({"data": {
            "runId": id, "workflowId": "wf", "status": status, "durationMs": ms, "cost": {"total": cost},
            "error": error, "output": output,
        }});
    }
    json!({
        "executionId": id, "workflowId": "wf", "status": status, "totalDurationMs": ms, "cost": {"total": cost},
        "error": error, "finalOutput": output,
    })
}

fn input() -> Value {
    json!({"n": 1})
}

fn execute() -> ExecuteWorkflow {
    ExecuteWorkflow::new("wf").input(input())
}

/// Makes a handle as a client does: it asks first what the server promises.
pub(super) fn new_handle(api: &Api, server: &mut Server) -> RunHandle {
    let mut question = api.ask_claims().expect("a request").expect("nothing is known yet");
    loop {
        match question.receive(Ok(server.answer(&question.request())), Duration::ZERO) {
            Step::Again(_) => {}
            Step::Done(claims) => {
                claims.expect("an answer");
                return api.new_handle(&execute()).expect("a handle");
            }
        }
    }
}

pub(super) fn durable(api: &Api, handle: &RunHandle) -> Durable {
    api.durable(handle.clone(), execute().once()).expect("an exchange")
}

pub(super) fn restored(stored: &str) -> RunHandle {
    serde_json::from_str(stored).expect("a handle")
}

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Fault {
    LoseRequest,
    LoseAnswer,
    /// The program ends before the request is sent.
    CrashBefore,
    /// The program ends after the server has acted.
    CrashAfter,
}

const FAULTS: [Fault; 4] =
    [Fault::LoseRequest, Fault::LoseAnswer, Fault::CrashBefore, Fault::CrashAfter];

/// Drives a durable run to its end, with faults at some of its requests. A program that crashed comes back with what
/// it had stored before the first of them.
pub(super) fn play(
    generation: Generation,
    server: &mut Server,
    faults: &[(u32, Fault)],
) -> Result<WorkflowExecutionResult, Error> {
    let api = speaking(generation);
    let handle = new_handle(&api, server);
    let stored = serde_json::to_string(&handle).expect("text");
    let mut exchange = durable(&api, &handle);
    let (mut now, mut count) = (Duration::ZERO, 0);
    loop {
        let fault = faults.iter().find(|(at, _)| *at == count).map(|(_, fault)| *fault);
        count += 1;
        assert!(count < 200, "it goes on: {server:?}");
        let request = exchange.request();
        let lost = || Err(TransportError::new(Kind::Closed, Phase::Sent));
        let outcome: Outcome = match fault {
            Some(Fault::CrashBefore) => {
                (exchange, now) =
                    (durable(&speaking(generation), &restored(&stored)), Duration::ZERO);
                continue;
            }
            Some(Fault::CrashAfter) => {
                server.answer(&request);
                (exchange, now) =
                    (durable(&speaking(generation), &restored(&stored)), Duration::ZERO);
                continue;
            }
            Some(Fault::LoseRequest) => lost(),
            Some(Fault::LoseAnswer) => {
                server.answer(&request);
                lost()
            }
            None => Ok(server.answer(&request)),
        };
        match exchange.receive(outcome, now) {
            Step::Again(delay) => now += delay,
            Step::Done(result) => return result,
        }
    }
}

fn assert_one_run(server: &Server, result: Result<WorkflowExecutionResult, Error>, why: &str) {
    let result = result.unwrap_or_else(|error| panic!("{why}: {error:?} {server:?}"));
    let runs = server.runs();
    assert_eq!(runs.len(), 1, "{why}: {server:?}");
    assert_eq!(result.status, RunStatus::Completed, "{why}: {server:?}");
    assert_eq!(result.output["run"], runs[0], "{why}: the result of its own run");
}

#[test]
fn a_run_ends_once_whatever_is_refused_lost_or_crashes() {
    for generation in [Generation::V1, Generation::Auto] {
        for refuse in 0..3 {
            for first in 0..7 {
                for second in first..7 {
                    for one in FAULTS {
                        for two in FAULTS {
                            let faults = [(first, one), (second + 1, two)];
                            let mut server = Server::refusing(refuse);
                            let result = play(generation, &mut server, &faults);
                            let why = format!("{generation:?}, {refuse} refusals, {faults:?}");
                            assert_one_run(&server, result, &why);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn a_handle_that_is_new_starts_at_once_and_one_that_came_back_looks_first() {
    for (faults, first) in [(vec![], true), (vec![(0, Fault::CrashBefore)], false)] {
        let mut server = Server::default();
        let asked = {
            let api = speaking(Generation::V2);
            let mut probe = Server::default();
            new_handle(&api, &mut probe);
            probe.asked
        };
        play(Generation::V2, &mut server, &faults).expect("a result");
        let reads = server.asked - asked - u32::try_from(server.starts.len()).expect("a few");
        assert_eq!(reads, if first { 2 } else { 3 }, "two looks of the wait");
    }
}

#[test]
fn two_programs_with_one_handle_make_one_run() {
    for refuse in 0..4 {
        let mut server = Server::refusing(refuse);
        let api = speaking(Generation::V2);
        let handle = new_handle(&api, &mut server);
        let stored = serde_json::to_string(&handle).expect("text");
        let other = speaking(Generation::V2);
        let first = Some(Box::new(durable(&api, &handle)));
        let mut both = [first, Some(Box::new(durable(&other, &restored(&stored))))];
        let (mut now, mut ended) = ([Duration::ZERO; 2], Vec::new());
        while ended.len() < 2 {
            let at = usize::from(both[0].is_none() || both[1].is_some() && now[1] < now[0]);
            let exchange = both[at].as_mut().expect("one that is not over");
            let answer = server.answer(&exchange.request());
            match exchange.receive(Ok(answer), now[at]) {
                Step::Again(delay) => now[at] += delay,
                Step::Done(result) => {
                    ended.push(result.expect("a result").run_id);
                    both[at] = None;
                }
            }
        }
        assert_eq!(server.runs().len(), 1, "{server:?}");
        assert_eq!(ended[0], ended[1]);
    }
}

#[test]
fn a_run_that_failed_is_a_result_and_not_started_again() {
    for generation in [Generation::V1, Generation::V2] {
        for faults in [vec![], vec![(1, Fault::CrashAfter)], vec![(2, Fault::CrashBefore)]] {
            let mut server = Server { fails: true, ..Server::refusing(1) };
            let result = play(generation, &mut server, &faults).expect("a result");
            assert_eq!((result.status, server.runs().len()), (RunStatus::Failed, 1));
        }
    }
}

#[test]
fn a_handle_knows_its_input_again() {
    let api = speaking(Generation::V2);
    let mut server = Server::default();
    let handle = new_handle(&api, &mut server);
    let stored = serde_json::to_string(&handle).expect("text");
    let handle = restored(&stored);
    let with = |input: Value| {
        api.durable(handle.clone(), ExecuteWorkflow::new("wf").input(input).once()).map(drop)
    };
    assert!(with(input()).is_ok());
    for other in [json!({"n": 2}), json!({}), json!(null), json!("n"), json!({"n": 1, "m": 1})] {
        let error = with(other).expect_err("another input");
        assert_eq!((error.kind(), error.attempts()), (&ErrorKind::Request, 0));
        assert!(error.message().contains("another input"), "{error}");
    }
    let elsewhere = ExecuteWorkflow::new("other").input(input()).once();
    assert!(api.durable(handle, elsewhere).is_err(), "another workflow");
}

#[test]
fn an_unproven_handle_allows_one_start_and_no_other_later() {
    let api = speaking(Generation::V1);
    let handle = api.new_handle(&execute()).expect("a handle");
    assert!(!handle.claims_proven && handle.generation.is_none());
    let stored = serde_json::to_string(&handle).expect("text");
    // The server honours ids by now; that says nothing about what was sent before.
    let mut exchange = durable(&api, &restored(&stored));
    let mut server = Server::default();
    let answer = server.answer(&exchange.request());
    let Step::Done(result) = exchange.receive(Ok(answer), Duration::ZERO) else {
        panic!("it goes on")
    };
    let error = result.expect_err("nobody knows");
    assert!(error.is_ambiguous() && server.starts.is_empty(), "{error}");
    assert!(error.message().contains("under another id"), "{error}");
    assert_eq!(error.handle(), Some(&handle));
    let mut server = Server::default();
    let mut first = durable(&api, &handle);
    while server.starts.is_empty() {
        let answer = server.answer(&first.request());
        assert!(matches!(first.receive(Ok(answer), Duration::ZERO), Step::Again(_)));
    }
    // The same handle again, in the same program: it looks.
    let again = durable(&api, &handle);
    assert_eq!(again.request().method(), http::Method::GET);
}

#[test]
fn a_limit_that_never_ends_ends_the_call_and_keeps_the_handle() {
    let mut server = Server::refusing(u32::MAX);
    let error = play(Generation::V2, &mut server, &[]).expect_err("it is refused");
    assert!(error.is_rate_limited(), "{error}");
    assert!(error.handle().is_some_and(|handle| handle.claims_proven));
    assert!(server.starts.len() > 10, "for a quarter of an hour: {}", server.starts.len());
}
