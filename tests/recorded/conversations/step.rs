//! One step of a conversation, and what the server said later.

use std::cell::RefCell;
use std::collections::HashMap;

use recorded::{Asked, Json, Operation, Record, Seen, Sent, answer, call, lost};
use serde_json::Value;
use sim_core::transport::Outcome;
use sim_core::{Api, Generation};

/// One step of a conversation.
pub(crate) struct Step<'a> {
    records: &'a [Record],
    at: usize,
    pub(crate) record: &'a Record,
    pub(crate) asked: &'a Asked,
}

impl<'a> Step<'a> {
    pub(crate) fn new(
        records: &'a [Record],
        at: usize,
        record: &'a Record,
        asked: &'a Asked,
    ) -> Self {
        Self { records, at, record, asked }
    }

    /// Returns what the server said of the run after this step.
    pub(crate) fn rows(&self) -> Vec<&'a Record> {
        let Asked { workflow, run, .. } = self.asked;
        let first = self.told(&format!("/api/workflows/{workflow}/executions/{run}"));
        let second = self.told(&format!("/api/v2/workflows/{workflow}/runs/{run}"));
        if self.asked.generation == Generation::V1 || first.is_empty() && second.is_empty() {
            return first;
        }
        second
    }

    /// Returns whether the answer says that the run will go on later.
    fn is_queued(&self) -> bool {
        let status = |body: Json| body.get("status").is_some_and(|word| word.is("\"queued\""));
        self.record.status == 202 || Json::read(&self.record.body).is_some_and(status)
    }

    /// Returns the output of the run as the server told it afterwards, or `None` if nobody read it.
    pub(crate) fn later_output(&self) -> Option<Value> {
        let row = Json::read(&self.rows().last()?.body)?;
        row.get("finalOutput").or(row.at(&["data", "output"])).map(Json::value)
    }

    /// Returns whether the pause had, by what the server told afterwards, the very answer that this step sends.
    pub(crate) fn is_answered_alike(&self) -> bool {
        let Asked { workflow, run, .. } = self.asked;
        let sent = self.record.sent();
        let in_path = self.record.path().pop().unwrap_or_default();
        let context = sent["contextId"].as_str().unwrap_or(&in_path);
        let details = self.told(&format!("/api/workflows/{workflow}/paused/{run}"));
        details.into_iter().filter_map(|detail| Json::read(&detail.body)).any(|detail| {
            let detail = detail.value();
            let mut points = detail["pausePoints"].as_array().into_iter().flatten();
            points.any(|point| {
                let entry = &point["latestResumeEntry"];
                let counted = entry["status"] == "completed";
                point["contextId"] == context && counted && entry["resumeInput"] == sent["input"]
            })
        })
    }

    /// Returns the answers to a path after this step. The names of some starts come after those of their reads.
    fn told(&self, path: &str) -> Vec<&'a Record> {
        let of = |records: &'a [Record]| -> Vec<_> {
            let reads = records.iter().filter(|record| record.method() == "GET");
            reads.filter(|record| path_of(record.target()) == path).collect()
        };
        let later = of(&self.records[self.at..]);
        if later.is_empty() && self.asked.operation.starts() { of(self.records) } else { later }
    }

    /// Makes the call of this step. What it reads afterwards is answered as it was recorded, the last answer again and
    /// again; a read that nobody recorded is lost.
    pub(crate) fn take(&self, api: &Api) -> Seen {
        let first = RefCell::new(None);
        let reads: RefCell<HashMap<String, usize>> = RefCell::default();
        let server = |sent: &Sent, _: usize| -> Outcome {
            let asked = (sent.method.clone(), sent.target.clone());
            if *first.borrow_mut().get_or_insert_with(|| asked.clone()) == asked {
                return told(self.record);
            }
            let path = path_of(&sent.target).to_owned();
            let answers = self.told(&path);
            let mut reads = reads.borrow_mut();
            let number = reads.entry(path).or_default();
            let outcome = answers.get(*number).or(answers.last()).map(|record| told(record));
            *number += 1;
            outcome.unwrap_or_else(lost)
        };
        // The state of the run decides what followed an answer, which is a conversation of its own.
        let mut asked = self.asked.clone();
        if asked.operation.resumes() && !self.is_queued() {
            asked.operation = Operation::Answer;
        }
        call(api, self.record, &asked, &server)
    }
}

fn path_of(target: &str) -> &str {
    target.split('?').next().unwrap_or_default()
}

fn told(record: &Record) -> Outcome {
    answer(record.status, &record.headers, record.body.clone())
}

/// Returns what to sort steps by, so that the tenth comes after the ninth.
pub(crate) fn order(name: &str) -> Vec<(u32, String)> {
    let word = |word: &str| match word.parse() {
        Ok(number) => (number, String::new()),
        Err(_) => (u32::MAX, word.to_owned()),
    };
    name.split('-').map(word).collect()
}

/// Returns a client that knows nothing of the server yet.
pub(crate) fn client(generation: Generation) -> Api {
    let api = Api::builder([7; 32]).generation(generation).base_url("http://localhost");
    api.api_key("sk-sim-test").build().expect("settings that a client accepts")
}
