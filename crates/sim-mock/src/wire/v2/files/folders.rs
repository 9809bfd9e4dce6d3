//! `/api/v2/files/folders`: the folders of files.

use std::sync::Arc;

use axum::Extension;
use axum::extract;
use axum::response::Response;
use http::Uri;

use crate::files::Shelf;
use crate::folder::{Folder, is_within};
use crate::state::State;
use crate::store::Kept as _;
use crate::wire::intake::Intake;
use crate::wire::v2::folders::{self, Shelved};
use crate::wire::v2::guard::Guard;
use crate::wire::v2::problem::Problem;

impl Shelved for Shelf {
    const THINGS: &'static str = "files";
    const LOCKS: bool = false;

    fn folders(&mut self) -> &mut Vec<Folder> {
        &mut self.folders
    }

    fn each_place(&mut self, change: &mut dyn FnMut(&mut String)) {
        for file in self.files.all_mut().filter(|file| !file.is_archived()) {
            change(&mut file.folder);
        }
    }

    fn delete_within(&mut self, folder: &str) -> usize {
        let mut deleted = 0;
        for file in self.files.all_mut().filter(|file| !file.is_archived()) {
            if is_within(&file.folder, folder) {
                file.archive();
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
    folders::list(&state, &mut *state.files.open(), &uri)
}

pub(crate) async fn create(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Extension(intake): Extension<Intake>,
) -> Result<Response, Problem> {
    folders::create(&state, &mut *state.files.open(), &intake)
}

pub(crate) async fn relocate(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Extension(intake): Extension<Intake>,
) -> Result<Response, Problem> {
    folders::relocate(&state, &mut *state.files.open(), &intake)
}

pub(crate) async fn delete(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    uri: Uri,
) -> Result<Response, Problem> {
    folders::delete(&state, &mut *state.files.open(), &uri)
}
