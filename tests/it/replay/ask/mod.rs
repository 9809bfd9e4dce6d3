//! Makes the call of a record through the public interface.

mod execute;
mod given;
mod resources;
mod runs;

pub(crate) use execute::stream_options;
use percent_encoding::percent_decode_str;
use simstudio::v1::{GetJobStatus, GetUsageLimits, GetWorkflowStatus};
use simstudio::{Raw, Result};

use super::got::Got;
use super::record::Record;
use crate::clients::Client;

/// Makes the call of `record`. `own` is the id of a run that it starts.
pub(crate) fn ask(client: &Client, record: &Record, own: &str) -> Result<Got> {
    let (path, _) = record.path_and_query();
    let parts: Vec<_> = path.trim_start_matches('/').split('/').map(decoded).collect();
    let parts: Vec<_> = parts.iter().map(String::as_str).collect();
    match (record.method(), parts.as_slice()) {
        ("POST", ["api", "workflows", workflow, "execute"]) => {
            execute::first(client, record, workflow, own)
        }
        ("POST", ["api", "v2", "workflows", workflow, "execute"]) => {
            execute::second(client, record, workflow, own)
        }
        ("GET", ["api", "workflows", workflow, "status"]) => {
            client.call(GetWorkflowStatus::new(*workflow)).map(Got::Status)
        }
        ("GET", ["api", "jobs", job]) => client.call(GetJobStatus::new(*job)).map(Got::Job),
        ("GET", ["api", "users", "me", "usage-limits"]) => {
            client.call(GetUsageLimits::new()).map(Got::Usage)
        }
        (method, parts) => {
            let asked = runs::ask(client, record, method, parts);
            let asked = asked.or_else(|| resources::ask(client, record, method, parts));
            asked.unwrap_or_else(|| raw(client, record))
        }
    }
}

/// Makes a call that has no type, or that no type would send.
fn raw(client: &Client, record: &Record) -> Result<Got> {
    client.call(as_raw(record)).map(Got::Json)
}

fn as_raw(record: &Record) -> Raw {
    let (path, query) = record.path_and_query();
    let mut raw = Raw::new(record.method().parse().expect("a method"), path);
    for (name, value) in pairs(query) {
        raw = raw.query(&name, value);
    }
    match record.sent() {
        Some(sent) => raw.json(&sent),
        None => raw,
    }
}

/// Returns the parameters of a query, decoded.
pub(crate) fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

/// Returns a part of a target, decoded.
pub(crate) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
