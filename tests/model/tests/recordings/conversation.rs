//! A recorded conversation, and the same one with the model.

use std::collections::BTreeMap;
use std::path::Path;

use bytes::Bytes;
use model::server::{Arrival, Gone, KEY, Millis, Node, Refusal, Server, Version, Workflow};
use serde_json::Value;

use super::compare::differences;
use super::names::Names;
use super::record::Record;

/// Exchanges that belong together, in their order.
pub(crate) struct Conversation {
    pub(crate) name: String,
    steps: Vec<(u32, Record)>,
}

/// What came of a conversation with the model.
pub(crate) enum Played {
    /// The model does not know what it is about.
    Skipped,
    /// All answers say the same; this many.
    Alike(usize),
    /// One answer says something else.
    Unlike(String),
}

/// The workflow of a conversation, by what its name holds.
const ABOUT: [(&str, Workflow); 36] = [
    ("-probe", Workflow::Echo),
    ("hitl2-cut", Workflow::Human),
    ("hitl2-seq-", Workflow::TwoHumans),
    ("hitl2-fail-", Workflow::HumanFail),
    ("hitl2-par-", Workflow::Parallel),
    ("time2-", Workflow::Timed),
    ("hitl2-twice", Workflow::Human),
    ("hitl2-cancelled", Workflow::Human),
    ("hitl2-queued-answered", Workflow::Human),
    ("hitl-sync", Workflow::Human),
    ("hitl-async", Workflow::Human),
    ("hitl-unknown", Workflow::Human),
    ("hitl-ownid", Workflow::Human),
    ("cancel-hitl", Workflow::Human),
    ("sync-fail", Workflow::Fail),
    ("async-fail", Workflow::Fail),
    ("ownid-fail", Workflow::Fail),
    ("burn-self-throw", Workflow::Fail),
    ("burn-respcopy-rate", Workflow::Respond),
    ("cancel-async", Workflow::Slow),
    ("async-wait", Workflow::Slow),
    ("async-echo", Workflow::Echo),
    ("sync-echo", Workflow::Echo),
    ("ownid-x-", Workflow::Echo),
    ("limit-sync", Workflow::Echo),
    ("gate", Workflow::Echo),
    ("claim-outage", Workflow::Echo),
    ("queue-outage", Workflow::Echo),
    ("cancel-before", Workflow::Echo),
    ("cancel-unknown", Workflow::Echo),
    ("burn-rate-", Workflow::Echo),
    ("burn-atonce-", Workflow::Echo),
    ("burn-usage-", Workflow::Echo),
    ("burn-nodep-", Workflow::Echo),
    ("burn-apirate-", Workflow::Echo),
    ("lag-", Workflow::Echo),
];

/// Steps that are not asked, each with what is about them.
const NOT_ASKED: [(&str, &str); 23] = [
    ("call-chain", "the model knows no chains"),
    ("array-body", "the model checks no types"),
    ("bad-option", "the model checks no options"),
    ("v2-good-run-id", "the model checks no keys of a body"),
    ("v2-no-header", "the model checks no keys of a body"),
    ("execution-id-header", "the model checks no keys of a body"),
    ("too-long", "the model has one message for bad ids"),
    ("v1-empty", "the model has one message for bad ids"),
    ("odd-query", "the model checks no query"),
    ("row-s-id", "the id is not in an answer"),
    ("v1logbyid", "the model has no ids of logs"),
    ("selected", "the model selects no outputs"),
    ("usage-", "the model counts no use"),
    ("foreign", "the model has one user"),
    ("other-key", "the model has one user"),
    ("bearer", "the model has one user"),
    ("unknown-status", "the model's filter is simple"),
    ("bad-query", "the model checks no query"),
    ("other-workflow", "the conversation has two workflows"),
    ("get-on-cancel", "the framework answers other methods"),
    ("log-row", "the list is of the whole workspace"),
    ("v1log", "the log's address differs"),
    ("resume-job", "the job of a resume has no facts"),
];

