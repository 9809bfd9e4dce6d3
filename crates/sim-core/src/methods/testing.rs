//! Clients over a script, for the tests of programs: they open no socket, and their time passes at once. Programs use
//! them; nothing of the SDK depends on them.

use std::collections::VecDeque;
use std::fmt;
use std::io::Read as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use crate::client::{Api, ready, ready_async};
use crate::error::{Error, Result};
use crate::exchange::{BodyPlan, Exchange, Step};
use crate::operation::{Endpoint, StreamEndpoint};
use crate::stream::{EventBuffer, RunEvent, RunEvents};
use crate::wire::{CancelToken, Outcome, Phase, RequestBody, TransportError, TransportErrorKind};

/// Declares a client over a script, blocking or async.
macro_rules! scripted {
    ($(#[$doc:meta])* $name:ident, $ready:ident $(, $async:ident $await:ident)?) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name {
            api: Api,
            script: Script,
        }

        impl $name {
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
                Self { api, script: Script::default() }
            }

            /// Adds an answer of JSON to the script.
            ///
            /// # Panics
            /// If `status` is no HTTP status.
            pub fn answer(&self, status: u16, body: impl Into<Value>) -> &Self {
                self.outcome(Ok(json(status, &body.into())))
            }

            /// Adds an answer that streams these events, each the JSON of one frame. A stream without a final event is
            /// one that was cut.
            pub fn stream_of<V: Into<Value>>(&self, events: impl IntoIterator<Item = V>) -> &Self {
                self.outcome(Ok(frames(events.into_iter().map(Into::into))))
            }

            /// Adds a failure of the connection to the script. [`Phase::Sent`] loses the answer of a request that
            /// arrived.
            pub fn fail(&self, kind: TransportErrorKind, phase: Phase) -> &Self {
                self.outcome(Err(TransportError::new(kind, phase)))
            }

            /// Adds any outcome of a request to the script.
            pub fn outcome(&self, outcome: Outcome) -> &Self {
                self.script.lock().answers.push_back(outcome);
                self
            }

            /// Returns the requests that were sent so far.
            pub fn requests(&self) -> Vec<http::Request<Bytes>> {
                self.script.lock().requests.clone()
            }

            /// Returns how many answers of the script nobody has needed yet.
            pub fn left(&self) -> usize {
                self.script.lock().answers.len()
            }

            /// Returns how much time the waits have taken.
            pub fn elapsed(&self) -> Duration {
                self.script.lock().elapsed
            }

            /// Returns the core of this client.
            pub fn api(&self) -> &Api {
                &self.api
            }

            /// Makes a call and returns its result.
            ///
            /// # Errors
            /// The errors of the call.
            pub $($async)? fn call<E: Endpoint>(&self, endpoint: E) -> Result<E::Output> {
                self.drive(self.api.call(endpoint)?) $(.$await)?
            }

            /// Drives a conversation of the core to its end: `client.drive(client.api().once(plan)?)`.
            ///
            /// # Errors
            /// The errors of the conversation.
            pub $($async)? fn drive<X: Exchange>(&self, exchange: X) -> Result<X::Output> {
                self.drive_to_body(exchange) $(.$await)? .map(|(output, _)| output)
            }

            /// Starts a streamed run and returns all its events. The last one is its outcome.
            ///
            /// # Errors
            /// If the stream did not start.
            pub $($async)? fn stream<E: StreamEndpoint>(
                &self,
                endpoint: E,
            ) -> Result<Vec<Result<RunEvent<'static>>>> {
                let opening = self.api.stream(endpoint)?;
                let (events, body) = self.drive_to_body(opening) $(.$await)? ?;
                Ok(events_of(events, body))
            }

            $($async)? fn drive_to_body<X: Exchange>(
                &self,
                mut exchange: X,
            ) -> Result<(X::Output, Bytes)> {
                loop {
                    let outcome = match not_cancelled(&exchange) {
                        Ok(()) => $ready(exchange.request()) $(.$await)?,
                        Err(error) => Err(error),
                    };
                    let outcome = outcome.and_then(|request| self.script.send(request));
                    let (step, body) = self.script.received(&mut exchange, outcome);
                    if let Step::Done(result) = step {
                        return result.map(|output| (output, body));
                    }
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).field("api", &self.api).finish_non_exhaustive()
            }
        }
    };
}

