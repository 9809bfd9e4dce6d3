//! Makes the call of a record through the public interface.

mod execute;
mod given;
mod raw;
mod resources;
mod runs;
mod target;

pub(crate) use execute::stream_options;
use simstudio::Result;
use simstudio::v1::{GetJobStatus, GetUsageLimits, GetWorkflowStatus};
pub(crate) use target::{decoded, pairs};

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
            execute::v1(client, record, workflow, own)
        }
        ("POST", ["api", "v2", "workflows", workflow, "execute"]) => {
            execute::v2(client, record, workflow, own)
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
            asked.unwrap_or_else(|| raw::ask(client, record))
        }
    }
}
