//! The server: its state, and its answer to each request. The state is shared by all nodes of a server; what a request
//! meets depends on the node that takes it.
//!
//! The model has no clock: whoever drives it says what time it is.

mod asked;
mod cancel;
mod limits;
mod logs;
mod pauses;
mod read;
mod refusal;
mod reply;
mod result;
mod resume;
mod run;
mod start;
mod time;
mod version;
mod workflow;

use bytes::Bytes;
use http::Method;

pub use asked::{Asked, KEY};
pub use limits::{Limits, Taken};
pub use refusal::Refusal;
pub use reply::Reply;
pub use run::{Answer, Cancelled, End, LAG, Mode, Point, PointState, QUEUE, Run, State};
pub use time::{Millis, from_iso, iso};
pub use version::{Node, Runtime, Version};
pub use workflow::{Part, SLEEP, THROWN, Workflow};

/// The state of a server.
#[derive(Debug, Clone, Default)]
pub struct Server {
    /// All runs, in the order of their starts.
    pub runs: Vec<Run>,
    /// The ids that were claimed.
    pub claims: Vec<String>,
    /// The ids that were cancelled before they were claimed.
    pub cancelled: Vec<String>,
    /// The jobs of resumes: their ids, and the index of the run.
    pub resumes: Vec<(String, usize)>,
    /// The buckets of requests.
    pub limits: Limits,
    /// Whether nobody makes the cron call.
    pub no_cron: bool,
    /// Whether no worker takes what is queued.
    pub no_workers: bool,
    /// Whether anonymous callers may start workflows.
    pub public: bool,
    /// The ids that the server made.
    made: u64,
}

/// When the client of a request went away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Gone {
    /// As soon as the request was sent.
    AtOnce,
    /// While the server worked.
    Midway,
}

/// How a request arrives.
#[derive(Debug, Clone, Copy, Default)]
pub struct Arrival {
    /// The number of the request. A request that a proxy sends twice has one number.
    pub number: u32,
    /// Whether its client goes away.
    pub gone: Option<Gone>,
    /// Why it is refused, if it can be refused for this.
    pub refusal: Option<Refusal>,
}

impl Server {
    /// Answers a request.
    pub fn handle(
        &mut self,
        node: Node,
        request: &http::Request<Bytes>,
        arrival: Arrival,
        now: Millis,
    ) -> Reply {
        self.advance(now, node.version);
        let asked = Asked::new(request);
        let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
        let (get, post) = (*asked.method == Method::GET, *asked.method == Method::POST);
        match path[..] {
            ["api", "v2", ..] => self.handle_v2(node, &asked, &path, arrival, now),
            ["api", "workflows", workflow, "execute"] if post => {
                self.start_v1(node, &asked, workflow, arrival, now)
            }
            ["api", "workflows", workflow, "executions", run] if get && node.version.reads() => {
                self.read_v1(node.version, &asked, workflow, run, now)
            }
            ["api", "workflows", workflow, "executions", run, "cancel"] if post => {
                self.cancel_v1(node.version, &asked, workflow, run, now)
            }
            ["api", "workflows", workflow, "paused"] if get => {
                self.list_paused(&asked, workflow, now)
            }
            ["api", "workflows", workflow, "paused", run] | ["api", "resume", workflow, run]
                if get =>
            {
                self.read_paused(&asked, workflow, run, now)
            }
            ["api", "resume", workflow, run, context] if get => {
                self.read_context(&asked, (workflow, run, context), now)
            }
            ["api", "resume", workflow, run, context] if post => {
                self.resume_v1(node, &asked, (workflow, run, context), arrival, now)
            }
            ["api", "jobs", job] if get => self.read_job(node.version, &asked, job, arrival, now),
            ["api", "v1", "logs"] if get => self.list_logs(&asked, now),
            ["api", "v1", "logs", "executions", run] if get => {
                self.read_execution_log(&asked, run, now)
            }
            _ => Reply::page(now),
        }
    }

    fn handle_v2(
        &mut self,
        node: Node,
        asked: &Asked<'_>,
        path: &[&str],
        arrival: Arrival,
        now: Millis,
    ) -> Reply {
        if !node.version.has_v2() {
            return Reply::page(now);
        }
        let starts = path.len() == 5 && path[4] == "execute";
        match asked.key() {
            Some(Err(())) => return Reply::v2_error(401, "UNAUTHORIZED", "Invalid API key", now),
            None if !(starts && self.public) => {
                return Reply::v2_error(401, "UNAUTHORIZED", "Unauthorized", now);
            }
            _ if node.v2_off => return Reply::v2_error(404, "NOT_FOUND", "Not found", now),
            _ => {}
        }
        let bucket = limits::bucket(asked.method, path);
        let is_refused = arrival.refusal == Some(Refusal::Requests);
        let taken = match self.limits.take(bucket, is_refused, now) {
            Ok(taken) => taken,
            Err(reply) => return *reply,
        };
        let (get, post) = (*asked.method == Method::GET, *asked.method == Method::POST);
        let reply = match path[2..] {
            ["workflows", workflow, "execute"] if post => {
                self.start_v2(node, asked, workflow, arrival, now)
            }
            ["workflows", workflow, "runs", run] if get => {
                self.read_v2(node.version, asked, workflow, run, now)
            }
            ["workflows", workflow, "runs", run, "cancel"] if post => {
                self.cancel_v2(workflow, run, now)
            }
            ["workflows", workflow, "runs", run, "resume"] if post => {
                self.resume_v2(node, asked, (workflow, run), arrival, now)
            }
            ["logs", run] if get => self.read_log(run, now),
            _ => Reply::page(now),
        };
        if asked.key().is_none() { reply } else { taken.tell(reply) }
    }

    /// Lets time pass until `now`.
    pub fn advance(&mut self, now: Millis, version: Version) {
        for run in &mut self.runs {
            run.advance(now, version, !self.no_cron);
        }
    }

    /// Kills the server and starts it again: what it worked on is lost, what waits in the queue is not.
    pub fn restart(&mut self, now: Millis, version: Version) {
        self.advance(now, version);
        for run in &mut self.runs {
            if matches!(run.state, State::Working(_)) {
                // The answer to a pause stays claimed, and the run reads as paused.
                run.state =
                    if run.attempt.take().is_some() { State::Paused } else { State::Killed };
            }
        }
    }

    /// Returns the index of a run of this workflow.
    fn find(&self, workflow: &str, run: &str) -> Option<usize> {
        self.runs.iter().position(|found| found.id == run && found.workflow.id() == workflow)
    }

    /// Returns a new id, as the server makes them.
    fn make_id(&mut self) -> String {
        self.made += 1;
        format!(
            "{:08x}-5e4e-4000-8000-{:012x}",
            self.made.wrapping_mul(0x9e37_79b9) & 0xffff_ffff,
            self.made
        )
    }

    /// Returns a new id of a job, as the queue makes them.
    fn make_job(&mut self) -> String {
        self.made += 1;
        format!("run_{:020x}", self.made)
    }

    /// Checks the key and the workflow of a request of the first generation.
    fn admit(asked: &Asked<'_>, workflow: &str, now: Millis) -> Result<Workflow, Reply> {
        match asked.key() {
            Some(Ok(())) => {
                Workflow::of(workflow).ok_or_else(|| Reply::error(404, "Workflow not found", now))
            }
            Some(Err(())) => Err(Reply::error(401, "Invalid API key", now)),
            None => Err(Reply::error(401, "Unauthorized", now)),
        }
    }
}
