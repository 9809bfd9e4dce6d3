//! `logs`: the logs of runs.

use std::collections::HashMap;
use std::thread;
use std::time::Duration;

use clap::{Args, Subcommand};
use simstudio::ErrorKind;
use simstudio::logs::{GetLog, ListLogs, LogDetails, LogLevel};
use simstudio::serde_json::Value;
use simstudio::ureq::Client;

use crate::exit::Exit;
use crate::failure::Outcome;
use crate::listing::{Most, data};
use crate::output::{Column, Format, line};
use crate::settings::Settings;

const COLUMNS: [Column; 7] = [
    ("started", "/startedAt"),
    ("run", "/runId"),
    ("workflow", "/workflow/name"),
    ("status", "/status"),
    ("trigger", "/trigger"),
    ("ms", "/totalDurationMs"),
    ("cost", "/cost/total"),
];
/// The most runs that are looked at in each round, and the runs that are remembered.
const PAGE: usize = 100;
const REMEMBERED: usize = 5000;
/// The longest pause after failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Look at the logs of runs
#[derive(Debug, Subcommand)]
pub(crate) enum Logs {
    /// List the logs of the workspace, the latest first
    List {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        most: Most,
    },
    /// Read the log of a run
    Get {
        /// The id of the run
        run: String,
    },
    /// Print runs as they appear, and again when their status changes
    Follow {
        #[command(flatten)]
        which: Which,
        /// The runs of before that are printed first
        #[arg(short = 'n', long, default_value_t = 10)]
        last: usize,
        /// The seconds between two looks
        #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..))]
        interval: u64,
    },
}

/// Which logs are shown.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Only logs of this workflow; may be given several times
    #[arg(long = "workflow", value_name = "ID")]
    workflows: Vec<String>,
    /// Only logs of this level: info or error
    #[arg(long)]
    level: Option<String>,
    /// Only logs of runs that one of these triggers started
    #[arg(long = "trigger", value_name = "TRIGGER")]
    triggers: Vec<String>,
}

impl Which {
    fn call(&self, settings: &Settings) -> Outcome<ListLogs> {
        let mut call = ListLogs::new(settings.workspace()?).details(LogDetails::Full);
        if !self.workflows.is_empty() {
            call = call.workflows(&self.workflows);
        }
        if !self.triggers.is_empty() {
            call = call.triggers(self.triggers.clone());
        }
        if let Some(level) = &self.level {
            call = call.level(LogLevel::from(level.as_str()));
        }
        Ok(call)
    }
}

impl Logs {
    pub(crate) fn run(self, settings: &Settings) -> Outcome {
        let client = settings.client()?;
        match self {
            Self::List { which, most } => {
                let logs = most.of(&client, &which.call(settings)?)?;
                settings.format.list(&logs, &COLUMNS)?;
            }
            Self::Get { run } => {
                let log = data(&client, GetLog::new(run))?;
                settings.format.record(&log, &COLUMNS)?;
            }
            Self::Follow { which, last, interval } => {
                let call = which.call(settings)?;
                follow(&client, settings.format, &call, last, Duration::from_secs(interval))?;
            }
        }
        Ok(Exit::Done)
    }
}

/// Prints each run when it is first seen and when its status has changed, until somebody stops the program.
fn follow(
    client: &Client,
    format: Format,
    call: &ListLogs,
    last: usize,
    interval: Duration,
) -> Outcome<()> {
    let mut known = Known::default();
    let page = Most { limit: PAGE };
    let first = page.of(client, call)?;
    let old = first.len().min(last);
    for (at, log) in first.iter().enumerate().rev() {
        if known.is_news(log) && at < old {
            print(format, log)?;
        }
    }
    let mut pause = interval;
    loop {
        thread::sleep(pause);
        match page.of(client, call) {
            Ok(logs) => {
                pause = interval;
                for log in logs.iter().rev().filter(|log| known.is_news(log)) {
                    print(format, log)?;
                }
            }
            Err(error) if is_final(&*error) => return Err(error),
            Err(error) => {
                eprintln!("The logs cannot be read now: {error:#}");
                pause = (pause * 2).min(LONGEST_PAUSE.max(interval));
            }
        }
    }
}

/// Returns whether another look would end in the same error.
fn is_final(error: &(dyn std::error::Error + 'static)) -> bool {
    let error = error.downcast_ref::<simstudio::Error>();
    let is_refusal = |error: &simstudio::Error| {
        let status = error.status().map_or(0, |status| status.as_u16());
        *error.kind() == ErrorKind::Api && status < 500 && ![408, 425, 429].contains(&status)
    };
    error.is_none_or(is_refusal)
}

/// The runs that were printed, each with the status that it had then. The older half is forgotten when there are many.
#[derive(Debug, Default)]
struct Known {
    now: HashMap<String, String>,
    before: HashMap<String, String>,
}

impl Known {
    fn is_news(&mut self, log: &Value) -> bool {
        let word = |key: &str| log[key].as_str().unwrap_or_default().to_owned();
        let (run, status) = (word("runId"), word("status"));
        let seen = self.now.get(&run).or_else(|| self.before.get(&run));
        let is_news = seen != Some(&status);
        if self.now.len() >= REMEMBERED / 2 {
            self.before = std::mem::take(&mut self.now);
        }
        self.now.insert(run, status);
        is_news
    }
}

/// Prints a log in one line, or as a document of its own.
fn print(format: Format, log: &Value) -> Outcome<()> {
    match format {
        Format::Json => line(&log.to_string()),
        Format::Yaml => {
            line("---")?;
            format.value(log)
        }
        _ => Format::Text.list(std::slice::from_ref(log), &COLUMNS),
    }
}

#[cfg(test)]
mod tests {
    use simstudio::serde_json::json;

    use super::*;

    #[test]
    fn a_run_is_news_once_for_each_status() {
        let mut known = Known::default();
        let log = |status: &str| json!({"runId": "r", "status": status});
        assert!(known.is_news(&log("running")));
        assert!(!known.is_news(&log("running")));
        assert!(known.is_news(&log("completed")));
        assert!(!known.is_news(&log("completed")));
    }
}
