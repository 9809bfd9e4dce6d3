//! `deploy` and `undeploy`.

use clap::Args;
use simstudio::deployments::{DeployWorkflow, UndeployWorkflow};
use simstudio::flow::{DeployAndWait, DeployEnd, Rollback};

use crate::exit::Exit;
use crate::failure::Outcome;
use crate::listing::data;
use crate::output::Column;
use crate::settings::Settings;

const FIELDS: [Column; 4] = [
    ("workflow", "/id"),
    ("deployed", "/isDeployed"),
    ("version", "/activeDeployment/version"),
    ("status", "/latestDeploymentAttempt/status"),
];

/// Deploy a workflow in its current state
#[derive(Debug, Args)]
pub(crate) struct Deploy {
    /// The id of the workflow
    workflow: String,
    /// The name of the version
    #[arg(long)]
    name: Option<String>,
    /// What changed in the version
    #[arg(long)]
    description: Option<String>,
    /// Wait until the version is active, with its webhooks and schedules
    #[arg(long)]
    wait: bool,
    /// Go back to the version before if this one does not become active
    #[arg(long, requires = "wait")]
    rollback: bool,
}

impl Deploy {
    pub(crate) fn run(self, settings: &Settings) -> Outcome {
        let client = settings.client()?;
        if !self.wait {
            let mut call = DeployWorkflow::new(self.workflow.as_str());
            if let Some(name) = self.name {
                call = call.name(name);
            }
            if let Some(text) = self.description {
                call = call.description(text);
            }
            settings.format.record(&data(&client, call)?, &FIELDS)?;
            return Ok(Exit::Done);
        }
        let mut plan = DeployAndWait::new(client.api(), self.workflow.as_str())?;
        if let Some(name) = self.name {
            plan = plan.name(name);
        }
        if let Some(text) = self.description {
            plan = plan.description(text);
        }
        if self.rollback {
            plan = plan.roll_back_on_failure();
        }
        let deployed = client.drive(plan)?;
        let version = deployed.version.map(|version| format!(" {version}")).unwrap_or_default();
        let exit = match &deployed.end {
            DeployEnd::Ready => {
                eprintln!("The version{version} is active.");
                Exit::Done
            }
            DeployEnd::NotReady => {
                eprintln!("The version{version} was not active when the wait was over.");
                Exit::WaitOver
            }
            DeployEnd::Failed(why) => {
                let why = why.as_ref().map(|why| format!(": {}", why.message));
                eprintln!("The version{version} failed{}.", why.unwrap_or_default());
                Exit::Failed
            }
            end => {
                eprintln!("The version{version} did not become active: {end:?}.");
                Exit::Failed
            }
        };
        match &deployed.rollback {
            Some(Rollback::Done(version)) => eprintln!("The version {version} is active again."),
            Some(other) => eprintln!("Rolling back: {other:?}."),
            None => {}
        }
        Ok(exit)
    }
}

/// Take a workflow out of service
#[derive(Debug, Args)]
pub(crate) struct Undeploy {
    /// The id of the workflow
    workflow: String,
}

impl Undeploy {
    pub(crate) fn run(self, settings: &Settings) -> Outcome {
        let done = data(&settings.client()?, UndeployWorkflow::new(self.workflow))?;
        settings.format.record(&done, &FIELDS)?;
        Ok(Exit::Done)
    }
}
