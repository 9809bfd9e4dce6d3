//! The body of an execute request of v2. It is strict, and some options exclude others.

use std::time::Duration;

use http::HeaderMap;
use serde_json::{Map, Value};

use super::fields::Fields;
use super::issue::{Issue, Sized};
use super::problem::Problem;
use crate::stream::StreamOptions;
use crate::wire::delivery::Delivery;
use crate::wire::headers::{self, Flaw, ID_LENGTH};
use crate::wire::intake::Intake;
use crate::wire::stream::{NOT_UNDERSTOOD, understands_events};

/// The longest time that a caller may set for a queued run, in seconds.
const LONGEST: u64 = 604_800;

/// The largest file in an answer, in bytes.
const FILE_CAP: u64 = 10 * 1024 * 1024;

/// The options of an execute request.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) input: Value,
    pub(crate) delivery: Delivery,
    pub(crate) selected: Vec<String>,
    pub(crate) stream: StreamOptions,
    pub(crate) limit: Option<Duration>,
    /// The run id that the caller chose, or `None`.
    pub(crate) id: Option<String>,
}

impl Options {
    pub(crate) fn read(intake: &Intake, headers: &HeaderMap) -> Result<Self, Problem> {
        let mut body = Fields::of_body(intake)?;
        let input = body.record("input").unwrap_or_else(Map::new).into();
        let queued = body.flag("async").unwrap_or_default();
        let seconds = body.count("executionTimeoutSeconds", LONGEST, true);
        let stream = body.flag("stream").unwrap_or_default();
        let selected = body.texts("selectedOutputs");
        let thinking = body.flag("includeThinking").unwrap_or_default();
        let tools = body.flag("includeToolCalls").unwrap_or_default();
        let files = body.has("includeFileBase64") || body.has("base64MaxBytes");
        body.flag("includeFileBase64");
        body.count("base64MaxBytes", FILE_CAP, false);
        let id = run_id(&mut body, headers);
        body.done()?;

        let stream_options = StreamOptions { events: understands_events(headers), thinking, tools };
        let watched = thinking || tools;
        if queued && stream {
            return refuse("async and stream cannot be combined");
        }
        if seconds.is_some() && !queued {
            return refuse("executionTimeoutSeconds is supported only for async execution");
        }
        if queued && (!selected.is_empty() || watched || files) {
            return refuse(
                "async execution does not support selectedOutputs, includeThinking, \
                 includeToolCalls, includeFileBase64, or base64MaxBytes",
            );
        }
        if watched && !stream {
            return refuse("includeThinking and includeToolCalls require stream: true");
        }
        if !stream_options.is_understood() {
            return refuse(NOT_UNDERSTOOD);
        }
        let delivery = match (queued, stream) {
            (true, _) => Delivery::Queued,
            (_, true) => Delivery::Stream,
            _ => Delivery::Sync,
        };
        let limit = seconds.map(Duration::from_secs);
        Ok(Self { input, delivery, selected, stream: stream_options, limit, id })
    }
}

fn refuse(message: &str) -> Result<Options, Problem> {
    Err(Problem::bad_request(message))
}

fn run_id(body: &mut Fields, headers: &HeaderMap) -> Option<String> {
    let id = headers::value(headers, "x-run-id")?;
    let issue = match headers::flaw(&id) {
        None => return Some(id),
        Some(Flaw::Empty) => {
            Issue::too_small(Sized::Characters, 1, true).with_message("Run ID is required")
        }
        Some(Flaw::Long) => Issue::too_big(Sized::Characters, ID_LENGTH as u64)
            .with_message("Run ID must be 128 characters or fewer"),
        Some(Flaw::Characters) => Issue::pattern("/^[A-Za-z0-9._:-]+$/").with_message(
            "Run ID can only contain letters, numbers, dots, underscores, colons, and hyphens",
        ),
    };
    body.issue(issue.at("x-run-id"));
    None
}
