//! Operations as declarations, and the one handler that serves them.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::FromRequestParts as _;
use axum::response::{IntoResponse as _, Response};
use axum::routing::MethodFilter;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method, Request, StatusCode, Uri};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::call::{Answered, Call, PARTS_OF_WORKSPACE, WORKSPACE};
use super::crud::{self, Resource};
use super::listing::Listing;
use super::read;
use super::shape::Field;
use crate::access::Access;
use crate::state::State;
use crate::things::Keys;
use crate::wire::framework;
use crate::wire::intake::Intake;
use crate::wire::v2::guard::Guard;
use crate::wire::v2::issue::Issue;
use crate::wire::v2::problem::Problem;

/// What an operation does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Act {
    Create(&'static Resource),
    List(&'static Resource),
    Read(&'static Resource),
    Update(&'static Resource),
    Delete(&'static Resource),
    /// What no other resource does.
    Own(fn(&Call<'_>) -> Answered),
}

/// Where a request names its workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Body,
    Query,
    Nowhere,
}

/// One operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation {
    verb: MethodFilter,
    /// The path below `/api/v2`.
    path: &'static str,
    act: Act,
    role: Access,
    /// Whether a key of the workspace may not do it.
    personal: bool,
    /// The resource that the path names first, or `None` if the path names none.
    under: Option<&'static Resource>,
    query: &'static [Field],
    body: Option<&'static [Field]>,
    /// Where the request names its workspace.
    workspace: Place,
    /// Whether the operation itself says what it refuses of a foreign workspace.
    open: bool,
    /// The list that the operation gives, beside those of resources.
    listing: Option<&'static Listing>,
}

/// Declares an operation, which every member may do.
pub(crate) const fn op(verb: MethodFilter, path: &'static str, act: Act) -> Operation {
    let (under, body) = match act {
        Act::Create(of) => (of.parent, Some(of.fields)),
        Act::Update(of) => (Some(of.root()), Some(of.changes)),
        Act::Read(of) | Act::Delete(of) => (Some(of.root()), None),
        Act::List(of) => (of.parent, None),
        Act::Own(_) => (None, None),
    };
    let role = match act {
        Act::Create(_) | Act::Update(_) | Act::Delete(_) => Access::Write,
        _ => Access::Read,
    };
    let (personal, query) = (false, &[] as &[Field]);
    let workspace = if body.is_some() { Place::Body } else { Place::Query };
    let (open, listing) = (false, None);
    Operation { verb, path, act, role, personal, under, query, body, workspace, open, listing }
}

impl Operation {
    /// Needs a member who may change things.
    pub(crate) const fn writes(self) -> Self {
        Self { role: Access::Write, ..self }
    }

    /// Is open to every member.
    pub(crate) const fn reads(self) -> Self {
        Self { role: Access::Read, ..self }
    }

    /// Is closed to keys of the workspace.
    pub(crate) const fn personal(self) -> Self {
        Self { personal: true, ..self }
    }

    /// Names this resource first in its path.
    pub(crate) const fn under(self, resource: &'static Resource) -> Self {
        Self { under: Some(resource), ..self }
    }

    pub(crate) const fn query(self, query: &'static [Field]) -> Self {
        Self { query, ..self }
    }

    pub(crate) const fn body(self, body: &'static [Field]) -> Self {
        Self { body: Some(body), workspace: Place::Body, ..self }
    }

    /// Has a body beside a query that names the workspace.
    pub(crate) const fn body_beside(self, body: &'static [Field]) -> Self {
        Self { body: Some(body), ..self }
    }

    /// Says itself what it refuses of a foreign workspace.
    pub(crate) const fn open(self) -> Self {
        Self { open: true, ..self }
    }

    pub(crate) const fn listing(self, listing: &'static Listing) -> Self {
        Self { listing: Some(listing), ..self }
    }

    /// Names no workspace.
    pub(crate) const fn alone(self) -> Self {
        Self { workspace: Place::Nowhere, ..self }
    }

    fn fields_of_query(&self) -> Vec<Field> {
        let mut fields = Vec::new();
        if self.workspace == Place::Query {
            fields.push(PARTS_OF_WORKSPACE);
        }
        if let Act::List(of) = self.act {
            fields.extend(of.listing.fields());
        }
        fields.extend(self.listing.into_iter().flat_map(Listing::fields));
        fields.extend(self.query);
        fields
    }

    /// Reads the body by its form.
    fn read_body(&self, intake: &Intake, headers: &HeaderMap) -> Result<Keys, Problem> {
        let Some(fields) = self.body else { return Ok(Keys::new()) };
        if intake.too_large {
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            return Err(Problem::new(status, "Request body is too large"));
        }
        let text = String::from_utf8_lossy(&intake.body);
        let text = text.trim_start_matches('\u{feff}');
        let keys = match serde_json::from_str(text) {
            Ok(Value::Object(keys)) => keys,
            Ok(other) => {
                return Err(Problem::invalid(vec![Issue::kind("object", Some(&other))]));
            }
            Err(_) if is_surrogate(text) => {
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                return Err(Problem::new(status, "Internal server error"));
            }
            Err(_) if is_other_type(headers) => {
                let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
                return Err(Problem::new(status, "Request body must be sent as application/json"));
            }
            Err(_) => return Err(Problem::bad_request("Request body must be valid JSON")),
        };
        let all = (self.workspace == Place::Body).then_some(WORKSPACE);
        let all: Vec<Field> = all.into_iter().chain(fields.iter().copied()).collect();
        let mut issues = Vec::new();
        let body = read::object(&all, keys, &mut issues);
        if issues.is_empty() { Ok(body) } else { Err(Problem::invalid(issues)) }
    }

    /// Refuses a key that may not do this, and a thing that is not there.
    fn check(&self, call: &Call<'_>) -> Result<(), Problem> {
        let access = call.access();
        if self.personal && access == Access::Workspace {
            let message = "Workspace API key cannot perform this operation";
            return Err(Problem::forbidden("WORKSPACE_KEY_OPERATION_NOT_PERMITTED", message));
        }
        if self.open {
            return Ok(());
        }
        let is_own = self.workspace == Place::Nowhere || call.workspace == call.state.workspace;
        match self.under {
            Some(resource) => {
                let shelves = call.state.things.open();
                let id = call.ids.first().map(String::as_str).unwrap_or_default();
                let is_there = shelves.of(resource.kind, "").get(id).is_some();
                if access == Access::Stranger {
                    return Err(Problem::not_found(resource.word));
                }
                if !is_there || !is_own {
                    return Err(resource.missing(id));
                }
            }
            None if is_own && access != Access::Stranger => {}
            None => {
                let message = "Insufficient workspace permissions";
                return Err(Problem::new(StatusCode::FORBIDDEN, message));
            }
        }
        if access.allows(self.role) {
            return Ok(());
        }
        let message = "Insufficient workspace permissions";
        Err(Problem::forbidden("INSUFFICIENT_WORKSPACE_ROLE", message))
    }
}

/// Returns whether a text names half of a pair of UTF-16.
fn is_surrogate(text: &str) -> bool {
    text.contains("\\ud8") || text.contains("\\uD8")
}

fn is_other_type(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| !kind.contains("json"))
}

fn serve(
    operation: &Operation,
    key: usize,
    state: &State,
    ids: Vec<String>,
    uri: &Uri,
    headers: &HeaderMap,
    intake: &Intake,
) -> Answered {
    let body = operation.read_body(intake, headers)?;
    let mut issues = Vec::new();
    let query = read::query(&operation.fields_of_query(), uri, &mut issues);
    if !issues.is_empty() {
        return Err(Problem::invalid(issues));
    }
    let workspace = body.get("workspaceId").or_else(|| query.get("workspaceId"));
    let workspace = workspace.and_then(Value::as_str).unwrap_or_default().to_owned();
    let bytes = intake.body.clone();
    let call = Call { state, key, ids, query, body, workspace, headers, bytes };
    operation.check(&call)?;
    match operation.act {
        Act::Create(of) => crud::create(&call, of),
        Act::List(of) => crud::list(&call, of),
        Act::Read(of) => crud::read(&call, of),
        Act::Update(of) => crud::update(&call, of),
        Act::Delete(of) => crud::delete(&call, of),
        Act::Own(act) => act(&call),
    }
}

/// The operations of one path.
#[derive(Debug, Clone)]
pub(crate) struct Declared {
    /// The path as it was declared, below `/api/v2`.
    pub(crate) path: &'static str,
    operations: Vec<&'static Operation>,
    ids: Vec<String>,
}

/// Finds the operations of a path. A path that names more wins over one that takes any word.
pub(crate) fn find(all: &[&'static [Operation]], path: &str) -> Option<Declared> {
    let segments: Vec<&str> = path.strip_prefix("/api/v2/")?.split('/').collect();
    let takes = |own: &'static str| {
        let own: Vec<&str> = own[1..].split('/').collect();
        let fits = |(own, given): (&&str, &&str)| own.starts_with('{') || own == given;
        own.len() == segments.len() && own.iter().zip(&segments).all(fits)
    };
    let all = all.iter().copied().flatten();
    let of_path = all.clone().map(|operation| operation.path).filter(|path| takes(path));
    let path = of_path.min_by_key(|path| path.matches('{').count())?;
    let given = path[1..].split('/').zip(&segments).filter(|(own, _)| own.starts_with('{'));
    let decoded = |text: &&str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let ids = given.map(|(_, given)| decoded(given)).collect();
    let operations = all.filter(|operation| operation.path == path).collect();
    Some(Declared { path, operations, ids })
}

impl Declared {
    /// Serves a request to the path.
    pub(crate) async fn serve(self, state: &Arc<State>, request: Request<Body>) -> Response {
        let (mut parts, _) = request.into_parts();
        let method = if parts.method == Method::HEAD { Method::GET } else { parts.method.clone() };
        let verb = MethodFilter::try_from(method).ok();
        let of_verb = self.operations.iter().find(|operation| Some(operation.verb) == verb);
        let Some(operation) = of_verb else { return framework::wrong_verb().await };
        let key = match Guard::from_request_parts(&mut parts, state).await {
            Ok(Guard(key)) => key,
            Err(refused) => return refused.into_response(),
        };
        let Some(intake) = parts.extensions.remove::<Intake>() else {
            return Problem::not_found("Request").into_response();
        };
        let answered = serve(operation, key, state, self.ids, &parts.uri, &parts.headers, &intake);
        answered.into_response()
    }
}
