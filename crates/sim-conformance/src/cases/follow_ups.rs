//! A call whose first answer leaves it open, and which a further request settles: one call to whoever makes it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use sim_core::operation::{Answer, FollowUp, Idempotency, Next, Reading, Route};
use sim_core::{
    Api, CallOptions, ClientBuilder, Endpoint, Error, ErrorKind, Operation, Result, TimeoutKind,
};

use super::cancels::{self, Point, cancelled};
use super::run;
use crate::script::{Reply, Script};
use crate::subject::Subject;
use crate::{secrets, tools};

sim_core::id! {
    /// The id of a probe.
    ProbeId
}

sim_core::endpoint! {
    /// Reads a probe by its id.
    ReadProbe: GET "/api/probes/{probe}" => Value,
    path { probe: ProbeId },
}

/// Makes a probe. Its answer may leave open what became of it.
#[derive(Debug, Clone, Default)]
struct MakeProbe {
    options: CallOptions,
}

impl MakeProbe {
    sim_core::call_options!();
    sim_core::output_options!();
}

impl Operation for MakeProbe {
    fn route(&self) -> Route {
        Route { method: Method::POST, path: "/api/probes" }
    }

    fn path(&self) -> Result<String> {
        Ok(self.route().path.to_owned())
    }

    fn idempotency(&self) -> Idempotency {
        Idempotency::NonIdempotent
    }

    fn options(&self) -> Option<&CallOptions> {
        Some(&self.options)
    }
}

impl Endpoint for MakeProbe {
    type Output = Value;

    fn decode(&self, answer: &Answer) -> Result<Value> {
        answer.json()
    }

    fn read(&self, answer: &Answer) -> Reading<Value> {
        match self.decode(answer) {
            Ok(probe) if probe["open"] == true => {
                Reading::Open(Box::new(Settle(ReadProbe::new(probe["id"].to_string()))))
            }
            settled => Reading::Settled(settled),
        }
    }
}

/// Reads the probe until it is there.
#[derive(Debug)]
struct Settle(ReadProbe);

impl FollowUp<Value> for Settle {
    fn operation(&self) -> &dyn Operation {
        &self.0
    }

    fn conclude(&mut self, read: Result<Answer>) -> Next<Value> {
        match read.and_then(|answer| answer.json::<Value>()) {
            Ok(probe) if probe["open"] == true => Next::Again(Duration::from_millis(1)),
            concluded => Next::Done(concluded),
        }
    }
}

/// An answer that leaves the call open.
fn open() -> Reply {
    let body = r#"{"open":true,"id":7}"#;
    let head = "HTTP/1.1 202 X\r\ncontent-type: application/json\r\nx-request-id: first";
    Reply::keep_open(format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()))
}

