//! The workflows of the server and the folders that they lie in.

use std::sync::{Arc, Mutex, MutexGuard};

use crate::folder::{Folder, ROOT, parent};
use crate::hosted::Hosted;
use crate::workflow::Workflow;

#[derive(Debug, Default)]
pub(crate) struct Content {
    workflows: Vec<Arc<Hosted>>,
    pub(crate) folders: Vec<Folder>,
}

/// All workflows and folders.
#[derive(Debug, Default)]
pub(crate) struct Catalog(Mutex<Content>);

impl Catalog {
    /// These workflows, in folders that are made for them.
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

    /// A workflow that was not deleted.
    pub(crate) fn workflow(&self, id: &str) -> Option<Arc<Hosted>> {
        self.any(id).filter(|hosted| !hosted.facts().deleted)
    }

    /// A workflow, even a deleted one.
    pub(crate) fn any(&self, id: &str) -> Option<Arc<Hosted>> {
        self.open().workflows.iter().find(|hosted| hosted.workflow.id == id).cloned()
    }
}

impl Content {
    /// Puts a workflow before all others.
    pub(crate) fn add(&mut self, workflow: Workflow) -> Arc<Hosted> {
        let lowest = self.workflows.iter().map(|hosted| hosted.facts().position).min();
        let position = lowest.unwrap_or_default() - 1;
        let hosted = Arc::new(Hosted::new(workflow, position));
        self.workflows.push(Arc::clone(&hosted));
        hosted
    }

    /// The workflows that keys may see.
    pub(crate) fn own(&self) -> impl Iterator<Item = &Arc<Hosted>> {
        let seen = |hosted: &&Arc<Hosted>| !hosted.workflow.foreign && !hosted.facts().deleted;
        self.workflows.iter().filter(seen)
    }

    /// Whether another workflow of this folder has this name.
    pub(crate) fn has_name(&self, folder: &str, name: &str, except: Option<&str>) -> bool {
        self.own().filter(|hosted| Some(hosted.workflow.id.as_str()) != except).any(|hosted| {
            let facts = hosted.facts();
            facts.folder == folder && facts.name == name
        })
    }

    pub(crate) fn has_folder(&self, path: &str) -> bool {
        path == ROOT || self.folders.iter().any(|folder| folder.path == path)
    }

    /// A folder and those that it lies in.
    fn add_folders(&mut self, path: &str) {
        if !self.has_folder(path) {
            self.add_folders(parent(path));
            self.folders.push(Folder::new(path));
        }
    }
}
