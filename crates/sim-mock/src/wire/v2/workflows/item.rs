//! A workflow as lists and single answers show it.

use serde::Serialize;

use crate::graph;
use crate::hosted::Hosted;
use crate::ids;
use crate::state::State;

/// A workflow as lists show it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item {
    id: String,
    name: String,
    description: Option<String>,
    folder_path: String,
    workspace_id: String,
    is_deployed: bool,
    deployed_at: Option<String>,
    run_count: usize,
    last_run_at: Option<String>,
    created_at: String,
    updated_at: String,
}

impl Item {
    pub(super) fn of(state: &State, hosted: &Hosted) -> Self {
        let id = hosted.workflow.id.clone();
        let (run_count, last) = state.runs.begun_count(&id);
        let facts = hosted.facts();
        Self {
            id,
            name: facts.name.clone(),
            description: facts.description.clone(),
            folder_path: facts.folder.clone(),
            workspace_id: state.workspace.clone(),
            is_deployed: facts.active.is_some(),
            deployed_at: facts.active.as_ref().map(|active| ids::time_text(active.at)),
            run_count,
            last_run_at: last.map(ids::time_text),
            created_at: ids::time_text(facts.created_at),
            updated_at: ids::time_text(facts.updated_at),
        }
    }
}

/// An input field of a workflow.
#[derive(Debug, Serialize)]
pub(super) struct Input {
    name: String,
    r#type: String,
}

impl Input {
    pub(super) fn all(hosted: &Hosted) -> Vec<Self> {
        let fields = graph::inputs(&hosted.facts().graph).into_iter();
        fields.map(|field| Self { name: field.name, r#type: field.kind }).collect()
    }
}
