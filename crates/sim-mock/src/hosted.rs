//! A workflow on the server: its closure, and its state that can change.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard};

use jiff::Timestamp;
use serde_json::Value;

use crate::graph;
use crate::ids;
use crate::rollout::Rollout;
use crate::workflow::{Deployment, Workflow};

/// A workflow and everything that the server knows about it.
#[derive(Debug)]
pub(crate) struct Hosted {
    pub(crate) workflow: Workflow,
    facts: Mutex<Facts>,
}

/// The state of a workflow that requests can change.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) folder: String,
    /// The position among the other workflows; the newest has the lowest number.
    pub(crate) position: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) graph: Value,
    /// Whether the workflow was edited after its deployment.
    pub(crate) edited: bool,
    pub(crate) deleted: bool,
    pub(crate) versions: Vec<Version>,
    /// The activation of the deployed version, or `None` while nothing is deployed.
    pub(crate) active: Option<Activation>,
    /// The number of the version that was active before, or `None` if there was none.
    pub(crate) before: Option<u64>,
    /// How the next deployment goes, if a test planned it.
    pub(crate) planned: Option<Rollout>,
    /// The deployment that is not active yet or failed, or `None` if the latest one is active.
    pub(crate) underway: Option<Underway>,
    /// The keys of the deliveries that the webhook has taken. They are forgotten when the workflow is undeployed.
    pub(crate) deliveries: HashSet<String>,
}

/// A deployed version of a workflow.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    pub(crate) id: String,
    pub(crate) number: u64,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) graph: Value,
}

/// The event that made a version active.
#[derive(Debug, Clone)]
pub(crate) struct Activation {
    pub(crate) id: String,
    /// The id and the number of the version.
    pub(crate) version: (String, u64),
    /// The name of the request that activated the version: `deploy` or `activate`.
    pub(crate) action: &'static str,
    pub(crate) at: Timestamp,
}

/// A deployment on its way.
#[derive(Debug, Clone)]
pub(crate) struct Underway {
    pub(crate) attempt: Activation,
    rollout: Rollout,
    has_failed: bool,
}

impl Underway {
    /// Returns why the deployment failed, or `None` if it is in preparation.
    pub(crate) fn failure(&self) -> Option<&str> {
        self.rollout.failure.as_deref().filter(|_| self.has_failed)
    }
}

impl Hosted {
    pub(crate) fn new(workflow: Workflow, position: i64) -> Self {
        let now = Timestamp::now();
        let mut facts = Facts {
            name: workflow.name.clone().unwrap_or_else(|| workflow.id.clone()),
            description: workflow.description.clone(),
            folder: workflow.folder.clone(),
            position,
            created_at: now,
            updated_at: now,
            graph: graph::of(&workflow),
            edited: false,
            deleted: false,
            versions: Vec::new(),
            active: None,
            before: None,
            planned: None,
            underway: None,
            deliveries: HashSet::new(),
        };
        if workflow.deployment != Deployment::None {
            facts.deploy(None, None);
        }
        facts.edited = workflow.deployment == Deployment::Outdated;
        Self { workflow, facts: Mutex::new(facts) }
    }

    pub(crate) fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().expect("no code panics while it holds the facts")
    }

    pub(crate) fn is_deployed(&self) -> bool {
        self.facts().active.is_some()
    }

    pub(crate) fn set_deployed(&self, deployed: bool) {
        let mut facts = self.facts();
        match (deployed, facts.versions.last().map(|version| version.number)) {
            (false, _) => facts.undeploy(),
            (true, Some(last)) => drop(facts.activate(last, "activate")),
            (true, None) => facts.deploy(None, None),
        }
    }
}

impl Facts {
    /// Deploys the current graph as a new version.
    pub(crate) fn deploy(&mut self, name: Option<String>, description: Option<String>) {
        let number = self.versions.last().map_or(1, |version| version.number + 1);
        let id = ids::uuid();
        self.versions.push(Version {
            id: id.clone(),
            number,
            name,
            description,
            created_at: Timestamp::now(),
            graph: self.graph.clone(),
        });
        self.edited = false;
        match self.planned.take() {
            None => drop(self.activate(number, "deploy")),
            Some(rollout) => {
                let (version, at) = ((id, number), Timestamp::now());
                let attempt = Activation { id: ids::uuid(), version, action: "deploy", at };
                self.underway = Some(Underway { attempt, rollout, has_failed: false });
            }
        }
    }

    /// Takes note that the deployment is read: one that was read often enough ends.
    pub(crate) fn read_deployment(&mut self) {
        let Some(underway) = &mut self.underway else { return };
        match underway.rollout.reads.checked_sub(1) {
            Some(left) => underway.rollout.reads = left,
            None if underway.rollout.failure.is_none() => {
                let number = underway.attempt.version.1;
                self.activate(number, "deploy");
            }
            None => underway.has_failed = true,
        }
    }

    /// Activates a version. Returns `None` if no version has this number.
    pub(crate) fn activate(&mut self, number: u64, action: &'static str) -> Option<Activation> {
        let version = self.version(number)?;
        let version = (version.id.clone(), version.number);
        let at = Timestamp::now();
        let activation = Activation { id: ids::uuid(), version, action, at };
        self.underway = None;
        let before = self.active.replace(activation.clone());
        self.before = before.map(|before| before.version.1).filter(|before| *before != number);
        Some(activation)
    }

    pub(crate) fn undeploy(&mut self) {
        self.active = None;
        self.deliveries.clear();
    }

    pub(crate) fn version(&self, number: u64) -> Option<&Version> {
        self.versions.iter().find(|version| version.number == number)
    }
}
