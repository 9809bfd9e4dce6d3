//! A recorded exchange.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::client::Call;

/// One exchange of a conversation.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) name: String,
    number: u32,
    date: String,
    method: String,
    pub(super) target: String,
    headers: Vec<(String, String)>,
    body: String,
    pub(super) status: u16,
    pub(super) answer_headers: Vec<(String, String)>,
    pub(super) answer: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/recordings-2")
}

pub(super) fn is_there() -> bool {
    folder().is_dir()
}

/// The headers that say how a request travels, which this client writes by itself.
const OF_TRANSPORT: [&str; 5] =
    ["host", "connection", "content-length", "accept-encoding", "transfer-encoding"];

impl Step {
    /// Returns the steps of a conversation in order, or `None` without recordings.
    pub(super) fn all(prefix: &str) -> Option<Vec<Self>> {
        let files = fs::read_dir(folder()).ok()?;
        let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
        let steps = names.filter_map(|name| {
            let step = name.strip_prefix(prefix)?.strip_prefix('-')?.strip_suffix(".json")?;
            let digits: String = step.chars().take_while(char::is_ascii_digit).collect();
            Some(Self::read(&name, digits.parse().ok()?))
        });
        let mut steps: Vec<_> = steps.collect();
        steps.sort_by(|a, b| (a.number, &a.date, &a.name).cmp(&(b.number, &b.date, &b.name)));
        Some(steps)
    }

    fn read(name: &str, number: u32) -> Self {
        let text = fs::read_to_string(folder().join(name)).expect("a recording is readable");
        let record: Value = serde_json::from_str(&text).expect("a recording is JSON");
        let (asked, answered) = (&record["request"], &record["response"]);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let pairs = |value: &Value| {
            let pairs = value.as_array().cloned().unwrap_or_default();
            pairs.iter().map(|pair| (text(&pair[0]).to_lowercase(), text(&pair[1]))).collect()
        };
        let answer_headers: Vec<(String, String)> = pairs(&answered["headers"]);
        let date = answer_headers.iter().find(|(name, _)| name == "date");
        Self {
            name: name.to_owned(),
            number,
            date: date.map(|(_, date)| date.clone()).unwrap_or_default(),
            method: text(&asked["method"]),
            target: text(&asked["target"]),
            headers: pairs(&asked["headers"]),
            body: text(&asked["body"]),
            status: answered["status"].as_u64().and_then(|n| n.try_into().ok()).unwrap_or(0),
            answer_headers,
            answer: text(&answered["body"]),
        }
    }

    /// Whether the mock has the route of a self.
    pub(super) fn is_modelled(&self) -> bool {
        let path = self.target.as_str();
        let served = [
            "/api/workflows/",
            "/api/resume/",
            "/api/jobs/",
            "/api/v2/workflows/",
            "/api/v2/logs/",
        ];
        let is_outage = self.answer.contains("FAILED_TO_FETCH_TASK_STATUS");
        let is_log = path.starts_with("/api/v2/logs/");
        // The mock does not check the query of a read.
        let is_odd = self.name.contains("odd-query");
        let is_cron = path.starts_with("/api/resume/poll");
        self.status != 0
            && !is_outage
            && !is_cron
            && !is_odd
            && !is_log
            && served.iter().any(|prefix| path.starts_with(prefix))
    }

    /// Whether the answer tells a moment that the mock does not have: right after another one, or at work.
    pub(super) fn is_early(&self) -> bool {
        let words = ["at-once", "while-running", "get-running", "job-first", "job-at-once"];
        let at_work = ["\"status\":\"running\"", "\"status\":\"processing\""];
        at_work.iter().any(|word| self.answer.contains(word))
            || words.iter().any(|word| self.name.contains(word))
    }

    /// Returns the key of the request, or `None` without one.
    pub(super) fn key(&self) -> Option<&str> {
        self.headers.iter().find(|(name, _)| name == "x-api-key").map(|(_, key)| key.as_str())
    }

    /// Returns the workflow in the path, or `None` if it names none.
    pub(super) fn workflow(&self) -> Option<&str> {
        let path = self.target.split('?').next()?;
        let mut segments = path.trim_start_matches("/api/").trim_start_matches("v2/").split('/');
        matches!(segments.next()?, "workflows" | "resume").then(|| segments.next()).flatten()
    }

    /// Returns the run in the path of a read, or `None` if it is none of a run.
    pub(super) fn run(&self) -> Option<&str> {
        let (_, rest) =
            self.target.split_once("/executions/").or(self.target.split_once("/paused/"))?;
        let run = rest.split(['/', '?']).next();
        run.filter(|_| self.method == "GET")
    }

    /// Returns the request with the ids of the mock.
    pub(super) fn call(&self, ids: &[(String, String)]) -> Call {
        let here = |text: &str| {
            ids.iter().fold(text.to_owned(), |text, (recorded, here)| text.replace(recorded, here))
        };
        let mut call = Call::bare(&self.method, here(&self.target)).body(here(&self.body));
        for (name, value) in &self.headers {
            if !OF_TRANSPORT.contains(&name.as_str()) {
                call = call.header(name, &here(value));
            }
        }
        call
    }
}
