//! A server with a bucket of runs, and a driver of batches, both in simulated time.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng};
use serde_json::{Value, json};
use sim_core::transport::{
    Batch, BatchStep, Exchange as _, Job, Outcome, Phase, RequestBody, TransportError,
    TransportErrorKind as Kind,
};
use sim_core::{BatchRun, BatchStore, RunHandle, StoredOutcome, StoredRun};

/// How long a request takes.
const LATENCY: Duration = Duration::from_millis(5);

/// A server that starts `rate` runs in a second, and refuses more.
pub(crate) struct World {
    pub(crate) rate: u64,
    /// The share of requests whose connection breaks, before or after the server handles them.
    pub(crate) losses: f64,
    /// How long each run takes.
    pub(crate) takes: Duration,
    /// Whether the server tells what is left of its bucket.
    pub(crate) tells: bool,
    pub(crate) left: u64,
    pub(crate) filled: u64,
    /// The runs by id: when they started, and their input.
    pub(crate) runs: HashMap<String, (Duration, Value)>,
    pub(crate) burned: HashSet<String>,
    pub(crate) refused: u64,
    pub(crate) requests: u64,
    /// How many runs there were each time that somebody asked what the server claims.
    pub(crate) asked: Vec<usize>,
    pub(crate) random: StdRng,
}

impl World {
    pub(crate) fn new(rate: u64) -> Self {
        Self {
            rate,
            losses: 0.0,
            takes: Duration::from_millis(50),
            tells: true,
            left: rate,
            filled: 0,
            runs: HashMap::new(),
            burned: HashSet::new(),
            refused: 0,
            requests: 0,
            asked: Vec::new(),
            random: StdRng::seed_from_u64(26),
        }
    }

    /// Returns the number of runs of each row.
    pub(crate) fn of_rows(&self) -> BTreeMap<u64, u64> {
        let mut rows = BTreeMap::new();
        for (_, input) in self.runs.values() {
            *rows.entry(input["row"].as_u64().expect("a row")).or_default() += 1;
        }
        rows
    }

    fn send(&mut self, job: &Job, now: Duration) -> Outcome {
        self.requests += 1;
        let lost = |phase| Err(TransportError::new(Kind::Closed, phase));
        let chance = self.random.random::<f64>();
        if chance < self.losses / 2.0 {
            return lost(Phase::Sent);
        }
        let answer = self.handle(&job.request(), now);
        if chance < self.losses { lost(Phase::Sent) } else { Ok(answer) }
    }

    fn handle(
        &mut self,
        request: &http::Request<RequestBody>,
        now: Duration,
    ) -> http::Response<Bytes> {
        if now.as_secs() > self.filled {
            // Each second fills the bucket; what was left is lost.
            (self.filled, self.left) = (now.as_secs(), self.rate);
        }
        let path = request.uri().path();
        let last = path.rsplit('/').next().unwrap_or_default().to_owned();
        let id = request.headers().get("x-execution-id").map(|id| id.to_str().expect("text"));
        let (status, body) = match id {
            Some("not allowed!") => {
                self.asked.push(self.runs.len());
                let details = json!([{"path": "X-Execution-Id", "message": "m"}]);
                (400, json!({"error": "Invalid execution ID header", "details": details}))
            }
            Some(id) => self.start(id, request.body(), now),
            None if path.ends_with("/usage-limits") => (200, self.usage()),
            None => self.run(&last, now),
        };
        let second = now.as_secs();
        let date = format!("Mon, 23 Nov 2026 18:{:02}:{:02} GMT", second / 60, second % 60);
        let response = http::Response::builder().status(status).header("date", date);
        response.body(Bytes::from(body.to_string())).expect("a response")
    }

    fn start(&mut self, id: &str, body: &RequestBody, now: Duration) -> (u16, Value) {
        if self.runs.contains_key(id) || self.burned.contains(id) {
            let error = "Execution ID has already been used";
            return (409, json!({"error": error, "code": "EXECUTION_ID_CONFLICT"}));
        }
        if self.left == 0 {
            self.refused += 1;
            self.burned.insert(id.to_owned());
            return (429, json!({"error": "Rate limit exceeded. Please try again later."}));
        }
        self.left -= 1;
        let RequestBody::Bytes(body) = body else { panic!("a start has a body") };
        let input: Value = serde_json::from_slice(body).expect("JSON");
        self.runs.insert(id.to_owned(), (now, input));
        (202, json!({"success": true, "jobId": format!("j:{id}"), "executionId": id}))
    }

    fn usage(&self) -> Value {
        if !self.tells {
            return json!({"success": true, "usage": {}});
        }
        let next = self.filled + 1;
        let reset = format!("2026-11-23T18:{:02}:{:02}.000Z", next / 60, next % 60);
        let bucket = json!({
            "isLimited": self.left == 0, "requestsPerMinute": self.rate, "maxBurst": self.rate,
            "remaining": self.left, "resetAt": reset,
        });
        json!({"success": true, "rateLimit": {"sync": bucket, "async": bucket}, "usage": {}})
    }

