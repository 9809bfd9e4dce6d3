//! A server whose answers are scripted, and what was asked of it.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use sim_core::transport::{
    Exchange, Outcome, Phase, RequestBody, Step, TransportError, TransportErrorKind as Kind,
};
use sim_core::{Error, ErrorKind, Generation, RunId, RunStatus, Timeouts, WorkflowExecutionResult};

use super::v2;

/// What a request is for, and the id that it names.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Asked {
    /// Whether run ids of callers are honoured.
    Probe(String),
    Start(String),
    Answer(String),
    Look(String),
    Output(String),
    Job(String),
    /// The detail of a pause, which only the first generation has.
    Detail(String),
    /// The log of a run, which only the second generation has.
    Log(String),
}

fn asked(request: &http::Request<RequestBody>) -> Asked {
    let target = request.uri().path();
    let last = target.rsplit('/').next().unwrap_or_default().to_owned();
    if let Some(run) = answered(target) {
        return Asked::Answer(run.to_owned());
    }
    if request.method() == http::Method::POST {
        let headers = request.headers();
        let id = headers.get("x-execution-id").or(headers.get("x-run-id")).expect("an id");
        let id = id.to_str().expect("text");
        if id == "not allowed!" {
            return Asked::Probe(id.to_owned());
        }
        return Asked::Start(id.to_owned());
    }
    let is_of = |what: &str| target.contains(what);
    match request.uri().query() {
        _ if is_of("/jobs/") => Asked::Job(last),
        _ if is_of("/paused/") => Asked::Detail(last),
        _ if is_of("/v2/logs/") => Asked::Log(last),
        Some("includeOutput=true") => Asked::Output(last),
        _ => Asked::Look(last),
    }
}

/// The run whose pause a request answers.
fn answered(target: &str) -> Option<&str> {
    match target.split('/').collect::<Vec<_>>()[..] {
        [_, "api", "resume", _, run, _]
        | [_, "api", "v2", "workflows", _, "runs", run, "resume"] => Some(run),
        _ => None,
    }
}

/// How the server answers a request, given the id that it names.
pub(crate) type Answer = Box<dyn Fn(&str) -> Outcome>;

pub(crate) fn says(status: u16, body: impl Fn(&str) -> String + 'static) -> Answer {
    says_with(status, "x-none", "", body)
}

pub(crate) fn says_with(
    status: u16,
    header: &'static str,
    value: &'static str,
    body: impl Fn(&str) -> String + 'static,
) -> Answer {
    Box::new(move |id| {
        let response = http::Response::builder()
            .status(status)
            .header("date", "Mon, 23 Nov 2026 18:00:00 GMT")
            .header(header, value);
        Ok(response.body(Bytes::from(body(id))).expect("a response"))
    })
}

pub(crate) fn breaks(kind: Kind, phase: Phase) -> Answer {
    Box::new(move |_| Err(TransportError::new(kind, phase)))
}

