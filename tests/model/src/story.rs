//! What happened in one history: what was sent, what came back, what the caller was told, and what the server knows.
//! It says nothing of how the client works.

use serde_json::Value;

use crate::server::{Millis, Reply, Server};

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Starts a run, in this generation.
    Start(u8),
    /// Starts nothing, and shows whether ids are claims.
    Probe,
    /// Reads a run.
    Read,
    /// Reads a job.
    Job,
    /// Reads a pause.
    Detail,
    /// Reads a log.
    Log,
    /// Answers a pause.
    Resume,
    /// Cancels a run.
    Cancel,
    /// Anything else.
    Other,
}

impl Kind {
    /// Returns what a request asks for.
    pub fn of(method: &http::Method, path: &str, names_workflow: bool) -> Self {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let second = u8::from(parts.get(1) == Some(&"v2")) + 1;
        let get = method == http::Method::GET;
        match parts[..] {
            [.., "execute"] if names_workflow => Self::Start(second),
            [.., "execute"] => Self::Probe,
            [.., "cancel"] => Self::Cancel,
            [.., "executions" | "runs", _] if get => Self::Read,
            ["api", "jobs", _] => Self::Job,
            [.., "logs", _] | [.., "logs"] => Self::Log,
            [.., "paused"] | [.., "paused", _] => Self::Detail,
            ["api", "resume", ..] if get => Self::Detail,
            ["api", "resume", ..] | [.., "resume"] => Self::Resume,
            _ => Self::Other,
        }
    }

    /// Returns whether the request only reads.
    pub fn reads(self) -> bool {
        matches!(self, Self::Read | Self::Job | Self::Detail | Self::Log)
    }
}

/// A request that a client made.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Its number.
    pub number: u32,
    /// The client that made it.
    pub client: u8,
    /// When it was made.
    pub at: Millis,
    /// What it asks for.
    pub kind: Kind,
    /// The method and the address.
    pub target: String,
    /// The id under which it starts a run.
    pub id: Option<String>,
    /// What was done to it.
    pub bend: String,
    /// Whether it may have left the client.
    pub left: bool,
    /// What the client was answered; `None` if nothing.
    pub answer: Option<Reply>,
}

/// How a conversation ended, as its caller was told.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    /// With a result.
    Result {
        /// The status of the run.
        status: String,
        /// The output.
        output: Value,
        /// The id of the run.
        run: Option<String>,
    },
    /// With an error.
    Error {
        /// Its kind and its message.
        text: String,
        /// Whether it says that something may have happened.
        may_have_started: bool,
        /// The id that it names as the run's.
        run: Option<String>,
        /// The id that it names as the one that was sent.
        sent: Option<String>,
    },
    /// The cancellation was answered: whether it was recorded.
    Cancelled(bool),
    /// The program died.
    Crashed,
    /// It did not end.
    Endless,
}

/// The end of a conversation.
#[derive(Debug, Clone)]
pub struct Told {
    /// The client.
    pub client: u8,
    /// When the conversation began.
    pub began: Millis,
    /// When it ended.
    pub at: Millis,
    /// For how long the program did not get to run meanwhile.
    pub asleep: Millis,
    /// What the caller was told.
    pub ending: Ending,
}

/// What a conversation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// To start a run once and have its result.
    Start,
    /// To wait for a run.
    Wait,
    /// To answer a pause and wait for the run.
    Resume,
    /// To cancel a run.
    Cancel,
}

/// A history.
#[derive(Debug, Clone)]
pub struct Story {
    /// What the conversation is for.
    pub purpose: Purpose,
    /// What tells the input from all others.
    pub nonce: String,
    /// What tells the caller's answer to a pause from all others.
    pub answer: String,
    /// The place of the pause that is answered.
    pub context: &'static str,
    /// The deadline of the conversation.
    pub deadline: Option<Millis>,
    /// Whether nodes of different versions took requests.
    pub mixed: bool,
    /// Whether callers have a key.
    pub keyed: bool,
    /// What was sent.
    pub sent: Vec<Sent>,
    /// How the conversations ended.
    pub told: Vec<Told>,
    /// The server, long after the end.
    pub server: Server,
    /// The runs that were started where ids are claims.
    pub claimed: Vec<String>,
}

impl Story {
    /// Returns the history as lines to read.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for sent in &self.sent {
            let answer = sent.answer.as_ref().map_or_else(
                || "nothing".to_owned(),
                |reply| format!("{} {}", reply.status, cut(&reply.body)),
            );
            let (at, target, bend) = (sent.at, &sent.target, &sent.bend);
            let id = sent.id.as_ref().map(|id| format!(" as {id}")).unwrap_or_default();
            let bend = if bend.is_empty() { String::new() } else { format!("  [{bend}]") };
            lines.push(format!("{at:>9} ms  {}: {target}{id}{bend}  ->  {answer}", sent.client));
        }
        for told in &self.told {
            lines.push(format!("{:>9} ms  {}: {:?}", told.at, told.client, told.ending));
        }
        for run in &self.server.runs {
            lines.push(format!("a run {} by request {}: {:?}", run.id, run.request, run.state));
        }
        lines
    }
}

fn cut(text: &str) -> String {
    if text.len() > 110 {
        format!("{}..", text.chars().take(110).collect::<String>())
    } else {
        text.to_owned()
    }
}
