//! The workspace and the folder that a request names.

use http::StatusCode;

use super::fields::Fields;
use super::issue::Issue;
use super::problem::Problem;
use super::query::Query;
use crate::access::Access;
use crate::catalog::Content;
use crate::folder::ROOT;
use crate::state::State;

/// The longest id of a workspace, in characters.
const ID: u64 = 128;

/// The longest path of a folder, in bytes, and its deepest level.
const PATH: usize = 4096;
const DEPTH: usize = 64;

/// Reads the workspace from a query, which must name it.
pub(crate) fn of_query(query: &mut Query) -> String {
    let id = query.text("workspaceId", ID);
    if id.is_none() {
        query.issue(missing());
    }
    id.unwrap_or_default()
}

/// Reads the workspace from a body, which must name it.
pub(crate) fn of_body(body: &mut Fields) -> String {
    if !body.has("workspaceId") {
        body.issue(missing());
    }
    body.text("workspaceId", 1, ID).unwrap_or_default()
}

fn missing() -> Issue {
    Issue::kind("string", None).at("workspaceId").with_message("Workspace ID is required")
}

/// Refuses a workspace that the keys do not belong to.
pub(crate) fn check(state: &State, workspace: &str) -> Result<(), Problem> {
    if workspace == state.workspace {
        return Ok(());
    }
    Err(Problem::new(StatusCode::FORBIDDEN, "Insufficient workspace permissions"))
}

/// Refuses a foreign workspace, and a key whose role is too low.
pub(crate) fn check_role(
    state: &State,
    key: usize,
    workspace: &str,
    role: Access,
) -> Result<(), Problem> {
    let access = state.access.get(key).copied().unwrap_or_default();
    if access == Access::Stranger {
        return check(state, "");
    }
    check(state, workspace)?;
    if access.allows(role) {
        return Ok(());
    }
    let message = "Insufficient workspace permissions";
    Err(Problem::forbidden("INSUFFICIENT_WORKSPACE_ROLE", message))
}

/// Reads a folder from a query.
pub(crate) fn folder_of_query(query: &mut Query, name: &'static str) -> Option<String> {
    let text = query.text(name, PATH as u64)?;
    let path = path(&text);
    if path.is_none() {
        query.issue(Issue::custom("Invalid folder path").at(name));
    }
    path
}

/// Reads a folder from a body.
pub(crate) fn folder_of_body(body: &mut Fields, name: &'static str) -> Option<String> {
    let text = body.text(name, 1, PATH as u64)?;
    let path = path(&text);
    if path.is_none() {
        body.issue(Issue::custom("Invalid folder path").at(name));
    }
    path
}

/// Refuses a folder that does not exist.
pub(crate) fn check_folder(content: &Content, path: &str) -> Result<(), Problem> {
    if content.has_folder(path) { Ok(()) } else { Err(Problem::not_found("Folder")) }
}

/// Returns a path in its only valid spelling, or `None` if it is invalid.
pub(crate) fn path(text: &str) -> Option<String> {
    let path = if text.starts_with('/') { text.to_owned() } else { format!("/{text}") };
    if path == ROOT {
        return Some(path);
    }
    let names: Vec<&str> = path[1..].split('/').collect();
    let good = |name: &&str| !matches!(*name, "" | "." | "..") && is_encoded(name);
    let fits = names.len() <= DEPTH && path.len() <= PATH;
    (fits && names.iter().all(good)).then_some(path)
}

/// Returns whether exactly the bytes that need encoding are encoded.
fn is_encoded(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let mut rest = name.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if plain(*first) {
            rest = after;
            continue;
        }
        let digits = after.get(..2).filter(|_| *first == b'%');
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let upper = digits.filter(|digits| !digits.contains(|c: char| c.is_ascii_lowercase()));
        match upper.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if !plain(byte) => rest = &after[2..],
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn a_path_has_one_spelling() {
        assert_eq!(path("a/b%20c").as_deref(), Some("/a/b%20c"));
        assert_eq!(path("/").as_deref(), Some("/"));
        for bad in ["/a/", "//a", "/a/../b", "/a b", "/a%2f", "/a%41", "/a%2", "/ü"] {
            assert_eq!(path(bad), None, "{bad}");
        }
    }
}