pub(crate) fn lost() -> Answer {
    breaks(Kind::Closed, Phase::Sent)
}
pub(crate) fn never() -> Answer {
    breaks(Kind::Connect, Phase::NotSent)
}
pub(crate) fn receipt() -> Answer {
    says(202, |id| {
        json!({"success": true, "jobId": format!("j:{id}"), "executionId": id}).to_string()
    })
}
pub(crate) fn is(status: &'static str) -> Answer {
    says(200, move |id| {
        json!({"executionId": id, "workflowId": "wf", "status": status}).to_string()
    })
}
pub(crate) fn output() -> Answer {
    says(200, |id| {
        json!({"executionId": id, "workflowId": "wf", "status": "completed", "finalOutput": {"run": id}}).to_string()
    })
}
/// A server that honours run ids answers a probe.
pub(crate) fn rejects_the_id() -> Answer {
    says(400, |_| {
        let details = json!([{"path": "X-Execution-Id", "message": "m"}]);
        json!({"error": "Invalid execution ID header", "details": details}).to_string()
    })
}
/// A server that ignores run ids answers a probe.
pub(crate) fn no_such_workflow() -> Answer {
    says(404, |_| json!({"error": "Workflow not found"}).to_string())
}
/// The row that the refusal of a rate limit leaves behind.
pub(crate) fn burned() -> Answer {
    says(200, |id| {
        let row = json!({
            "executionId": id, "workflowId": "wf", "status": "failed", "totalDurationMs": 1,
            "cost": {"total": 0}, "error": "Rate limit exceeded. 0 requests remaining.", "finalOutput": null,
        });
        row.to_string()
    })
}
/// What a synchronous start and its look are answered by a rate limit: only the row proves that nothing started.
pub(crate) fn refused_by_rate(generation: Generation) -> Vec<Answer> {
    if generation == Generation::V1 { vec![spent(), burned()] } else { vec![spent()] }
}
/// The same of the admission gate, which leaves no row.
pub(crate) fn refused_by_gate(generation: Generation) -> Vec<Answer> {
    let looks = if generation == Generation::V1 { 5 } else { 0 };
    std::iter::once(gate()).chain((0..looks).map(|_| no_such_run())).collect()
}
/// A whole run that completed, under the id that was sent.
pub(crate) fn ended() -> Answer {
    ended_as(|id| Some(id.to_owned()))
}
pub(crate) fn ended_as(name: fn(&str) -> Option<String>) -> Answer {
    says(200, move |id| {
        let at = "2026-11-23T18:00:00Z";
        let metadata = json!({"duration": 3, "startTime": at, "endTime": at});
        let run = json!({"success": true, "output": {"run": id}, "metadata": metadata});
        let mut run = run.as_object().cloned().expect("an object");
        run.extend(name(id).map(|id| ("executionId".to_owned(), json!(id))));
        json!(run).to_string()
    })
}
pub(crate) fn conflict() -> Answer {
    says(409, |id| {
        json!({"error": "used", "code": "EXECUTION_ID_CONFLICT", "executionId": id}).to_string()
    })
}
pub(crate) fn no_such_run() -> Answer {
    says(404, |_| json!({"error": "Execution not found"}).to_string())
}
pub(crate) fn no_such_address() -> Answer {
    says(404, |_| "<html>".to_owned())
}
pub(crate) fn spent() -> Answer {
    says(429, |_| json!({"error": "Rate limit exceeded. Please try again later."}).to_string())
}
pub(crate) fn gate() -> Answer {
    says(429, |_| {
        json!({"error": "Too many requests", "code": "ADMISSION_GATE_CAPACITY"}).to_string()
    })
}

/// The detail of a pause.
pub(crate) fn detail(status: &'static str, points: impl IntoIterator<Item = Value>) -> Answer {
    let points: Value = points.into_iter().collect();
    says(200, move |id| {
        json!({
            "id": "row", "workflowId": "wf", "executionId": id, "status": status, "triggerIds": [],
            "pausePoints": points, "executionSnapshot": {"snapshot": "{}"}, "queue": [],
        })
        .to_string()
    })
}
/// A place of a pause, with its latest answer or `null`.
pub(crate) fn point(context: &str, state: &str, entry: impl Into<Value>) -> Value {
    let entry: Value = entry.into();
    json!({
        "contextId": context, "blockId": context, "resumeStatus": state, "snapshotReady": true, "pauseKind": "human",
        "latestResumeEntry": entry,
        "response": {"data": {
            "operation": "human", "inputFormat": [{"name": "approved", "type": "boolean"}],
            "_resume": {"contextId": context, "executionId": "run-1", "workflowId": "wf"},
        }},
    })
}
/// An answer that a place received.
pub(crate) fn entry(status: &str, input: impl Into<Value>) -> Value {
    let input: Value = input.into();
    json!({
        "id": "entry", "parentExecutionId": "run-1", "newExecutionId": "attempt", "resumeInput": input,
        "status": status, "failureReason": if status == "failed" { json!("Boom: it broke") } else { Value::Null },
    })
}
pub(crate) fn no_detail() -> Answer {
    says(404, |_| json!({"error": "Paused execution not found"}).to_string())
}

