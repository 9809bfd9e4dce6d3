//! A call that every peer can make.

use serde_json::{Value, json};
use sim_mock::Sim;

/// One call, or something that happens to the server between two.
#[derive(Clone)]
pub(crate) enum Step {
    /// `execute_workflow`.
    Execute { workflow: &'static str, input: Value, timeout: Option<f64> },
    /// `execute_workflow` within the client's own scope: a context manager in Python.
    Scoped { workflow: &'static str, input: Value },
    /// `execute_workflow_sync`.
    Sync { workflow: &'static str, input: Value },
    /// `execute_workflow` with `async_execution`.
    Queue { workflow: &'static str, input: Value },
    /// `execute_workflow` with `stream`.
    Stream { workflow: &'static str, outputs: Option<&'static str> },
    /// `execute_with_retry`.
    Retry { workflow: &'static str, retries: u32 },
    /// `get_workflow_status`.
    Status(&'static str),
    /// `validate_workflow`.
    Validate(&'static str),
    /// `get_job_status`; `{job}` is the job of the run that was started last.
    Job(&'static str),
    /// `get_workflow_run`; `{run}` is the run that was started last.
    Run { workflow: &'static str, run: &'static str },
    /// Waits for the end of a run.
    Wait { workflow: &'static str, run: &'static str },
    /// Cancels a run.
    Cancel { workflow: &'static str, run: &'static str },
    /// Resumes a run where it waits.
    Resume { workflow: &'static str, run: &'static str, context: &'static str, input: Value },
    /// Lists the runs of a workflow that stand so.
    List { workflow: &'static str, status: &'static str },
    /// Lists the workflows of the workspace.
    Workflows,
    /// `get_usage_limits`.
    Usage,
    /// `get_rate_limit_info`.
    RateLimit,
    /// `set_api_key`.
    SetKey(&'static str),
    /// `set_base_url`; `{url}` is where the server is.
    SetBaseUrl(&'static str),
    /// `close`. Nothing can follow it.
    Close,
    /// Something that the server does by itself.
    Server(fn(&Sim)),
}

/// The backoff that `execute_with_retry` begins with, in seconds.
pub(crate) const BACKOFF: f64 = 0.01;

/// A file in an input.
pub(crate) fn file(name: &str, mime: &str, content: &str) -> Value {
    json!({"$file": {"name": name, "mime": mime, "content": content}})
}

/// The job of the run that was started last.
pub(crate) fn job(sim: &Sim, template: &str) -> String {
    let last = sim.runs().last().map(|run| format!("workflow-execution:{}", run.id));
    template.replace("{job}", &last.unwrap_or_default())
}

/// The run that was started last.
pub(crate) fn run(sim: &Sim, template: &str) -> String {
    let last = sim.runs().last().map(|run| run.id.clone());
    template.replace("{run}", &last.unwrap_or_default())
}

impl Step {
    /// The method of the official SDK.
    pub(crate) fn method(&self) -> &'static str {
        match self {
            Self::Execute { .. }
            | Self::Scoped { .. }
            | Self::Queue { .. }
            | Self::Stream { .. } => "execute_workflow",
            Self::Sync { .. } => "execute_workflow_sync",
            Self::Retry { .. } => "execute_with_retry",
            Self::Status(_) => "get_workflow_status",
            Self::Validate(_) => "validate_workflow",
            Self::Job(_) => "get_job_status",
            Self::Run { .. } => "get_workflow_run",
            Self::Wait { .. } => "wait",
            Self::Cancel { .. } => "cancel",
            Self::Resume { .. } => "resume",
            Self::List { .. } => "list",
            Self::Workflows => "workflows",
            Self::Usage => "get_usage_limits",
            Self::RateLimit => "get_rate_limit_info",
            Self::SetKey(_) => "set_api_key",
            Self::SetBaseUrl(_) => "set_base_url",
            Self::Close => "close",
            Self::Server(_) => "",
        }
    }

    /// The call as the driver takes it.
    pub(crate) fn command(&self, sim: &Sim) -> Value {
        let (args, kwargs) = match self {
            Self::Execute { workflow, input, timeout: Some(timeout) } => {
                (json!([workflow, input]), json!({"timeout": timeout}))
            }
            Self::Execute { workflow, input, .. }
            | Self::Scoped { workflow, input }
            | Self::Sync { workflow, input } => (json!([workflow, input]), json!({})),
            Self::Queue { workflow, input } => {
                (json!([workflow, input]), json!({"async_execution": true}))
            }
            Self::Stream { workflow, outputs } => (
                json!([workflow]),
                json!({"stream": true, "selected_outputs": outputs.map(|output| [output])}),
            ),
            Self::Retry { workflow, retries } => {
                (json!([workflow]), json!({"max_retries": retries, "initial_delay": BACKOFF}))
            }
            Self::Status(workflow) | Self::Validate(workflow) => (json!([workflow]), json!({})),
            Self::Job(template) => (json!([job(sim, template)]), json!({})),
            Self::SetKey(key) => (json!([key]), json!({})),
            Self::SetBaseUrl(template) => {
                (json!([template.replace("{url}", sim.url())]), json!({}))
            }
            Self::Run { workflow, run } => {
                (json!([workflow, self::run(sim, run)]), json!({"include_output": true}))
            }
            // The official SDK has the others not.
            _ => (json!([]), json!({})),
        };
        let scoped = matches!(self, Self::Scoped { .. });
        json!({"method": self.method(), "args": args, "kwargs": kwargs, "scoped": scoped})
    }
}
