//! Makes the call that a record was made of, and looks at what it gave and at what reached the wire.

use serde_json::Value;
use sim_conformance::Canned;
use simstudio::{ExecuteWorkflow, GetJobStatus, GetUsageLimits, GetWorkflowStatus, Raw, Result};

use super::expected::{Got, Want};
use super::record::Record;
use crate::clients::{Client, Plain};

const OWN: &str = "own-run";

/// Replays a record on both transports; gives what differs from what is wanted.
pub(crate) fn on_both(record: &Record, want: &Want) -> Vec<String> {
    let server = Canned::answer(record.status(), &record.headers(), record.answer());
    let own = record.sent_header("x-execution-id").unwrap_or(OWN);
    let mut failures = Vec::new();
    for client in Client::both(&server.url(), &Plain) {
        let failed = |why: String| format!("{} on {}: {why}", record.name, client.name());
        failures.extend(want.check(call(&client, record, own), own).map_err(failed).err());
    }
    let requests = server.requests();
    if requests.len() != 2 {
        failures.push(format!("{}: {} requests for two calls", record.name, requests.len()));
    }
    for request in &requests {
        let target = match request.url.query() {
            Some(query) => format!("{}?{query}", request.url.path()),
            None => request.url.path().to_owned(),
        };
        let sent = serde_json::from_slice::<Value>(&request.body).ok();
        // A body that no client of ours would send is replaced by one without input.
        let recorded = record.sent().filter(Value::is_object).or(sent.clone());
        let same = request.method.as_str() == record.method()
            && decoded(&target) == decoded(record.target())
            && sent == recorded
            && request.headers.get("x-execution-mode").map(http::HeaderValue::as_bytes)
                == record.sent_header("x-execution-mode").map(str::as_bytes);
        if !same {
            failures.push(format!(
                "{}: {} {target} {sent:?} reached the wire",
                record.name, request.method
            ));
        }
    }
    failures
}

/// Some clients encode a colon in a path and some do not; servers take both.
fn decoded(target: &str) -> String {
    target.replace("%3A", ":")
}

fn call(client: &Client, record: &Record, own: &str) -> Result<Got> {
    let parts: Vec<_> = record.target().trim_start_matches('/').split(['/', '?']).collect();
    let mut sent = record.sent().filter(Value::is_object);
    let mut flag = |key: &str| sent.as_mut().and_then(|sent| sent.as_object_mut()?.remove(key));
    let (streams, thinks) = (flag("stream").is_some(), flag("includeThinking").is_some());
    match (record.method(), parts.as_slice()) {
        ("POST", ["api", "workflows", workflow, "execute"]) => {
            let mut execute = ExecuteWorkflow::new(*workflow);
            // An id that the SDK refuses to send is no reason not to look at the server's refusal of it.
            if let Some(id) = Some(own).filter(|id| !id.contains(' ')) {
                execute = execute.run_id(id);
            }
            if let Some(sent) = sent {
                execute = execute.input(sent);
            }
            if streams {
                return client
                    .stream(execute.stream().include_thinking(thinks))
                    .map(|run| Got::Run(Box::new(run)));
            }
            match (
                record.sent_header("x-execution-mode"),
                record.sent_header("x-execution-timeout-seconds"),
            ) {
                (None, _) => client.call(execute).map(|run| Got::Run(Box::new(run))),
                (Some(_), None) => client.call(execute.queue()).map(Got::Receipt),
                (Some(_), Some(seconds)) => {
                    let limit =
                        std::time::Duration::from_secs(seconds.parse().expect("whole seconds"));
                    client.call(execute.queue().execution_timeout(limit)).map(Got::Receipt)
                }
            }
        }
        ("GET", ["api", "workflows", workflow, "status"]) => {
            client.call(GetWorkflowStatus::new(*workflow)).map(Got::Status)
        }
        ("GET", ["api", "jobs", job]) => client.call(GetJobStatus::new(*job)).map(Got::Job),
        ("GET", ["api", "users", "me", "usage-limits"]) => {
            client.call(GetUsageLimits::new()).map(Got::Usage)
        }
        (method, _) => raw(client, method, record, sent),
    }
}

/// What has no type of its own yet.
fn raw(client: &Client, method: &str, record: &Record, sent: Option<Value>) -> Result<Got> {
    let (path, query) = record.target().split_once('?').unwrap_or((record.target(), ""));
    let method = method.parse().expect("a method");
    let mut raw = Raw::new(method, path);
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        raw = raw.query(name, value);
    }
    if let Some(sent) = sent {
        raw = raw.json(&sent);
    }
    client.call(raw).map(Got::Json)
}