pub(crate) struct Played {
    pub(crate) asked: Vec<Asked>,
    pub(crate) requests: Vec<http::Request<RequestBody>>,
    /// The limits of each of them.
    pub(crate) limits: Vec<Timeouts>,
    pub(crate) waits: Vec<Duration>,
    pub(crate) result: Result<WorkflowExecutionResult, Error>,
}

impl Played {
    /// The ids under which a start was asked for.
    pub(crate) fn starts(&self) -> Vec<&str> {
        self.asked
            .iter()
            .filter_map(|asked| if let Asked::Start(id) = asked { Some(&**id) } else { None })
            .collect()
    }

    /// The generation of each request that both generations have, or that only the first has for a run.
    pub(crate) fn generations(&self) -> Vec<u8> {
        let both = self.requests.iter().zip(&self.asked);
        let both = both.filter(|(_, asked)| !matches!(asked, Asked::Detail(_) | Asked::Log(_)));
        both.map(|(request, _)| if is_second(request) { 2 } else { 1 }).collect()
    }

    /// The kinds of requests: `P`robe, `S`tart, `A`nswer, `L`ook, `O`utput, `J`ob, `D`etail, lo`G`.
    pub(crate) fn shape(&self) -> String {
        let letter = |asked: &Asked| match asked {
            Asked::Probe(_) => 'P',
            Asked::Start(_) => 'S',
            Asked::Answer(_) => 'A',
            Asked::Look(_) => 'L',
            Asked::Output(_) => 'O',
            Asked::Job(_) => 'J',
            Asked::Detail(_) => 'D',
            Asked::Log(_) => 'G',
        };
        self.asked.iter().map(letter).collect()
    }

    /// Asserts that the call ended with the result of the run that was started last.
    pub(crate) fn assert_result(&self) {
        let result =
            self.result.as_ref().unwrap_or_else(|error| panic!("{} {error:?}", self.shape()));
        assert_eq!(result.status, RunStatus::Completed);
        assert_eq!(result.output["run"].as_str(), self.starts().last().copied());
        assert_eq!(result.sent_id.as_ref().map(RunId::as_str), self.starts().last().copied());
    }

    /// What came of it, in the words that are the same in both generations.
    pub(crate) fn outcome(&self) -> Result<(RunStatus, Value), (ErrorKind, &str)> {
        match &self.result {
            Ok(result) => Ok((result.status.clone(), result.output.clone())),
            Err(error) => Err((error.kind().clone(), error.code())),
        }
    }

    pub(crate) fn error(&self) -> &Error {
        self.result.as_ref().err().unwrap_or_else(|| panic!("{} has a result", self.shape()))
    }
}

fn is_second(request: &http::Request<RequestBody>) -> bool {
    request.uri().path().starts_with("/api/v2/")
}

pub(crate) fn drive(
    exchange: impl Exchange<Output = WorkflowExecutionResult>,
    script: &[Answer],
) -> Played {
    let mut script = script.iter();
    drive_by(exchange, |_| script.next())
}

/// Drives an exchange with the answer that `server` has for each request.
pub(crate) fn drive_by<A: Fn(&str) -> Outcome>(
    mut exchange: impl Exchange<Output = WorkflowExecutionResult>,
    mut server: impl FnMut(&Asked) -> Option<A>,
) -> Played {
    let (mut list, mut waits, mut now) = (Vec::new(), Vec::new(), Duration::ZERO);
    let (mut requests, mut limits) = (Vec::new(), Vec::new());
    loop {
        let request = exchange.request();
        let named = asked(&request);
        let Some(answer) = server(&named) else { panic!("it goes on after {list:?} {waits:?}") };
        let (Asked::Probe(id)
        | Asked::Start(id)
        | Asked::Answer(id)
        | Asked::Look(id)
        | Asked::Output(id)
        | Asked::Job(id)
        | Asked::Detail(id)
        | Asked::Log(id)) = &named;
        let outcome = if is_second(&request) { v2::told(answer(id)) } else { answer(id) };
        list.push(named);
        requests.push(request);
        limits.push(exchange.timeouts());
        match exchange.receive(outcome, now) {
            Step::Done(result) => return Played { asked: list, requests, limits, waits, result },
            Step::Again(wait) => {
                now += wait;
                waits.push(wait);
            }
        }
    }
}
