//! One request to an operation of a resource, once its input was read and its key was checked.

use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;
use http::header::HOST;
use serde_json::Value;

use super::shape::{Field, Of, must};
use crate::access::Access;
use crate::state::State;
use crate::things::{Keys, Shelves};
use crate::wire::v2::problem::Problem;

/// The workspace that a body names.
pub(crate) const WORKSPACE: Field =
    must("workspaceId", Of::Text(1, 128)).says("Workspace ID is required");

/// The workspace that a query names. An id that is too long is as unknown as any other.
pub(crate) const PARTS_OF_WORKSPACE: Field =
    must("workspaceId", Of::Text(1, u64::MAX)).says("workspaceId query parameter is required");

/// The answer of an operation.
pub(crate) type Answered = Result<Response, Problem>;

/// A request to an operation.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) state: &'a State,
    /// The position of the key.
    pub(crate) key: usize,
    /// The ids in the path, in order.
    pub(crate) ids: Vec<String>,
    pub(crate) query: Keys,
    pub(crate) body: Keys,
    pub(crate) workspace: String,
    pub(crate) headers: &'a HeaderMap,
    /// The body as it came.
    pub(crate) bytes: Bytes,
}

impl Call<'_> {
    /// Returns a key of the body.
    pub(crate) fn value(&self, name: &str) -> &Value {
        self.body.get(name).unwrap_or(&Value::Null)
    }

    /// Returns a text of the body or the query.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name).or_else(|| self.query.get(name)).and_then(Value::as_str)
    }

    /// Returns a whole number of the body or the query.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.body.get(name).or_else(|| self.query.get(name)).and_then(Value::as_u64)
    }

    /// Returns a flag of the body or the query.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.body.get(name).or_else(|| self.query.get(name)) == Some(&Value::Bool(true))
    }

    /// Returns the texts of a list in the body.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let items = self.value(name).as_array().into_iter().flatten();
        items.filter_map(|item| Some(item.as_str()?.to_owned())).collect()
    }

    pub(crate) fn access(&self) -> Access {
        self.state.access.get(self.key).copied().unwrap_or_default()
    }

    /// Returns the address of the user behind the key.
    pub(crate) fn email(&self) -> String {
        email(self.key)
    }

    /// Returns a header as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Returns the origin that was called.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.header(HOST.as_str()).unwrap_or_default())
    }

    /// Returns the folder that the body names, if it exists.
    pub(crate) fn folder(
        &self,
        shelves: &Shelves,
        kind: &'static str,
        missing: &str,
    ) -> Result<Option<String>, Problem> {
        let Some(path) = self.text("folderPath") else { return Ok(None) };
        if shelves.has_folder(kind, path) {
            return Ok(Some(path.to_owned()));
        }
        Err(Problem::new(http::StatusCode::NOT_FOUND, missing))
    }
}

/// Returns the address of the user behind a key.
pub(crate) fn email(key: usize) -> String {
    format!("{}@example.com", State::user(key))
}
