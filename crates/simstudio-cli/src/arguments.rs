//! The command line.

use clap::{Parser, Subcommand};

use crate::commands::{
    access, batch, deploy, files, knowledge, logs, pauses, run, runs, shell, tables, workflows,
};
use crate::settings::Global;

/// Runs Sim workflows: waits for them, streams them, answers them, in bulk too.
///
/// Exit codes: 0 done, 1 failed, 2 the run was cancelled, 3 it waits for a person, 4 the wait was over before it ended.
#[derive(Debug, Parser)]
#[command(name = "simstudio", version, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a workflow
    Run(run::Run),
    /// Look at runs, wait for them and cancel them
    #[command(subcommand)]
    Runs(runs::Runs),
    /// Show where a run waits for people
    Pauses(pauses::Pauses),
    /// Answer a pause of a run
    Resume(pauses::Resume),
    /// Run a workflow for each row of a CSV or JSON-lines file; go on where it was if it is run again
    Batch(batch::Batch),
    /// Look at workflows
    #[command(subcommand, alias = "workflow")]
    Workflows(workflows::Workflows),
    /// Deploy a workflow
    Deploy(deploy::Deploy),
    /// Take a workflow out of service
    Undeploy(deploy::Undeploy),
    /// Look at the logs of runs
    #[command(subcommand)]
    Logs(logs::Logs),
    /// Show the limits and the usage of the account
    Limits,
    /// Move files up and down
    #[command(subcommand, alias = "file")]
    Files(files::Files),
    /// Look at tables and add rows
    #[command(subcommand, alias = "table")]
    Tables(tables::Tables),
    /// Look at knowledge bases and search in them
    #[command(subcommand, alias = "kb")]
    Knowledge(knowledge::Knowledge),
    /// Log in with the browser, and keep the key in the profile
    Login(access::Login),
    /// Forget the key of the profile
    Logout,
    /// Check the key
    Whoami,
    /// List the profiles
    Profiles,
    /// Change the profile
    Configure(access::Configure),
    /// Print completions for a shell
    Completions(shell::Completions),
    /// Write the manual pages into a folder
    Man(shell::Man),
}
