//! `runs`: the runs of a workflow.

use std::time::Duration;

use clap::{Args, Subcommand};
use simstudio::logs::{ListRuns, RunFilter};
use simstudio::serde_json::{json, to_value};
use simstudio::{CancelRun, ErrorKind, RunHandle, RunState, WaitPolicy};

use crate::commands::Most;
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::output::{Column, line};
use crate::results;
use crate::settings::Settings;

const COLUMNS: [Column; 6] = [
    ("run", "/runId"),
    ("status", "/status"),
    ("trigger", "/trigger"),
    ("started", "/startedAt"),
    ("ms", "/durationMs"),
    ("cost", "/cost/total"),
];
const CANCELLATION: [Column; 3] =
    [("run", "/runId"), ("success", "/success"), ("reason", "/reason")];

/// Look at runs, wait for them and cancel them
#[derive(Debug, Subcommand)]
pub(crate) enum Runs {
    /// List the runs of a workflow, the latest first
    List(List),
    /// Read a run with its output
    Get(Which),
    /// Wait for the end of a run and print its result
    Wait(Wait),
    /// Print the states of a run as they change
    Watch(Wait),
    /// Ask for the cancellation of a run
    Cancel(Which),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// The id of the workflow
    #[arg(long)]
    workflow: String,
    /// Only runs with this status
    #[arg(long)]
    status: Option<String>,
    /// Only runs that this trigger started
    #[arg(long)]
    trigger: Option<String>,
    #[command(flatten)]
    most: Most,
}

/// A run.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// The id of the run
    pub(crate) run: String,
    /// The id of its workflow
    #[arg(long)]
    pub(crate) workflow: String,
}

#[derive(Debug, Args)]
pub(crate) struct Wait {
    #[command(flatten)]
    which: Which,
    /// The longest time to wait; 0 waits until the bounds of a wait
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    wait_timeout: u64,
}

impl Runs {
    pub(crate) fn run(self, settings: &Settings) -> Outcome {
        let client = settings.client()?;
        let format = settings.format;
        match self {
            Self::List(list) => {
                let mut call = ListRuns::new(list.workflow.as_str());
                if let Some(status) = list.status {
                    call = call.status(RunFilter::from(status.as_str()));
                }
                if let Some(trigger) = list.trigger {
                    call = call.trigger(trigger);
                }
                format.list(&list.most.of(&client, call)?, &COLUMNS)?;
                Ok(Exit::Done)
            }
            Self::Get(Which { run, workflow }) => {
                let run = client.find_run(workflow.as_str(), run.as_str())?;
                if format.is_structured() {
                    format.value(&to_value(&run)?)?;
                } else {
                    format.record(&to_value(&run)?, &COLUMNS)?;
                    run.output.iter().try_for_each(|output| format.value(output))?;
                }
                Ok(Exit::Done)
            }
            Self::Wait(wait) => {
                let handle = wait.handle();
                let result = match wait.limit() {
                    Some(limit) => client.with_deadline(limit),
                    None => client,
                };
                wait.end(result.wait_for(&handle, WaitPolicy::new()), |result| {
                    results::show(format, &result)
                })
            }
            Self::Watch(wait) => {
                let client = match wait.limit() {
                    Some(limit) => client.with_deadline(limit),
                    None => client,
                };
                for state in client.watch(&wait.handle(), WaitPolicy::new())? {
                    let end = wait.end(state.map(Some), |state| match state {
                        Some(RunState::Outcome(result)) => results::show(format, &result),
                        Some(state) => {
                            if format.is_structured() {
                                line(&json!({"status": state.status()}).to_string())?;
                            } else {
                                line(state.status().as_str())?;
                            }
                            Ok(Exit::WaitOver)
                        }
                        None => Ok(Exit::WaitOver),
                    });
                    match end {
                        Ok(Exit::WaitOver) => {}
                        other => return other,
                    }
                }
                Ok(Exit::WaitOver)
            }
            Self::Cancel(Which { run, workflow }) => {
                let done = client.call(CancelRun::new(workflow.as_str(), run.as_str()))?;
                format.record(&to_value(&done)?, &CANCELLATION)?;
                Ok(if done.success { Exit::Done } else { Exit::Failed })
            }
        }
    }
}

impl Wait {
    fn handle(&self) -> RunHandle {
        RunHandle::new(self.which.workflow.as_str(), self.which.run.as_str())
    }

    fn limit(&self) -> Option<Duration> {
        (self.wait_timeout > 0).then(|| Duration::from_secs(self.wait_timeout))
    }

    /// Returns the code for a wait that was over before the run ended, and otherwise what `then` returns.
    fn end<T>(&self, waited: simstudio::Result<T>, then: impl FnOnce(T) -> Outcome) -> Outcome {
        match waited {
            Ok(value) => then(value),
            Err(error) if is_over(&error) => {
                eprintln!("The wait is over: {}", error.message());
                Ok(Exit::WaitOver)
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Returns whether a wait ended because its time was over.
fn is_over(error: &simstudio::Error) -> bool {
    let is_bound = match error.kind() {
        ErrorKind::Ambiguous { cause, .. } => matches!(**cause, ErrorKind::WaitBound(_)),
        _ => false,
    };
    is_bound || error.is_timeout() || error.last_status().is_some()
}
