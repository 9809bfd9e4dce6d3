//! The workflows of the server and the folders that hold them.

use std::sync::{Arc, Mutex, MutexGuard};

use crate::chat::Chat;
use crate::folder::{Folder, ROOT, parent};
use crate::hosted::Hosted;
use crate::webhook::Webhook;
use crate::workflow::Workflow;

#[derive(Debug, Default)]
pub(crate) struct Content {
    workflows: Vec<Arc<Hosted>>,
    pub(crate) folders: Vec<Folder>,
}

/// All workflows and folders of the server.
#[derive(Debug, Default)]
pub(crate) struct Catalog(Mutex<Content>);

impl Catalog {
    /// Creates a catalog of these workflows, and the folders that they name.
    pub(crate) fn new(workflows: Vec<Workflow>) -> Self {
        let mut content = Content::default();
        for workflow in workflows {
            content.add_folders(&workflow.folder);
            content.add(workflow);
        }
        Self(Mutex::new(content))
    }

    pub(crate) fn open(&self) -> MutexGuard<'_, Content> {
        self.0.lock().expect("no code panics while it holds the catalog")
    }

    /// Returns the workflow with this id, unless it was deleted.
    pub(crate) fn workflow(&self, id: &str) -> Option<Arc<Hosted>> {
        self.any(id).filter(|hosted| !hosted.facts().deleted)
    }

    /// Returns the workflow with a webhook of this path, while it is deployed.
    pub(crate) fn webhook(&self, path: &str) -> Option<(Arc<Hosted>, Webhook)> {
        let content = self.open();
        let mut live = content.own().filter(|hosted| hosted.is_deployed());
        live.find_map(|hosted| {
            let webhook = hosted.workflow.webhook.clone().filter(|own| own.path == path)?;
            Some((Arc::clone(hosted), webhook))
        })
    }

    /// Returns the workflow with the chat of this identifier, deployed or not.
    pub(crate) fn chat(&self, identifier: &str) -> Option<(Arc<Hosted>, Chat)> {
        let content = self.open();
        content.own().find_map(|hosted| {
            let chat = hosted.workflow.chat.clone().filter(|own| own.identifier == identifier)?;
            Some((Arc::clone(hosted), chat))
        })
    }

    /// Returns the workflow with this id, even if it was deleted.
    pub(crate) fn any(&self, id: &str) -> Option<Arc<Hosted>> {
        self.open().workflows.iter().find(|hosted| hosted.workflow.id == id).cloned()
    }
}

impl Content {
    /// Adds a workflow in front of all others.
    pub(crate) fn add(&mut self, workflow: Workflow) -> Arc<Hosted> {
        let lowest = self.workflows.iter().map(|hosted| hosted.facts().position).min();
        let position = lowest.unwrap_or_default() - 1;
        let hosted = Arc::new(Hosted::new(workflow, position));
        self.workflows.push(Arc::clone(&hosted));
        hosted
    }

    /// Returns the workflows that keys may see.
    pub(crate) fn own(&self) -> impl Iterator<Item = &Arc<Hosted>> {
        let seen = |hosted: &&Arc<Hosted>| !hosted.workflow.foreign && !hosted.facts().deleted;
        self.workflows.iter().filter(seen)
    }

    /// Returns whether another workflow in this folder has this name.
    pub(crate) fn has_name(&self, folder: &str, name: &str, except: Option<&str>) -> bool {
        self.own().filter(|hosted| Some(hosted.workflow.id.as_str()) != except).any(|hosted| {
            let facts = hosted.facts();
            facts.folder == folder && facts.name == name
        })
    }

    pub(crate) fn has_folder(&self, path: &str) -> bool {
        path == ROOT || self.folders.iter().any(|folder| folder.path == path)
    }

    /// Adds a folder and its parents, if they do not exist.
    fn add_folders(&mut self, path: &str) {
        if !self.has_folder(path) {
            self.add_folders(parent(path));
            self.folders.push(Folder::new(path));
        }
    }
}
