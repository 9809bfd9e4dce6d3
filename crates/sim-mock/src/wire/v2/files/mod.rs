//! `/api/v2/files`: files, their folders, and the uploads that become files.

pub(super) mod bytes;
pub(super) mod edit;
pub(super) mod folders;
mod item;
pub(super) mod many;
pub(super) mod read;
pub(super) mod share;
pub(crate) mod transfer;
pub(super) mod uploads;

use http::{StatusCode, Uri};

use super::fields::Fields;
use super::issue::{Issue, Sized};
use super::problem::Problem;
use super::query::Query;
use super::workspace;
use crate::files::Shelf;
use crate::folder::ROOT;
use crate::state::State;
use crate::store::{Collection, Kept};
use crate::wire::intake::Intake;

/// The longest name, in characters.
const NAME: u64 = 255;

/// Returns what has this id in a collection, or the refusal. A foreign workspace has nothing.
fn found<'a, T: Kept>(
    state: &State,
    workspace: &str,
    things: &'a Collection<T>,
    id: &str,
) -> Result<&'a T, Problem> {
    let thing = things.get(id).filter(|_| workspace == state.workspace);
    thing.ok_or_else(|| Problem::not_found(T::WORD))
}

fn found_mut<'a, T: Kept>(
    state: &State,
    workspace: &str,
    things: &'a mut Collection<T>,
    id: &str,
) -> Result<&'a mut T, Problem> {
    let thing = things.get_mut(id).filter(|_| workspace == state.workspace);
    thing.ok_or_else(|| Problem::not_found(T::WORD))
}

/// Refuses an id that no file can have.
fn check_id(id: &str) -> Result<(), Problem> {
    if id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)) {
        return Ok(());
    }
    let issue = Issue::pattern("/^[A-Za-z0-9_-]+$/").at("fileId");
    Err(Problem::invalid(vec![issue.with_message("Invalid file id")]))
}

/// Reads what every body about a file begins with. Returns the rest of it, and the workspace that it names.
fn body_about(file: &str, intake: &Intake) -> Result<(Fields, String), Problem> {
    check_id(file)?;
    let mut body = Fields::of_body(intake)?;
    let workspace = workspace::of_body(&mut body);
    Ok((body, workspace))
}

/// Reads what every query about a file begins with. Returns the rest of it, and the workspace that it names.
fn query_about(file: &str, uri: &Uri) -> Result<(Query, String), Problem> {
    check_id(file)?;
    let mut query = Query::of(uri);
    let workspace = workspace::of_query(&mut query);
    Ok((query, workspace))
}

/// Reads the name of a file, which must be there.
fn name_of(body: &mut Fields) -> String {
    let Some(name) = body.text("name", 0, u64::MAX) else {
        body.issue(Issue::kind("string", None).at("name").with_message("Name is required"));
        return String::new();
    };
    let issue = if name.trim().is_empty() {
        Issue::too_small(Sized::Characters, 1, true).with_message("Name is required")
    } else if name.chars().count() as u64 > NAME {
        Issue::too_big(Sized::Characters, NAME).with_message("Name is too long")
    } else if name.contains('\0') {
        Issue::custom("Value cannot contain a NUL character (U+0000)")
    } else if name.contains('/') || matches!(&*name, "." | "..") {
        Issue::custom("Name cannot contain path separators or dot segments")
    } else {
        return name;
    };
    body.issue(issue.at("name"));
    name
}

/// Refuses a folder that a file cannot go into.
fn check_target(shelf: &Shelf, folder: &str) -> Result<(), Problem> {
    if shelf.has_folder(folder) {
        return Ok(());
    }
    Err(Problem::new(StatusCode::NOT_FOUND, "Target folder not found"))
}

/// Reads the folder that a file goes into.
fn target_of(body: &mut Fields, name: &'static str) -> String {
    workspace::folder_of_body(body, name).unwrap_or_else(|| ROOT.to_owned())
}
