//! `/api/v2/secrets`: secrets, whose values nobody can read.

use axum::routing::MethodFilter as Verb;
use http::StatusCode;
use serde_json::{Value, json};

use super::data::data;
use super::issue::Issue;
use super::problem::Problem;
use super::resource::{Act, Answered, Call, Limit, Listing, Of, Operation, may, must, op};
use crate::access::Access;
use crate::things::{Keys, Thing};
use crate::wire::answer;

/// The name of the collection of secrets.
const SECRETS: &str = "secret";

const SCOPE: Of = Of::Word(&["workspace", "personal"]);

static LISTING: Listing = Listing {
    search: "name",
    sorts: &["name", "createdAt", "updatedAt"],
    descends: false,
    limit: Limit::Hundred,
    folders: false,
};

/// All operations of secrets.
pub(super) static OPERATIONS: [Operation; 3] = [
    op(Verb::GET, "/secrets", Act::Own(list))
        .personal()
        .listing(&LISTING)
        .query(&[may("scope", SCOPE)]),
    op(Verb::PUT, "/secrets/{name}", Act::Own(set)).personal().body(&[
        must("scope", SCOPE),
        must("value", Of::Text(1, 65_536)),
        may("description", Of::Text(0, 500)).or_null(),
    ]),
    op(Verb::DELETE, "/secrets/{name}", Act::Own(delete)).personal().query(&[must("scope", SCOPE)]),
];

/// Returns the id of the secret that a request names. Personal ones belong to a key.
fn id_of(call: &Call<'_>) -> String {
    let (scope, name) = (call.text("scope").unwrap_or_default(), &call.ids[0]);
    let owner = if scope == "personal" { call.key.to_string() } else { String::new() };
    format!("{scope}:{owner}:{name}")
}

fn item(call: &Call<'_>, secret: &Thing) -> Value {
    let mut item = secret.item();
    if let Some(keys) = item.as_object_mut() {
        keys.remove("id");
    }
    let is_admin = secret.owner == call.key || call.access() == Access::Admin;
    item["role"] = if is_admin { "admin" } else { "member" }.into();
    item
}

fn check_name(name: &str) -> Result<(), Problem> {
    let is_good = !name.is_empty() && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
    if is_good && name.len() <= 255 {
        return Ok(());
    }
    let issue = Issue::pattern("/^[A-Za-z0-9_]+$/").at("name");
    Err(Problem::invalid(vec![issue.with_message("Invalid secret name")]))
}

/// Refuses a member who may not change a secret of the workspace.
fn check_access(call: &Call<'_>, secret: Option<&Thing>) -> Result<(), Problem> {
    if call.text("scope") == Some("personal") {
        return Ok(());
    }
    if !call.access().allows(Access::Write) {
        let message = "Insufficient workspace permissions";
        return Err(Problem::forbidden("INSUFFICIENT_WORKSPACE_ROLE", message));
    }
    let is_admin = call.access() == Access::Admin;
    if secret.is_some_and(|secret| secret.owner != call.key && !is_admin) {
        let message = "Secret admin permission required";
        return Err(Problem::forbidden("SECRET_ADMIN_ACCESS_REQUIRED", message));
    }
    Ok(())
}

fn list(call: &Call<'_>) -> Answered {
    let shelves = call.state.things.open();
    let scope = call.text("scope");
    let seen = |secret: &&Thing| {
        let of_scope = scope.is_none_or(|scope| secret.text("scope") == scope);
        of_scope && (secret.text("scope") == "workspace" || secret.owner == call.key)
    };
    let all = shelves.of(SECRETS, "").all().filter(seen);
    let page = LISTING.page(call, all, &format!("{scope:?}"))?;
    Ok(answer::json(StatusCode::OK, &page.map(|secret| item(call, secret))))
}

/// Sets a secret. A description that is left out stays.
fn set(call: &Call<'_>) -> Answered {
    check_name(&call.ids[0])?;
    let scope = call.text("scope").unwrap_or_default();
    if scope == "personal" && call.body.contains_key("description") {
        let message = "description is only supported for workspace secrets";
        return Err(Problem::invalid(vec![Issue::custom(message).at("description")]));
    }
    let mut shelves = call.state.things.open();
    let id = id_of(call);
    let secrets = shelves.of_mut(SECRETS, "");
    check_access(call, secrets.get(&id))?;
    let is_new = secrets.get(&id).is_none();
    if is_new {
        let mut secret = Thing::new(id.clone(), call.key, Keys::new());
        secret.set("name", call.ids[0].clone());
        secret.set("scope", scope);
        secret.set("description", Value::Null);
        secrets.add(secret);
    }
    let secret = secrets.get_mut(&id).ok_or_else(|| Problem::not_found("Secret"))?;
    if let Some(description) = call.body.get("description") {
        secret.set("description", description.clone());
    }
    if !is_new {
        secret.touch();
    }
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(data(status, &item(call, secret)))
}

fn delete(call: &Call<'_>) -> Answered {
    check_name(&call.ids[0])?;
    let mut shelves = call.state.things.open();
    let id = id_of(call);
    let secrets = shelves.of_mut(SECRETS, "");
    let secret = secrets.get(&id).ok_or_else(|| Problem::not_found("Secret"))?;
    check_access(call, Some(secret))?;
    secrets.retain(|secret| secret.id != id);
    let deleted = json!({ "name": call.ids[0], "scope": call.text("scope"), "deleted": true });
    Ok(data(StatusCode::OK, &deleted))
}
