//! `/api/v2/workflows/folders`: the folders of workflows.

use std::sync::Arc;

use axum::Extension;
use axum::extract;
use axum::response::Response;
use http::Uri;

use crate::catalog::Content;
use crate::folder::{Folder, is_within};
use crate::state::State;
use crate::wire::intake::Intake;
use crate::wire::v2::folders::{self, Shelved};
use crate::wire::v2::guard::Guard;
use crate::wire::v2::problem::Problem;

impl Shelved for Content {
    const THINGS: &'static str = "workflows";
    const LOCKS: bool = true;

    fn folders(&mut self) -> &mut Vec<Folder> {
        &mut self.folders
    }

    fn each_place(&mut self, change: &mut dyn FnMut(&mut String)) {
        for hosted in self.own() {
            change(&mut hosted.facts().folder);
        }
    }

    fn delete_within(&mut self, folder: &str) -> usize {
        let mut deleted = 0;
        for hosted in self.own() {
            let mut facts = hosted.facts();
            if is_within(&facts.folder, folder) {
                facts.deleted = true;
                facts.undeploy();
                deleted += 1;
            }
        }
        deleted
    }
}

pub(crate) async fn list(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    uri: Uri,
) -> Result<Response, Problem> {
    folders::list(&state, &mut *state.catalog.open(), &uri)
}

pub(crate) async fn create(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Extension(intake): Extension<Intake>,
) -> Result<Response, Problem> {
    folders::create(&state, &mut *state.catalog.open(), &intake)
}

pub(crate) async fn relocate(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Extension(intake): Extension<Intake>,
) -> Result<Response, Problem> {
    folders::relocate(&state, &mut *state.catalog.open(), &intake)
}

pub(crate) async fn delete(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    uri: Uri,
) -> Result<Response, Problem> {
    folders::delete(&state, &mut *state.catalog.open(), &uri)
}
