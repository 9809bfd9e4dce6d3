//! The commands.

pub(crate) mod access;
pub(crate) mod batch;
pub(crate) mod deploy;
pub(crate) mod files;
pub(crate) mod knowledge;
pub(crate) mod limits;
pub(crate) mod logs;
pub(crate) mod pauses;
pub(crate) mod run;
pub(crate) mod runs;
pub(crate) mod shell;
pub(crate) mod tables;
pub(crate) mod workflows;

use clap::Args;
use simstudio::operation::{Answer, RawAnswer};
use simstudio::prelude::{Endpoint, Paginated};
use simstudio::serde_json::{Value, from_slice};
use simstudio::ureq::Client;

use crate::arguments::{Arguments, Command};
use crate::failure::Outcome;
use crate::settings::Settings;

/// Runs a command.
pub(crate) fn run(arguments: Arguments) -> Outcome {
    if let Command::Completions(shell) = arguments.command {
        return shell.run();
    }
    if let Command::Man(pages) = arguments.command {
        return pages.run();
    }
    let settings = Settings::new(arguments.global)?;
    match arguments.command {
        Command::Run(command) => command.run(&settings),
        Command::Runs(command) => command.run(&settings),
        Command::Pauses(command) => command.run(&settings),
        Command::Resume(command) => command.run(&settings),
        Command::Batch(command) => command.run(&settings),
        Command::Workflows(command) => command.run(&settings),
        Command::Deploy(command) => command.run(&settings),
        Command::Undeploy(command) => command.run(&settings),
        Command::Logs(command) => command.run(&settings),
        Command::Limits => limits::run(&settings),
        Command::Files(command) => command.run(&settings),
        Command::Tables(command) => command.run(&settings),
        Command::Knowledge(command) => command.run(&settings),
        Command::Login(command) => command.run(&settings),
        Command::Logout => access::logout(&settings),
        Command::Whoami => access::whoami(&settings),
        Command::Profiles => access::profiles(&settings),
        Command::Configure(command) => command.run(&settings),
        Command::Completions(_) | Command::Man(_) => unreachable!("they need no settings"),
    }
}

/// How much of a list is printed.
#[derive(Debug, Args)]
pub(crate) struct Most {
    /// The most items to print; 0 prints all
    #[arg(long, default_value_t = 100)]
    limit: usize,
}

impl Most {
    /// Returns the items of a list as the server sent them, up to the limit.
    fn of<E: Paginated>(&self, client: &Client, list: E) -> Outcome<Vec<Value>> {
        let most = if self.limit == 0 { usize::MAX } else { self.limit };
        let mut items = Vec::new();
        let mut next = Some(list.clone());
        while let Some(page) = next.take().filter(|_| items.len() < most) {
            let mut page = body(&client.call(RawAnswer::new(page))?)?;
            if let Value::Array(found) = page["data"].take() {
                items.extend(found);
            }
            if let Value::String(cursor) = page["nextCursor"].take() {
                next = Some(list.clone().after(cursor.into()));
            }
        }
        items.truncate(most);
        Ok(items)
    }
}

/// Makes a call and returns what is inside `data`, as the server sent it.
fn data(client: &Client, endpoint: impl Endpoint) -> Outcome<Value> {
    let mut body = body(&client.call(RawAnswer::new(endpoint))?)?;
    Ok(match body.get_mut("data") {
        Some(data) => data.take(),
        None => body,
    })
}

fn body(answer: &Answer) -> Outcome<Value> {
    Ok(from_slice(&answer.body)?)
}