impl Conversation {
    /// Reads all conversations of a folder.
    pub(crate) fn all(folder: &Path) -> Vec<Self> {
        let mut all: BTreeMap<String, Vec<(u32, Record)>> = BTreeMap::new();
        for record in Record::all(folder) {
            if let Some((name, number)) = parts(&record.name) {
                all.entry(name).or_default().push((number, record));
            }
        }
        let conversation = |(name, mut steps): (String, Vec<(u32, Record)>)| {
            // Steps of one number were asked at the same time, the run first.
            steps.sort_by_key(|(number, step)| (*number, !step.name.ends_with("-run")));
            Self { name, steps }
        };
        all.into_iter().map(conversation).collect()
    }

    /// Asks the model of this version the same, in the same order.
    pub(crate) fn play(&self, version: Version) -> Played {
        let about = ABOUT.iter().find(|(part, _)| self.name.contains(part));
        let Some((_, workflow)) = about else { return Played::Skipped };
        // What is answered as a stream has frames of its own.
        if self.name.contains("-stream") || self.name.contains("gateheader") || !self.begins() {
            return Played::Skipped;
        }
        let mut stage = Stage {
            server: Server::default(),
            node: Node::new(version),
            names: Names::default(),
            now: 1000,
        };
        stage.server.no_cron = self.name.contains("time2") && version < Version::V0809;
        let mut lost = self.steps.iter().find(|(_, step)| step.name.contains("sent-again"));
        let mut answers = 0;
        for (number, step) in &self.steps {
            if NOT_ASKED.iter().any(|(part, _)| step.name.contains(part)) {
                continue;
            }
            if let Some(recorded) = step.target.split('/').find(|part| is_uuid(part)) {
                let is_known = recorded.starts_with("00000000");
                if !is_known && !stage.names.bind(workflow.id(), recorded) {
                    // The step is about another workflow.
                    continue;
                }
            }
            let follows = ["after-cut", "sent-again"].iter().any(|part| step.name.contains(part));
            if let Some((number, lost)) = lost.take_if(|_| follows) {
                stage.lose(*number, lost, &self.name);
            }
            // From here on somebody makes the cron call.
            let has_cron = step.name.contains("-end-7-") || step.name.contains("after-cron");
            stage.server.no_cron &= !has_cron;
            if let Err(why) = stage.ask(*number, step) {
                return Played::Unlike(format!("{} ({}): {why}", step.name, version.name()));
            }
            answers += 1;
        }
        Played::Alike(answers)
    }

    /// Returns whether the first step is asked without knowing what came before.
    fn begins(&self) -> bool {
        let knows = |step: &Record| step.starts() || self.name.contains("unknown");
        self.steps.first().is_some_and(|(_, step)| {
            knows(step) || step.name.contains("usage") || self.name.contains("cancel-before")
        })
    }
}

/// A conversation that is played.
#[derive(Clone)]
struct Stage {
    server: Server,
    node: Node,
    names: Names,
    now: Millis,
}

impl Stage {
    /// Asks one request, after the pause that makes the answers most alike.
    fn ask(&mut self, number: u32, step: &Record) -> Result<(), String> {
        let mut best: Option<(Vec<String>, Self)> = None;
        for pause in [1, 40, 160, 185, 400, 3_000, 120_000, 200_000] {
            let mut tried = self.clone();
            tried.now += pause;
            let found = tried.try_ask(number, step);
            if found.is_empty() {
                *self = tried;
                return Ok(());
            }
            if best.as_ref().is_none_or(|(least, _)| found.len() < least.len()) {
                best = Some((found, tried));
            }
        }
        Err(best.map(|(found, _)| found.join("; ")).unwrap_or_default())
    }

