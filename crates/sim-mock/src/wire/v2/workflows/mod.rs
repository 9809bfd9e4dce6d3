//! `/api/v2/workflows`: the workflows themselves.

use serde::Serialize;

use crate::graph;
use crate::hosted::Hosted;
use crate::ids;
use crate::state::State;

pub(super) mod deploy;
pub(super) mod edit;
pub(super) mod folders;
pub(super) mod portable;
pub(super) mod read;
pub(super) mod versions;

/// A workflow as lists show it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
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
    fn of(state: &State, hosted: &Hosted) -> Self {
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

/// A field of its start.
#[derive(Debug, Serialize)]
struct Input {
    name: String,
    r#type: String,
}

impl Input {
    fn all(hosted: &Hosted) -> Vec<Self> {
        let fields = graph::inputs(&hosted.facts().graph).into_iter();
        fields.map(|field| Self { name: field.name, r#type: field.kind }).collect()
    }
}
