//! A client over a script, for the tests of programs: it opens no socket, and its time passes at once. Programs use it;
//! nothing of the SDK depends on it.

use std::collections::VecDeque;
use std::fmt;
use std::io::Read as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use crate::client::{Api, ready};
use crate::error::{Error, Result};
use crate::exchange::{BodyPlan, Exchange, Step};
use crate::operation::{Endpoint, StreamEndpoint};
use crate::stream::{EventBuffer, RunEvent};
use crate::wire::{CancelToken, Outcome, Phase, TransportError, TransportErrorKind};

/// A blocking client whose answers are a script, in the order in which they are needed.
///
/// It has every rule of a real client: retries, limits of the server, lost answers, the events of streams. Waits end at
/// once, in simulated time. A request without an answer in the script fails with an error that names it.
///
/// ```
/// use serde_json::json;
/// use sim_core::testing::Scripted;
/// use sim_core::{ExecuteWorkflow, RunStatus};
///
/// let client = Scripted::new();
/// client.answer(200, json!({"data": {"runId": "r", "status": "completed", "output": {"hello": "Ann"}}}));
/// let result = client.call(ExecuteWorkflow::new("greet").input(json!({"name": "Ann"})))?;
/// assert_eq!((result.status, &result.output["hello"]), (RunStatus::Completed, &json!("Ann")));
/// assert_eq!(client.requests()[0].uri().path(), "/api/v2/workflows/greet/execute");
/// # Ok::<(), sim_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Scripted {
    api: Api,
    script: Arc<Mutex<Script>>,
}

#[derive(Default)]
struct Script {
    answers: VecDeque<Outcome>,
    requests: Vec<http::Request<Bytes>>,
    elapsed: Duration,
}

impl Scripted {
    /// Creates a client with default settings, a key, and an empty script.
    ///
    /// # Panics
    /// Never: the settings are good.
    pub fn new() -> Self {
        let api = Api::builder([0; 32]).api_key("sk-sim-test").base_url("http://localhost");
        Self::with_api(api.build().expect("the settings are good"))
    }

    /// Creates a client from a core with settings of your own, which you build with [`Api::builder`].
    pub fn with_api(api: Api) -> Self {
        Self { api, script: Arc::default() }
    }

    /// Adds an answer of JSON to the script.
    ///
    /// # Panics
    /// If `status` is no HTTP status.
    pub fn answer(&self, status: u16, body: impl Into<Value>) -> &Self {
        let body = Bytes::from(body.into().to_string());
        let answer =
            http::Response::builder().status(status).header(CONTENT_TYPE, "application/json");
        self.outcome(Ok(answer.body(body).expect("a status is 100 to 999")))
    }

    /// Adds an answer that streams these events, each the JSON of one frame. A stream without a final event is one that
    /// was cut.
    pub fn stream_of<V: Into<Value>>(&self, events: impl IntoIterator<Item = V>) -> &Self {
        let frames = events.into_iter().map(|event| format!("data: {}\n\n", event.into()));
        let mut answer = http::Response::new(Bytes::from(frames.collect::<String>()));
        let kind = http::HeaderValue::from_static("text/event-stream");
        answer.headers_mut().insert(CONTENT_TYPE, kind);
        self.outcome(Ok(answer))
    }

    /// Adds a failure of the connection to the script. [`Phase::Sent`] loses the answer of a request that arrived.
    pub fn fail(&self, kind: TransportErrorKind, phase: Phase) -> &Self {
        self.outcome(Err(TransportError::new(kind, phase)))
    }

    /// Adds any outcome of a request to the script.
    pub fn outcome(&self, outcome: Outcome) -> &Self {
        self.script().answers.push_back(outcome);
        self
    }

    /// Returns the requests that were sent so far.
    pub fn requests(&self) -> Vec<http::Request<Bytes>> {
        self.script().requests.clone()
    }

    /// Returns how many answers of the script nobody has needed yet.
    pub fn left(&self) -> usize {
        self.script().answers.len()
    }

    /// Returns how much time the waits have taken.
    pub fn elapsed(&self) -> Duration {
        self.script().elapsed
    }

    /// Returns the core of this client.
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// Makes a call and returns its result.
    ///
    /// # Errors
    /// The errors of the call.
    pub fn call<E: Endpoint>(&self, endpoint: E) -> Result<E::Output> {
        self.drive(self.api.call(endpoint)?)
    }

    /// Drives a conversation of the core to its end: `client.drive(client.api().once(plan)?)`.
    ///
    /// # Errors
    /// The errors of the conversation.
    pub fn drive<X: Exchange>(&self, exchange: X) -> Result<X::Output> {
        self.drive_to_body(exchange).map(|(output, _)| output)
    }

    /// Starts a streamed run and returns all its events. The last one is its outcome.
    ///
    /// # Errors
    /// If the stream did not start.
    pub fn stream<E: StreamEndpoint>(&self, endpoint: E) -> Result<Vec<Result<RunEvent<'static>>>> {
        let (events, body) = self.drive_to_body(self.api.stream(endpoint)?)?;
        let mut buffer = EventBuffer::new(events, Bytes::new());
        let mut shown = Vec::new();
        for piece in [Ok(Some(body)), Ok(None)] {
            let go_on = buffer.read(piece, |event| {
                shown.push(event.map(RunEvent::into_owned));
                true
            });
            if !go_on {
                break;
            }
        }
        Ok(shown)
    }

    fn drive_to_body<X: Exchange>(&self, mut exchange: X) -> Result<(X::Output, Bytes)> {
        loop {
            let mut body = Bytes::new();
            let outcome = self.send(&exchange).map(|answer| {
                let (head, whole) = answer.into_parts();
                match exchange.plan(&head) {
                    BodyPlan::Read { .. } => http::Response::from_parts(head, whole),
                    BodyPlan::HandOver => {
                        body = whole;
                        http::Response::from_parts(head, Bytes::new())
                    }
                }
            });
            let elapsed = self.elapsed();
            match exchange.receive(outcome, elapsed) {
                Step::Done(result) => return result.map(|output| (output, body)),
                Step::Again(delay) => self.script().elapsed += delay,
            }
        }
    }

    fn send<X: Exchange>(&self, exchange: &X) -> Outcome {
        let cancelled = exchange.cancel_token().is_some_and(CancelToken::is_cancelled);
        if cancelled {
            return Err(TransportError::new(TransportErrorKind::Cancelled, Phase::NotSent));
        }
        let (head, body) = ready(exchange.request())?.into_parts();
        let mut content = Vec::new();
        body.into_reader().read_to_end(&mut content).map_err(|why| {
            TransportError::new(TransportErrorKind::Source, Phase::Sent).with_source(why)
        })?;
        let what = format!("{} {}", head.method, head.uri.path());
        let mut script = self.script();
        script.requests.push(http::Request::from_parts(head, content.into()));
        script.answers.pop_front().unwrap_or_else(|| {
            let why = Error::request(format!("the script has no answer for {what}"));
            Err(TransportError::new(TransportErrorKind::Other, Phase::NotSent).with_source(why))
        })
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Scripted {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scripted").field("api", &self.api).finish_non_exhaustive()
    }
}