scripted! {
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
    Scripted, ready
}

scripted! {
    /// An async client whose answers are a script: [`Scripted`], for code that awaits its calls.
    ///
    /// It needs no runtime, and its calls wait for nothing but an async provider of credentials.
    ///
    /// ```
    /// use serde_json::json;
    /// use sim_core::ExecuteWorkflow;
    /// use sim_core::testing::ScriptedAsync;
    ///
    /// async fn greets() -> sim_core::Result<()> {
    ///     let client = ScriptedAsync::new();
    ///     client.answer(200, json!({"data": {"runId": "r", "status": "completed", "output": "hello"}}));
    ///     assert_eq!(client.call(ExecuteWorkflow::new("greet")).await?.output, "hello");
    ///     Ok(())
    /// }
    /// # drop(greets());
    /// ```
    ScriptedAsync, ready_async, async await
}

/// The script of a client. Clones share it.
#[derive(Clone, Default)]
struct Script(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    answers: VecDeque<Outcome>,
    requests: Vec<http::Request<Bytes>>,
    elapsed: Duration,
}

impl Script {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of a request, and returns the next outcome.
    fn send(&self, request: http::Request<RequestBody>) -> Outcome {
        let (head, body) = request.into_parts();
        let mut content = Vec::new();
        body.into_reader().read_to_end(&mut content).map_err(|why| {
            TransportError::new(TransportErrorKind::Source, Phase::Sent).with_source(why)
        })?;
        let what = format!("{} {}", head.method, head.uri.path());
        let mut script = self.lock();
        script.requests.push(http::Request::from_parts(head, content.into()));
        script.answers.pop_front().unwrap_or_else(|| {
            let why = Error::request(format!("the script has no answer for {what}"));
            Err(TransportError::new(TransportErrorKind::Other, Phase::NotSent).with_source(why))
        })
    }

    /// Hands an outcome to the exchange. Returns what it does next, and the body that it left to the caller.
    fn received<X: Exchange>(
        &self,
        exchange: &mut X,
        outcome: Outcome,
    ) -> (Step<X::Output>, Bytes) {
        let mut body = Bytes::new();
        let outcome = outcome.map(|answer| {
            let (head, whole) = answer.into_parts();
            match exchange.plan(&head) {
                BodyPlan::Read { .. } => http::Response::from_parts(head, whole),
                BodyPlan::HandOver => {
                    body = whole;
                    http::Response::from_parts(head, Bytes::new())
                }
            }
        });
        let elapsed = self.lock().elapsed;
        let step = exchange.receive(outcome, elapsed);
        if let Step::Again(delay) = &step {
            self.lock().elapsed += *delay;
        }
        (step, body)
    }
}

fn not_cancelled<X: Exchange>(exchange: &X) -> Result<(), TransportError> {
    if exchange.cancel_token().is_some_and(CancelToken::is_cancelled) {
        return Err(TransportError::new(TransportErrorKind::Cancelled, Phase::NotSent));
    }
    Ok(())
}

fn json(status: u16, body: &Value) -> http::Response<Bytes> {
    let answer = http::Response::builder().status(status).header(CONTENT_TYPE, "application/json");
    answer.body(Bytes::from(body.to_string())).expect("a status is 100 to 999")
}

fn frames(events: impl Iterator<Item = Value>) -> http::Response<Bytes> {
    let frames = events.map(|event| format!("data: {event}\n\n"));
    let mut answer = http::Response::new(Bytes::from(frames.collect::<String>()));
    let kind = http::HeaderValue::from_static("text/event-stream");
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}

fn events_of(events: RunEvents, body: Bytes) -> Vec<Result<RunEvent<'static>>> {
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
    shown
}
