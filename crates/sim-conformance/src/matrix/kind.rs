//! The kinds of calls, each with one call that stands for all of its kind.

use std::time::Duration;

use serde_json::json;
use sim_core::v1::GetUsageLimits;
use sim_core::{CancelRun, ExecuteWorkflow, OnceWorkflow, RunHandle, StreamWorkflow, WaitPolicy};

use crate::reply::Reply;
use crate::tools::{TIMES, quick};

/// A kind of call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Reading the usage limits.
    Read,
    /// Cancelling a run by its id.
    Cancel,
    /// A run that is waited for on its connection.
    Sync,
    /// A run that is queued.
    Queue,
    /// A run that is streamed.
    Stream,
    /// Waiting for a run that was accepted.
    Wait,
    /// A run that is repeated where that is safe.
    Retry,
    /// A run that is started once, whatever the network does.
    Once,
}

pub(super) const RUN: &str = "run-own";

/// The text, the result and the end mark of a stream.
pub(super) const TEXT: &str = r#"{"blockId":"b","chunk":"Hello"}"#;
pub(super) const FINAL: &str = r#"{"event":"final","data":{"success":true,"output":{"n":1}}}"#;
pub(super) const DONE: &str = "\"[DONE]\"";

impl Kind {
    /// Every kind, in the order of the table.
    pub const ALL: [Self; 8] = [
        Self::Read,
        Self::Cancel,
        Self::Sync,
        Self::Queue,
        Self::Stream,
        Self::Wait,
        Self::Retry,
        Self::Once,
    ];

    /// The letter that stands for it in the table.
    pub fn letter(self) -> char {
        match self {
            Self::Read => 'G',
            Self::Cancel => 'C',
            Self::Sync => 'S',
            Self::Queue => 'A',
            Self::Stream => 'T',
            Self::Wait => 'W',
            Self::Retry => 'R',
            Self::Once => 'O',
        }
    }

    /// The status line and the content type of a good answer.
    pub(super) fn head(self) -> &'static str {
        match self {
            Self::Stream => "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n",
            _ => "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n",
        }
    }

    /// The body of a good answer.
    pub(super) fn body(self) -> String {
        let run = json!({"executionId": RUN, "workflowId": "wf-1", "status": "completed", "finalOutput": {"n": 1}});
        match self {
            Self::Read => r#"{"success":true,"usage":{"plan":"free"}}"#.to_owned(),
            Self::Cancel => format!(r#"{{"success":true,"executionId":"{RUN}"}}"#),
            Self::Sync | Self::Retry => {
                format!(r#"{{"success":true,"output":{{"n":1}},"metadata":{TIMES}}}"#)
            }
            Self::Queue => receipt(""),
            Self::Stream => frames(&[TEXT, FINAL, DONE]),
            Self::Wait | Self::Once => run.to_string(),
        }
    }

    /// A good answer.
    pub(super) fn good(self) -> Reply {
        let body = self.body();
        let length = body.len();
        Reply::keep_open(format!("{}content-length: {length}\r\n\r\n{body}", self.head()))
    }
}

/// A receipt, with `more` in it.
pub(super) fn receipt(more: &str) -> String {
    format!(r#"{{"success":true,"jobId":"job-1","executionId":"{RUN}"{more}}}"#)
}

/// Frames as a stream has them.
pub(super) fn frames(frames: &[&str]) -> String {
    frames.iter().flat_map(|frame| ["data: ", frame, "\n\n"]).collect()
}

pub(super) fn read() -> GetUsageLimits {
    GetUsageLimits::new()
}

pub(super) fn cancel() -> CancelRun {
    CancelRun::new("wf-1", RUN)
}

pub(super) fn execute() -> ExecuteWorkflow {
    ExecuteWorkflow::new("wf-1").input(json!({"n": 1}))
}

pub(super) fn stream() -> StreamWorkflow {
    execute().stream().select(["b.content"])
}

pub(super) fn handle() -> RunHandle {
    RunHandle::new("wf-1", RUN)
}

/// Four looks in a row may fail, and the fifth ends it.
pub(super) fn patience() -> WaitPolicy {
    let wait = Duration::from_millis(1);
    WaitPolicy::new().interval(wait, wait).grace(Duration::from_secs(5)).failures(4)
}

pub(super) fn once() -> OnceWorkflow {
    execute().run_id(RUN).once().retry(quick(3)).wait(patience())
}
