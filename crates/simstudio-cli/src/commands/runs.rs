//! `runs`: the runs of a workflow.

use std::time::Duration;

use clap::{Args, Subcommand};
use simstudio::logs::{ListRuns, RunFilter};
use simstudio::serde_json::{json, to_value};
use simstudio::ureq::Client;
use simstudio::{CancelRun, ErrorKind, RunHandle, RunState, WaitPolicy};

use crate::exit::Exit;
use crate::failure::Outcome;
use crate::listing::Most;
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
                format.list(&list.most.of(&client, &call)?, &COLUMNS)?;
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
            Self::Wait(wait) => match wait.of(client).wait_for(&wait.handle(), WaitPolicy::new()) {
                Ok(result) => results::show(format, &result),
                Err(error) => over(error),
            },
            Self::Watch(wait) => {
                for state in wait.of(client).watch(&wait.handle(), WaitPolicy::new())? {
                    match state {
                        Ok(RunState::Outcome(result)) => return results::show(format, &result),
                        Ok(state) if format.is_structured() => {
                            line(&json!({"status": state.status()}).to_string())?;
                        }
                        Ok(state) => line(state.status().as_str())?,
                        Err(error) => return over(error),
                    }
                }
                Err("the states of the run ended without its outcome".into())
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

    /// Returns the client with the limit of the wait.
    fn of(&self, client: Client) -> Client {
        match self.wait_timeout {
            0 => client,
            seconds => client.with_deadline(Duration::from_secs(seconds)),
        }
    }
}

/// Returns the code for a wait that was over before the run ended; another error stays one.
fn over(error: simstudio::Error) -> Outcome {
    if !is_over(&error) {
        return Err(error.into());
    }
    eprintln!("The wait is over: {}", error.message());
    Ok(Exit::WaitOver)
}

/// Returns whether a wait ended because its time was over.
fn is_over(error: &simstudio::Error) -> bool {
    let is_bound = match error.kind() {
        ErrorKind::Ambiguous { cause, .. } => matches!(**cause, ErrorKind::WaitBound(_)),
        _ => false,
    };
    is_bound || error.is_timeout() || error.last_status().is_some()
}
