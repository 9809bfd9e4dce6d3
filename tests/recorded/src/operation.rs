//! The operation that a recorded request asked for.

use sim_core::Generation;

use crate::Record;

/// What a request asked for, about which run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The operation.
    pub operation: Operation,
    /// The generation of the request.
    pub generation: Generation,
    /// The id of the workflow; empty if the request names none.
    pub workflow: String,
    /// The id of the run in the path, or the one that a start sent; empty if the request names none.
    pub run: String,
}

/// The operations that concern runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// Starts a run and waits for its result.
    Execute,
    /// Starts a run and reads its stream.
    Stream,
    /// Queues a run.
    Queue,
    /// Reads a run.
    Read,
    /// Reads a job of the first generation.
    Job,
    /// Cancels a run.
    Cancel,
    /// Answers a pause.
    Resume,
    /// Answers a pause, and reads the stream of what follows.
    ResumeStream,
    /// Answers a pause once and waits for what follows, a conversation of several requests.
    Answer,
    /// Lists the runs that wait for a human.
    PausedList,
    /// Reads the points of a paused run.
    PausedDetail,
    /// Reads one point of a paused run.
    PauseContext,
    /// Reads the log of a run.
    Log,
    /// Lists logs.
    Logs,
    /// Lists runs.
    Runs,
}

impl Operation {
    /// Returns whether the operation answers a pause.
    #[must_use]
    pub fn resumes(self) -> bool {
        matches!(self, Self::Resume | Self::ResumeStream | Self::Answer)
    }

    /// Returns whether the operation starts a run.
    #[must_use]
    pub fn starts(self) -> bool {
        matches!(self, Self::Execute | Self::Stream | Self::Queue)
    }
}

impl Asked {
    /// Reads what the request of a record asked for, or returns `None` if no call of the core sends it.
    #[must_use]
    pub fn of(record: &Record) -> Option<Self> {
        use Operation as O;
        let path = record.path();
        let parts: Vec<_> = path.iter().map(String::as_str).collect();
        let (generation, rest) = match parts.as_slice() {
            ["api", "v2", rest @ ..] => (Generation::V2, rest),
            ["api", rest @ ..] => (Generation::V1, rest),
            _ => return None,
        };
        let first = generation == Generation::V1;
        let sent = sent_id(record, first);
        let (operation, workflow, run) = match (record.method(), rest) {
            ("POST", ["workflows", workflow, "execute"]) => {
                (start(record, first), *workflow, &*sent)
            }
            ("GET", ["workflows", workflow, "executions", run]) if first => {
                (O::Read, *workflow, *run)
            }
            ("GET", ["workflows", workflow, "runs", run]) if !first => (O::Read, *workflow, *run),
            ("GET", ["jobs", job]) if first => (O::Job, "", *job),
            ("POST", ["workflows", workflow, "executions", run, "cancel"]) if first => {
                (O::Cancel, *workflow, *run)
            }
            ("POST", ["workflows", workflow, "runs", run, "cancel"]) if !first => {
                (O::Cancel, *workflow, *run)
            }
            ("POST", ["resume", workflow, run, _]) if first => {
                let operation = if record.is_stream() { O::ResumeStream } else { O::Resume };
                (operation, *workflow, *run)
            }
            ("POST", ["workflows", workflow, "runs", run, "resume"]) if !first => {
                (O::Resume, *workflow, *run)
            }
            ("GET", ["workflows", workflow, "paused"]) if first => (O::PausedList, *workflow, ""),
            ("GET", ["workflows", workflow, "paused", run]) if first => {
                (O::PausedDetail, *workflow, *run)
            }
            ("GET", ["resume", workflow, run, _]) if first => (O::PauseContext, *workflow, *run),
            ("GET", ["logs", run]) if !first => (O::Log, "", *run),
            ("GET", ["logs"]) if !first => (O::Logs, "", ""),
            ("GET", ["workflows", workflow, "runs"]) if !first => (O::Runs, *workflow, ""),
            _ => return None,
        };
        let sent = |id: &str| !id.is_empty() && id.len() <= 128 && !id.contains(UNSENT);
        if !workflow.is_empty() && !sent(workflow) || !run.is_empty() && !sent(run) {
            return None;
        }
        Some(Self { operation, generation, workflow: workflow.to_owned(), run: run.to_owned() })
    }
}

/// The characters of ids that the core sends in no path.
const UNSENT: [char; 4] = [' ', '/', '!', '%'];

fn start(record: &Record, first: bool) -> Operation {
    let body = record.sent();
    let by_header = record.sent_header("x-execution-mode") == Some("async");
    let queued = if first { by_header } else { body["async"] == true };
    let streamed =
        body["stream"] == true || record.sent_header("x-stream-response") == Some("true");
    match (queued, streamed) {
        (true, _) => Operation::Queue,
        (_, true) => Operation::Stream,
        _ => Operation::Execute,
    }
}

/// Returns the id that a start sent, or an empty one. Old servers take it from the body as well; the core sends it in
/// the header alone.
fn sent_id(record: &Record, first: bool) -> String {
    let body = record.sent();
    let header = record.sent_header("x-run-id").or(record.sent_header("x-execution-id"));
    let id = header.or(body["executionId"].as_str().filter(|_| first));
    id.filter(|id| !id.contains(UNSENT)).unwrap_or_default().to_owned()
}
