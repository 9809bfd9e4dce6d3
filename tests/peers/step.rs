//! A call that every peer can make.

use serde_json::{Value, json};
use sim_mock::Sim;

/// One call, or an event of the server between two calls.
#[derive(Clone)]
pub(crate) enum Step {
    /// A call of `execute_workflow`.
    Execute { workflow: &'static str, input: Value, timeout: Option<f64> },
    /// A call of `execute_workflow` within the client's own scope, a context manager in Python.
    Scoped { workflow: &'static str, input: Value },
    /// A call of `execute_workflow_sync`.
    Sync { workflow: &'static str, input: Value },
    /// A call of `execute_workflow` with `async_execution`.
    Queue { workflow: &'static str, input: Value },
    /// A call of `execute_workflow` with `stream`.
    Stream { workflow: &'static str, outputs: Option<&'static str> },
    /// A call of `execute_with_retry`.
    Retry { workflow: &'static str, retries: u32 },
    /// A call of `get_workflow_status`.
    Status(&'static str),
    /// A call of `validate_workflow`.
    Validate(&'static str),
    /// A call of `get_job_status`. `{job}` is the job of the last started run.
    Job(&'static str),
    /// A call of `get_workflow_run`. `{run}` is the last started run.
    Run { workflow: &'static str, run: &'static str },
    /// Waiting for the end of a run.
    Wait { workflow: &'static str, run: &'static str },
    /// The cancellation of a run.
    Cancel { workflow: &'static str, run: &'static str },
    /// Resuming a run at its pause point.
    Resume { workflow: &'static str, run: &'static str, context: &'static str, input: Value },
    /// Listing the runs of a workflow with this status.
    List { workflow: &'static str, status: &'static str },
    /// Listing the workflows of the workspace.
    Workflows,
    /// A call of `get_usage_limits`.
    Usage,
    /// A call of `get_rate_limit_info`.
    RateLimit,
    /// A call of `set_api_key` with this key.
    SetKey(&'static str),
    /// A call of `set_base_url`. `{url}` is the address of the server.
    SetBaseUrl(&'static str),
    /// A call of `close`, which must be the last step.
    Close,
    /// A change of the server's state.
    Server(fn(&Sim)),
}

/// The first backoff of `execute_with_retry`, in seconds.
pub(crate) const BACKOFF: f64 = 0.01;

/// Returns a file in an input.
pub(crate) fn file(name: &str, mime: &str, content: &str) -> Value {
    json!({"$file": {"name": name, "mime": mime, "content": content}})
}

/// Returns the job of the last started run.
pub(crate) fn job(sim: &Sim, template: &str) -> String {
    let last = sim.runs().last().map(|run| format!("workflow-execution:{}", run.id));
    template.replace("{job}", &last.unwrap_or_default())
}

/// Returns the last started run.
pub(crate) fn run(sim: &Sim, template: &str) -> String {
    let last = sim.runs().last().map(|run| run.id.clone());
    template.replace("{run}", &last.unwrap_or_default())
}

impl Step {
    /// Returns the name of the method in the official SDK.
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

    /// Returns the call in the driver's form.
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
            // The official SDK lacks the others.
            _ => (json!([]), json!({})),
        };
        let scoped = matches!(self, Self::Scoped { .. });
        json!({"method": self.method(), "args": args, "kwargs": kwargs, "scoped": scoped})
    }
}
