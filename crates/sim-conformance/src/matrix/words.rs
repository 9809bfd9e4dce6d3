//! What came of a call, in the words of the matrix.

use std::fmt::Write as _;

use http::StatusCode;
use sim_core::{Error, ErrorKind, Result, RunEvent, RunId, RunStatus, WorkflowExecutionResult};

/// The kind of an error, with the status of the API's own and the wait that it asks for.
pub(super) fn error(error: &Error) -> String {
    // Writing to a string cannot fail.
    let mut words = kind(error.kind(), error.status());
    if let Some(wait) = error.retry_after().filter(|wait| !wait.is_zero()) {
        let _ = write!(words, " wait {}", wait.as_secs());
    }
    words
}

fn kind(of: &ErrorKind, status: Option<StatusCode>) -> String {
    match of {
        ErrorKind::Api => format!("Api {}", status.map_or(0, |status| status.as_u16())),
        ErrorKind::Ambiguous { cause, .. } => format!("Ambiguous({})", kind(cause, status)),
        ErrorKind::Truncated { cause: Some(cause), .. } => {
            format!("Truncated({})", kind(cause, None))
        }
        ErrorKind::Truncated { cause: None, .. } => "Truncated".to_owned(),
        ErrorKind::Interrupted { .. } => "Interrupted".to_owned(),
        ErrorKind::Run(result) => format!("Run({})", result.status),
        other => format!("{other:?}"),
    }
}

/// `Ok`, with what became of the run if it did not complete, and the status if the workflow chose it.
pub(super) fn result(result: &WorkflowExecutionResult) -> String {
    let status = match &result.status {
        RunStatus::Completed => String::new(),
        other => format!("({other})"),
    };
    let http = result.http_status.map(|status| format!(" {}", status.as_u16()));
    format!("Ok{status}{}", http.unwrap_or_default())
}

/// What a stream told: its outcome, the text before it, and how many frames nobody knows.
pub(super) fn stream(events: &[Result<RunEvent<'static>>]) -> String {
    let mut text = std::collections::BTreeMap::<&str, String>::new();
    let mut others = 0;
    let mut outcomes = Vec::new();
    for event in events {
        match event {
            Ok(RunEvent::Text { block, chunk }) => *text.entry(block).or_default() += chunk,
            Ok(RunEvent::TextReset { block }) => drop(text.remove(&**block)),
            Ok(RunEvent::Final(ended) | RunEvent::Failure(ended)) => outcomes.push(result(ended)),
            Err(lost) => outcomes.push(error(lost)),
            Ok(_) => others += 1,
        }
    }
    let mut words = outcomes.join(" and ");
    for text in text.values() {
        let _ = write!(words, " {text:?}");
    }
    if others > 0 {
        let _ = write!(words, " +{others}");
    }
    words
}

/// What holds of every error, whatever went wrong.
pub(super) fn faults_of(error: &Error, tries: u32, run: Option<&str>) -> Vec<String> {
    let mut faults = Vec::new();
    if error.attempts() != tries {
        faults
            .push(format!("the error tells of {} attempts, there were {tries}", error.attempts()));
    }
    // A stream that broke off before its first event is ambiguous too.
    let is_cut =
        error.code() == "TRUNCATED" && error.is_ambiguous() && error.head_status().is_some();
    if let Some(code) = code(error.kind()).filter(|code| *code != error.code() && !is_cut) {
        faults.push(format!("the code is {}, not {code}", error.code()));
    }
    let (named, kinds) = match error.kind() {
        ErrorKind::Ambiguous { run_id, .. } | ErrorKind::Truncated { run_id, .. } => {
            (run_id.as_ref().or(error.run_id()), error.run_id())
        }
        ErrorKind::Api | ErrorKind::Redirect | ErrorKind::Cancelled => {
            (error.run_id(), error.run_id())
        }
        _ => return faults,
    };
    let (named, kinds) = (named.map(RunId::as_str), kinds.map(RunId::as_str));
    if run.is_some() && (named != run || kinds != run) {
        faults.push(format!("the error names {named:?} and {kinds:?}, sent was {run:?}"));
    }
    faults
}

/// The code of kinds that have only one.
fn code(kind: &ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::Resolve | ErrorKind::Connect | ErrorKind::Tls | ErrorKind::Closed => {
            "CONNECTION_ERROR"
        }
        ErrorKind::Timeout(_) => "TIMEOUT",
        ErrorKind::Protocol | ErrorKind::Decode => "INVALID_RESPONSE",
        ErrorKind::TooLarge => "RESPONSE_TOO_LARGE",
        ErrorKind::Redirect => "REDIRECT",
        ErrorKind::Cancelled => "CANCELLED",
        ErrorKind::Truncated { .. } => "TRUNCATED",
        ErrorKind::Ambiguous { cause, .. } => return code(cause),
        _ => return None,
    })
}