    fn run(&self, id: &str, now: Duration) -> (u16, Value) {
        let whole = |status: &str, output: Value| {
            let cost = json!({"total": 0.005});
            json!({
                "executionId": id, "workflowId": "wf", "status": status, "finalOutput": output,
                "cost": cost, "totalDurationMs": 7,
            })
        };
        match self.runs.get(id) {
            _ if self.burned.contains(id) => {
                let error = "Rate limit exceeded. 0 requests remaining.";
                let cost = json!({"total": 0});
                (
                    200,
                    json!({
                        "executionId": id, "workflowId": "wf", "status": "failed", "error": error,
                        "cost": cost, "totalDurationMs": 1, "finalOutput": null,
                    }),
                )
            }
            Some((began, input)) if now >= *began + self.takes => match input["fails"].as_bool() {
                Some(true) => {
                    let mut failed = whole("failed", json!({"error": "boom"}));
                    failed["error"] = "boom".into();
                    (200, failed)
                }
                _ => (200, whole("completed", json!({"done": input["row"]}))),
            },
            Some(_) => (200, whole("running", Value::Null)),
            None => (404, json!({"error": "Execution not found"})),
        }
    }
}

/// What a driven batch returned.
pub(crate) struct Driven {
    pub(crate) runs: Vec<BatchRun>,
    /// When the last request ended.
    pub(crate) ended: Duration,
    /// The most requests on their way at once.
    pub(crate) most: usize,
}

/// A request on its way: when its answer comes, and which answer.
struct Sent(Duration, u64, Box<(Job, Outcome)>);

impl PartialEq for Sent {
    fn eq(&self, other: &Self) -> bool {
        (self.0, self.1) == (other.0, other.1)
    }
}
impl Eq for Sent {}
impl PartialOrd for Sent {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Sent {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.0, self.1).cmp(&(other.0, other.1))
    }
}

/// Drives a batch from `began` on until it is over, or until `stop`, as if the program was killed then.
pub(crate) fn drive(
    mut batch: Batch,
    world: &mut World,
    began: Duration,
    stop: Duration,
) -> Driven {
    let (mut now, mut sent, mut count) = (Duration::ZERO, BinaryHeap::new(), 0);
    let mut driven = Driven { runs: Vec::new(), ended: Duration::ZERO, most: 0 };
    for _ in 0..2_000_000 {
        driven.runs.extend(std::iter::from_fn(|| batch.take()));
        if began + now >= stop {
            return driven;
        }
        let wake = match batch.next(now) {
            BatchStep::Send(job) => {
                let outcome = world.send(&job, began + now);
                count += 1;
                sent.push(Reverse(Sent(now + LATENCY, count, Box::new((job, outcome)))));
                driven.most = driven.most.max(sent.len());
                continue;
            }
            BatchStep::Wait(delay) => Some(now + delay),
            BatchStep::Over if sent.is_empty() => {
                driven.runs.extend(std::iter::from_fn(|| batch.take()));
                assert!(batch.is_over(), "{batch:?}");
                return driven;
            }
            BatchStep::Busy | BatchStep::Over => None,
        };
        let answer = sent.peek().map(|Reverse(sent)| sent.0);
        now = wake.into_iter().chain(answer).min().expect("somebody wakes the driver");
        while sent.peek().is_some_and(|Reverse(sent)| sent.0 <= now) {
            let Some(Reverse(Sent(.., answered))) = sent.pop() else { unreachable!("it is there") };
            let (mut job, outcome) = *answered;
            assert!(matches!(job.receive(outcome, now), sim_core::transport::Step::Done(Ok(()))));
            batch.receive(job, now);
            driven.ended = now;
        }
    }
    panic!("the batch does not end: {batch:?}");
}

/// A store in memory, which outlives its batch.
#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<HashMap<u64, StoredRun>>>);

impl Memory {
    pub(crate) fn finished(&self) -> usize {
        let entries = self.0.lock().expect("nobody panics");
        entries.values().filter(|entry| entry.outcome.is_some()).count()
    }
}

impl BatchStore for Memory {
    fn reserve(&self, position: u64, handle: &RunHandle) -> io::Result<StoredRun> {
        let mut entries = self.0.lock().expect("nobody panics");
        // What a file would give back.
        let text = serde_json::to_string(&StoredRun::new(handle.clone()))?;
        let made = serde_json::from_str(&text)?;
        Ok(entries.entry(position).or_insert(made).clone())
    }

    fn finish(&self, position: u64, outcome: &StoredOutcome) -> io::Result<()> {
        let mut entries = self.0.lock().expect("nobody panics");
        if let Some(entry) = entries.get_mut(&position) {
            assert!(entry.outcome.is_none(), "the end of a run is stored once");
            entry.outcome = Some(outcome.clone());
        }
        Ok(())
    }
}
