//! Makes the call of a record over both transports, and checks the result and the wire.

use std::collections::BTreeSet;

use serde_json::Value;
use sim_conformance::Canned;
use simstudio::transport::Connector;
use simstudio::{ClientBuilder, Generation};

use super::ask::{ask, decoded, pairs};
use super::dropped;
use super::expected::Want;
use super::record::Record;
use crate::clients::{Client, Settings};

const OWN: &str = "own-run";

/// The findings of one replay.
#[derive(Default)]
pub(crate) struct Replayed {
    /// The differences from the expected result.
    pub(crate) failures: Vec<String>,
    /// The fields of the answer that its type does not hold.
    pub(crate) dropped: BTreeSet<String>,
}

/// Replays a record over both transports.
pub(crate) fn on_both(record: &Record, want: &Want) -> Replayed {
    let mut server = Canned::answer(record.status(), &record.headers(), record.answer());
    if ends_a_pause(record, want) {
        // The read of the run that follows is another recording. A server without it leaves the answer its word.
        server = server.then(404, &[], "<html>");
        server = server.then(record.status(), &record.headers(), record.answer());
        server = server.then(404, &[], "<html>");
    }
    let own = record.sent_id().unwrap_or(OWN);
    let mut replayed = Replayed::default();
    for client in Client::both(&server.url(), &Speaks(record.generation())) {
        let got = ask(&client, record, own);
        if record.generation() == Generation::V2 {
            replayed.dropped.extend(dropped::fields(record, &got));
        }
        let failed = |why: String| format!("{} on {}: {why}", record.name, client.name());
        replayed.failures.extend(want.check(got, own).map_err(failed).err());
    }
    let mut requests = server.requests();
    requests.retain(|request| request.method.as_str() == record.method());
    if requests.len() != 2 {
        let failure = format!("{}: {} requests for two calls", record.name, requests.len());
        replayed.failures.push(failure);
    }
    for request in &requests {
        let target = match request.url.query() {
            Some(query) => format!("{}?{query}", request.url.path()),
            None => request.url.path().to_owned(),
        };
        let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
        let sent = serde_json::from_slice::<Value>(&request.body).ok();
        let same = request.method.as_str() == record.method()
            && read(&target) == read(record.target())
            && is_as_sent(record, sent.as_ref())
            && header("x-execution-mode") == record.sent_header("x-execution-mode")
            && record.sent_protocol().is_none_or(|p| header("x-sim-stream-protocol") == Some(p))
            && named(record).is_none_or(|(name, id)| header(name) == Some(id));
        if !same {
            let Record { name, .. } = record;
            let method = &request.method;
            let failure = format!("{name}: {method} {target} {sent:?} reached the wire");
            replayed.failures.push(failure);
        }
    }
    replayed
}

/// Returns whether the record is the answer to a pause after which the run is said to have completed.
fn ends_a_pause(record: &Record, want: &Want) -> bool {
    let (path, _) = record.path_and_query();
    record.method() == "POST"
        && (path.starts_with("/api/resume/") || path.ends_with("/resume"))
        && matches!(want, Want::Run("completed", ..))
}

/// Returns whether the body on the wire is the recorded one. A body that our clients cannot send is exempt: one
/// that is not JSON, and in v1 one that is not an object.
fn is_as_sent(record: &Record, sent: Option<&Value>) -> bool {
    match record.sent() {
        Some(recorded) if recorded.is_object() || record.generation() == Generation::V2 => {
            sent == Some(&recorded)
        }
        _ => true,
    }
}

/// Returns the run id that was sent, with the name of its header, unless the SDK rejects the id.
fn named(record: &Record) -> Option<(&'static str, &str)> {
    let header = if record.generation() == Generation::V2 { "x-run-id" } else { "x-execution-id" };
    record.sent_header(header).filter(|id| !id.contains(' ')).map(|id| (header, id))
}

/// Decodes a target and sorts its parameters. Clients differ in both, and servers accept all forms.
fn read(target: &str) -> (String, Vec<(String, String)>) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut parameters = pairs(query);
    parameters.sort();
    (decoded(path), parameters)
}

/// Settings for a client of one generation.
pub(crate) struct Speaks(pub(crate) Generation);

impl Settings for Speaks {
    fn apply<C: Connector>(&self, builder: ClientBuilder<C>) -> ClientBuilder<C> {
        builder.generation(self.0)
    }
}
