//! The headers of an execute request that control the run.

use std::time::Duration;

use http::{HeaderMap, StatusCode};

use super::refusal::{Detail, Refusal};
use crate::release::Release;

/// The number of workflows in a call chain that the server refuses.
pub(crate) const CALL_CHAIN: usize = 25;

/// The longest time that a caller may set for a queued run, in seconds.
const LONGEST: u32 = 604_800;

/// The longest run id, in characters.
pub(crate) const ID_LENGTH: usize = 128;

/// The options that the headers set.
#[derive(Debug)]
pub(crate) struct Controls {
    pub(crate) queued: bool,
    pub(crate) stream: bool,
    pub(crate) id: Option<String>,
    pub(crate) time_limit: Option<Duration>,
}

impl Controls {
    pub(crate) fn read(headers: &HeaderMap, release: Release) -> Result<Self, Refusal> {
        let queued = value(headers, "x-execution-mode").as_deref() == Some("async");
        let stream = value(headers, "x-stream-response").as_deref() == Some("true");
        let id = value(headers, "x-execution-id").filter(|_| release.honours_run_ids());
        if let Some(id) = &id {
            check_id(id, "X-Execution-Id", "Invalid execution ID header")?;
        }
        let time_limit = if release.limits_time() { time_limit(headers, queued)? } else { None };
        Ok(Self { queued, stream, id, time_limit })
    }

    /// Returns how many workflows called one another before this one.
    pub(crate) fn callers(headers: &HeaderMap) -> usize {
        let chain = value(headers, "x-sim-via").unwrap_or_default();
        chain.split(',').filter(|caller| !caller.trim().is_empty()).count()
    }

    /// Refuses a workflow that too many others have called.
    pub(crate) fn check_call_chain(headers: &HeaderMap) -> Result<(), Refusal> {
        if Self::callers(headers) < CALL_CHAIN {
            return Ok(());
        }
        let error = format!("Maximum workflow call chain depth ({CALL_CHAIN}) exceeded.");
        Err(Refusal::text(StatusCode::CONFLICT, &error))
    }
}

/// Refuses an id that a run cannot have.
pub(crate) fn check_id(id: &str, path: &str, error: &str) -> Result<(), Refusal> {
    let problem = match flaw(id) {
        None => return Ok(()),
        Some(Flaw::Empty) => "Execution ID is required",
        Some(Flaw::Long) => "Execution ID must be 128 characters or fewer",
        Some(Flaw::Characters) => {
            "Execution ID can only contain letters, numbers, dots, underscores, colons, and hyphens"
        }
    };
    Err(Refusal::invalid(error, &[Detail::new(path, problem)]))
}

/// The reason why a run cannot have an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    Empty,
    Long,
    Characters,
}

/// Returns the flaw of an id, or `None` if it is valid.
pub(crate) fn flaw(id: &str) -> Option<Flaw> {
    let good = |c: char| c.is_ascii_alphanumeric() || "._:-".contains(c);
    if id.is_empty() {
        Some(Flaw::Empty)
    } else if id.len() > ID_LENGTH {
        Some(Flaw::Long)
    } else {
        (!id.chars().all(good)).then_some(Flaw::Characters)
    }
}

fn time_limit(headers: &HeaderMap, queued: bool) -> Result<Option<Duration>, Refusal> {
    let Some(text) = value(headers, "x-execution-timeout-seconds") else { return Ok(None) };
    let refuse = |error: &str| Err(Refusal::text(StatusCode::BAD_REQUEST, error));
    if !queued {
        return refuse("X-Execution-Timeout-Seconds is only supported for async execution");
    }
    match text.trim().parse::<u32>() {
        Ok(seconds @ 1..=LONGEST) => Ok(Some(Duration::from_secs(seconds.into()))),
        _ => refuse("X-Execution-Timeout-Seconds must be an integer between 1 and 604800"),
    }
}

/// Returns a header as text, or `None` if it is absent.
pub(crate) fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}