fn done() -> Reply {
    Reply::json(200, r#"{"n":1}"#)
}

/// What an observer is told of each attempt.
type Attempts = Arc<Mutex<Vec<(String, u32, Option<StatusCode>)>>>;

/// A core that notes its attempts.
fn observed(url: &str) -> (ClientBuilder<sim_core::transport::Bare>, Attempts) {
    let attempts = Attempts::default();
    let told = Arc::clone(&attempts);
    let builder = tools::api(url).on_attempt(move |attempt| {
        secrets::observe(attempt);
        let route = format!("{} {}", attempt.route.method, attempt.route.path);
        let told = &mut *told.lock().expect("no panic holds it");
        told.push((route, attempt.number, attempt.status));
    });
    (builder, attempts)
}

/// Makes a probe, and gives what came of it, the attempts and the requests.
#[allow(clippy::type_complexity)]
fn made<S: Subject, E: Endpoint>(
    subject: &impl Fn(Api) -> S,
    replies: Vec<Reply>,
    endpoint: E,
) -> (Result<E::Output>, Vec<(String, u32, Option<u16>)>, Vec<String>)
where
    E::Output: std::fmt::Debug,
{
    let script = Script::new(replies);
    let (builder, attempts) = observed(script.url());
    let outcome = run(subject, &builder.build().expect("a core"), endpoint);
    let attempts = attempts.lock().expect("no panic holds it").clone();
    let attempts = attempts.into_iter();
    let attempts = attempts.map(|(route, number, status)| (route, number, status.map(Into::into)));
    let seen = script.seen().into_iter();
    let seen = seen.map(|seen| format!("{} {}", seen.method(), seen.target())).collect();
    (outcome, attempts.collect(), seen)
}

const START: &str = "POST /api/probes";
const READ: &str = "GET /api/probes/7";

fn told(number: u32, status: u16) -> (String, u32, Option<u16>) {
    let route = if number == 1 { START } else { "GET /api/probes/{probe}" };
    (route.to_owned(), number, Some(status))
}

pub fn a_follow_up_settles_the_call<S: Subject>(subject: &impl Fn(Api) -> S) {
    let (outcome, attempts, seen) =
        made(subject, vec![open(), open(), done()], MakeProbe::default());
    assert_eq!(outcome.expect("it is settled"), json!({"n": 1}));
    assert_eq!(seen, [START, READ, READ]);
    assert_eq!(attempts, [told(1, 202), told(2, 202), told(3, 200)], "each under its own route");
    let (outcome, attempts, seen) = made(subject, vec![done()], MakeProbe::default());
    assert_eq!(outcome.expect("it is settled"), json!({"n": 1}));
    assert_eq!((attempts, seen), (vec![told(1, 200)], vec![START.to_owned()]));
}

pub fn a_refusal_of_the_read_is_repeated_like_any_read<S: Subject>(subject: &impl Fn(Api) -> S) {
    let busy = || {
        let head = "HTTP/1.1 429 X\r\ncontent-type: application/json\r\nretry-after: 0";
        Reply::keep_open(format!("{head}\r\ncontent-length: 2\r\n\r\n{{}}"))
    };
    let replies = vec![open(), busy(), Reply::close(""), done()];
    let (outcome, attempts, seen) = made(subject, replies, MakeProbe::default());
    assert_eq!(outcome.expect("it is settled"), json!({"n": 1}));
    assert_eq!(seen, [START, READ, READ, READ], "the start is never repeated");
    let numbers: Vec<_> = attempts.iter().map(|(_, number, _)| *number).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    let (outcome, _, seen) = made(subject, vec![open(), busy()], MakeProbe::default());
    let error = outcome.expect_err("it stays busy");
    assert_eq!((error.code(), error.attempts()), ("RATE_LIMIT_EXCEEDED", 4), "{error:?}");
    assert_eq!(seen, [START, READ, READ, READ], "as often as the policy says");
}

pub fn an_error_of_the_read_counts_every_request<S: Subject>(subject: &impl Fn(Api) -> S) {
    let missing = Reply::json(404, r#"{"error":"no such probe"}"#);
    let (outcome, attempts, seen) = made(subject, vec![open(), missing], MakeProbe::default());
    let error = outcome.expect_err("it is not there");
    assert_eq!((error.code(), error.attempts()), ("NOT_FOUND", 2), "{error:?}");
    assert_eq!(seen, [START, READ]);
    assert_eq!(attempts, [told(1, 202), told(2, 404)]);
}

/// Asserts that a call ended with a limit, whatever else its error says.
fn assert_timed_out(error: &Error) {
    let kind = match error.kind() {
        ErrorKind::Ambiguous { cause, .. } => cause,
        kind => kind,
    };
    assert_eq!(kind, &ErrorKind::Timeout(TimeoutKind::Total), "{error:?}");
}

pub fn the_limits_of_the_call_hold_for_the_read<S: Subject>(subject: &impl Fn(Api) -> S) {
    // Long enough for the first answer on a machine that has much else to do.
    let limit = Duration::from_secs(1);
    let stalled = || vec![open(), Reply::stall("")];
    let (outcome, _, seen) = made(subject, stalled(), MakeProbe::default().deadline(2 * limit));
    assert_timed_out(&outcome.expect_err("nobody answers"));
    assert_eq!(seen, [START, READ], "within the deadline there is no other");
    let (outcome, _, seen) = made(subject, stalled(), MakeProbe::default().timeout(limit));
    let error = outcome.expect_err("nobody answers");
    assert_timed_out(&error);
    assert_eq!((seen.len(), error.attempts()), (4, 4), "each attempt has the limit");
    let (outcome, _, seen) = made(subject, vec![open()], MakeProbe::default().deadline(limit));
    assert!(outcome.expect_err("it stays open").is_timeout());
    assert!(seen.len() > 2, "it is read until then");
}

pub fn the_options_of_the_call_hold_for_the_read<S: Subject>(subject: &impl Fn(Api) -> S) {
    let script = Script::new([open(), done()]);
    let core = tools::api(script.url()).build().expect("a core");
    run(subject, &core, MakeProbe::default().header("x-team", "a")).expect("it is settled");
    let teams: Vec<_> = script.seen().iter().map(|seen| seen.headers("x-team").concat()).collect();
    assert_eq!(teams, ["a", "a"]);
    let script = Script::new([open(), Reply::stall("")]);
    let core = cancels::core(script.url());
    let call = core.call(MakeProbe::default()).expect("a call");
    let arrived = || script.seen().len() == 2;
    let error = cancelled(&subject(core), call, &Point::Begun, arrived);
    assert_eq!((error.kind(), error.attempts()), (&ErrorKind::Cancelled, 2), "{error:?}");
    cancels::wait_until(|| script.left() == 1);
}

pub fn the_raw_answer_is_the_first_and_the_last<S: Subject>(subject: &impl Fn(Api) -> S) {
    let (outcome, attempts, seen) = made(subject, vec![open(), done()], MakeProbe::default().raw());
    assert_eq!(outcome.expect("an answer").body, r#"{"open":true,"id":7}"#);
    assert_eq!((attempts, seen), (vec![told(1, 202)], vec![START.to_owned()]));
}

pub fn the_metadata_is_that_of_the_first_answer<S: Subject>(subject: &impl Fn(Api) -> S) {
    let (outcome, _, seen) = made(subject, vec![open(), done()], MakeProbe::default().with_meta());
    let meta = outcome.expect("it is settled");
    assert_eq!((meta.status.as_u16(), meta.request_id.as_deref()), (202, Some("first")));
    assert_eq!(meta.output, json!({"n": 1}));
    assert_eq!(seen, [START, READ]);
}
