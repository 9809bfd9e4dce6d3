//! A workflow of the [`Sim`](crate::Sim): a closure and its deployment.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::agent::Agent;
use crate::chat::Chat;
use crate::folder::ROOT;
use crate::outcome::Work;
use crate::webhook::Webhook;

/// The closure that a run calls.
type Body = Arc<dyn Fn(Value) -> Work + Send + Sync>;

/// The deployed state of a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deployment {
    /// The workflow is not deployed.
    None,
    /// The current state of the workflow is deployed.
    Current,
    /// An earlier state of the workflow is deployed.
    Outdated,
}

/// A block of a workflow, as selected outputs name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) id: String,
    pub(crate) name: String,
}

impl Block {
    pub(crate) fn of(agent: &Agent) -> Self {
        Self { id: agent.id.clone(), name: agent.name.clone() }
    }
}

/// A field of a workflow's start block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: String,
}

/// A workflow, which is deployed by default.
#[derive(Clone)]
pub struct Workflow {
    pub(crate) id: String,
    body: Body,
    pub(crate) deployment: Deployment,
    pub(crate) public: bool,
    pub(crate) foreign: bool,
    pub(crate) takes: Duration,
    pub(crate) block: Option<Block>,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) folder: String,
    pub(crate) inputs: Vec<Field>,
    pub(crate) webhook: Option<Webhook>,
    pub(crate) chat: Option<Chat>,
}

impl Workflow {
    /// Creates a workflow with this id whose runs call the closure.
    ///
    /// The closure receives the input as the blocks of the workflow would see it, whether the request spread
    /// it over its body or put it under `input`. Each run calls the closure on a thread where it may block,
    /// so a test can hold a run in progress. A panic in the closure fails the run. Agents that it returns
    /// talk after it.
    pub fn new<R: Into<Work>>(
        id: impl Into<String>,
        body: impl Fn(Value) -> R + Send + Sync + 'static,
    ) -> Self {
        Self {
            id: id.into(),
            body: Arc::new(move |input| body(input).into()),
            deployment: Deployment::Current,
            public: false,
            foreign: false,
            takes: Duration::ZERO,
            block: None,
            name: None,
            description: None,
            folder: ROOT.to_owned(),
            inputs: Vec::new(),
            webhook: None,
            chat: None,
        }
    }

    /// Sets the name, which is the id by default.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the description. By default there is none.
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Puts the workflow into a folder, by a path like `/Sales/Europe` with percent-encoded segments. By
    /// default it lies in the root folder.
    pub fn folder(mut self, path: impl Into<String>) -> Self {
        self.folder = path.into();
        self
    }

    /// Declares a field of the input and its type (`string`, `number` …). As on Sim, the server does not
    /// check inputs against it.
    pub fn input(mut self, name: impl Into<String>, kind: impl Into<String>) -> Self {
        self.inputs.push(Field { name: name.into(), kind: kind.into() });
        self
    }

    /// Gives the workflow a webhook, by which a caller without a key can start it.
    pub fn webhook(mut self, webhook: Webhook) -> Self {
        self.webhook = Some(webhook);
        self
    }

    /// Deploys the workflow as a chat, by which visitors without a key can talk to it.
    pub fn chat(mut self, chat: Chat) -> Self {
        self.chat = Some(chat);
        self
    }

    /// Makes the workflow a draft: the server answers an execute with 403.
    pub fn not_deployed(mut self) -> Self {
        self.deployment = Deployment::None;
        self
    }

    /// Marks the workflow as edited after its deployment.
    pub fn needs_redeployment(mut self) -> Self {
        self.deployment = Deployment::Outdated;
        self
    }

    /// Lets callers execute the workflow without a key.
    pub fn public(mut self) -> Self {
        self.public = true;
        self
    }

    /// Puts the workflow into another workspace, which no key can reach.
    pub fn foreign(mut self) -> Self {
        self.foreign = true;
        self
    }

    /// Sets the id and the name of the block in which a run completes, so that a streamed run can select its
    /// outputs. By default only outputs of [`Agent`]s can be selected.
    pub fn block(mut self, id: impl Into<String>, name: impl Into<String>) -> Self {
        self.block = Some(Block { id: id.into(), name: name.into() });
        self
    }

    /// Sets the shortest time that a run takes. Agents talk after it.
    pub fn takes(mut self, time: Duration) -> Self {
        self.takes = time;
        self
    }

    pub(crate) fn call(&self, input: Value) -> Work {
        (self.body)(input)
    }
}

impl fmt::Debug for Workflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workflow")
            .field("id", &self.id)
            .field("deployment", &self.deployment)
            .field("public", &self.public)
            .field("foreign", &self.foreign)
            .field("takes", &self.takes)
            .field("block", &self.block)
            .finish_non_exhaustive()
    }
}
