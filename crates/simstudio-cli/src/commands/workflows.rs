//! `workflows`: the workflows of a workspace.

use clap::{Args, Subcommand};
use simstudio::workflows::{GetWorkflow, ListWorkflows};

use crate::exit::Exit;
use crate::failure::Outcome;
use crate::listing::{Most, data};
use crate::output::{Column, line};
use crate::settings::Settings;

const COLUMNS: [Column; 5] = [
    ("id", "/id"),
    ("name", "/name"),
    ("deployed", "/isDeployed"),
    ("runs", "/runCount"),
    ("last run", "/lastRunAt"),
];

/// Look at workflows
#[derive(Debug, Subcommand)]
pub(crate) enum Workflows {
    /// List the workflows of the workspace
    List(List),
    /// Read a workflow
    Get {
        /// The id of the workflow
        workflow: String,
    },
    /// Print a Rust struct with the inputs of a workflow
    Types {
        /// The id of the workflow
        workflow: String,
        /// The name of the struct
        #[arg(long, default_value = "Input")]
        name: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only workflows with this text in their name
    #[arg(long)]
    search: Option<String>,
    /// Only workflows that are deployed
    #[arg(long)]
    deployed_only: bool,
    #[command(flatten)]
    most: Most,
}

impl Workflows {
    pub(crate) fn run(self, settings: &Settings) -> Outcome {
        let client = settings.client()?;
        match self {
            Self::List(list) => {
                let mut call = ListWorkflows::new(settings.workspace()?);
                if let Some(text) = list.search {
                    call = call.search(text);
                }
                if list.deployed_only {
                    call = call.deployed_only(true);
                }
                settings.format.list(&list.most.of(&client, &call)?, &COLUMNS)?;
            }
            Self::Get { workflow } => {
                let workflow = data(&client, GetWorkflow::new(workflow))?;
                settings.format.record(&workflow, &COLUMNS)?;
            }
            Self::Types { workflow, name } => {
                let text = client.call(GetWorkflow::new(workflow))?.rust_struct(&name)?;
                line(text.trim_end())?;
            }
        }
        Ok(Exit::Done)
    }
}