    /// Sends a request whose connection is cut, as it was before the same request was sent again.
    fn lose(&mut self, number: u32, step: &Record, conversation: &str) {
        let late = conversation.contains("cut10");
        let gone = Some(if late { Gone::Midway } else { Gone::AtOnce });
        let arrival = Arrival { number, gone, refusal: None };
        self.now += 40;
        let reply = self.server.handle(self.node, &self.request(step), arrival, self.now);
        self.now = reply.at + 500;
    }

    /// Returns a recorded request, with the model's names.
    fn request(&self, step: &Record) -> http::Request<Bytes> {
        let target = self.names.ours(&step.target);
        let mut request = http::Request::builder().method(step.method.as_str()).uri(&target);
        let key = if step.name.contains("no-key") { None } else { Some(KEY) };
        let key = if step.name.contains("bad-key") { Some("another") } else { key };
        if let Some(key) = key {
            request = request.header("x-api-key", key);
        }
        for name in ["x-execution-id", "x-run-id", "x-execution-mode", "accept"] {
            if let Some(value) = step.header(name) {
                request = request.header(name, value);
            }
        }
        request.body(Bytes::from(self.names.ours(&step.body))).expect("a request")
    }

    fn try_ask(&mut self, number: u32, step: &Record) -> Vec<String> {
        let request = self.request(step);
        let refusal = refusal(step).filter(|_| step.starts() || step.target.contains("/jobs/"));
        let arrival = Arrival { number, gone: None, refusal };
        let reply = self.server.handle(self.node, &request, arrival, self.now);
        self.now = reply.at;
        let mut found = Vec::new();
        if reply.status != step.status {
            found.push(format!(
                "{} and {}: {} and {}",
                reply.status, step.status, reply.body, step.answer
            ));
            found.push(String::new());
            return found;
        }
        let parsed = |text: &str| serde_json::from_str::<Value>(text).ok();
        match (parsed(&reply.body), parsed(&step.answer)) {
            (Some(ours), Some(theirs)) => {
                found.extend(differences(&ours, &theirs, &mut self.names));
            }
            (None, None) => {}
            _ => found.push(format!("only one is JSON: {} and {}", reply.body, step.answer)),
        }
        found
    }
}

/// Returns the state of the server that a recorded refusal tells of: which limit was in force is no part of the request.
fn refusal(step: &Record) -> Option<Refusal> {
    let says = |text: &str| step.answer.contains(text);
    match step.status {
        429 if says("at capacity") => Some(Refusal::Gate),
        429 if says("API rate limit") => Some(Refusal::Requests),
        429 if says("oncurren") => Some(Refusal::Concurrency),
        429 if says("Rate limit exceeded") && !step.name.contains("respcopy") => {
            Some(Refusal::Rate)
        }
        402 => Some(Refusal::Usage),
        403 if says("not deployed") => Some(Refusal::NotDeployed),
        503 if says("identity") => Some(Refusal::ClaimsOut),
        503 if says("AMBIGUOUS") => Some(Refusal::QueueOut),
        500 if says("Failed to queue") || says("Failed to fetch task") => Some(Refusal::QueueOut),
        _ => None,
    }
}

fn is_uuid(part: &str) -> bool {
    part.len() == 36 && part.bytes().filter(|byte| *byte == b'-').count() == 4
}

/// Splits the name of a step into its conversation and its number. What was recorded later, at the end or afterwards
/// belongs to the conversation before.
fn parts(name: &str) -> Option<(String, u32)> {
    let mut later = 0;
    let mut words = Vec::new();
    for word in name.split('-') {
        let digits = word.trim_end_matches(|it: char| it.is_ascii_lowercase());
        if let (Ok(number), false) = (digits.parse::<u32>(), words.is_empty()) {
            return Some((words.join("-"), number + later));
        }
        match word {
            "later" => later = 200,
            "end" => later = 100,
            "after" => later = 50,
            word => words.push(word),
        }
    }
    None
}
