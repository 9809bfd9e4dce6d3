//! `/api/v2/credentials`: service accounts, and links by which a person connects an account.

use axum::response::Response;
use axum::routing::MethodFilter as Verb;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::data::data;
use super::issue::Issue;
use super::problem::Problem;
use super::providers::{self, PROVIDERS};
use super::resource::{Act, Answered, Call, Limit, Listing, Of, Operation, may, must, op};
use crate::access::Access;
use crate::ids;
use crate::things::{Keys, Shelves, Thing};
use crate::wire::answer;

/// The name of the collection of credentials.
const CREDENTIALS: &str = "credential";

/// How long a link to connect an account works.
const LINK: SignedDuration = SignedDuration::from_mins(15);

static LISTING: Listing = Listing {
    search: "displayName",
    sorts: &["createdAt", "displayName", "updatedAt"],
    descends: true,
    limit: Limit::Hundred,
    folders: false,
};

static ALL_PROVIDERS: Listing =
    Listing { search: "name", sorts: &[], descends: false, limit: Limit::Whole, folders: false };

/// All operations of credentials.
pub(super) static OPERATIONS: [Operation; 5] = [
    op(Verb::GET, "/credentials", Act::Own(list)).listing(&LISTING).query(&[
        may("type", Of::Word(&["oauth", "service_account"])),
        may("providerId", Of::Text(1, 255)),
    ]),
    op(Verb::POST, "/credentials", Act::Own(create)).personal().open().body(&[
        must("type", Of::Word(&["service_account"])),
        must("providerId", Of::Text(1, 255)),
        may("displayName", Of::Text(1, 255)),
        may("description", Of::Text(0, 500)),
        may("id", Of::Text(1, 255)),
        must("credentials", Of::Text(1, 131_072)),
    ]),
    op(Verb::GET, "/credentials/providers", Act::Own(|call| Ok(list_providers(call))))
        .listing(&ALL_PROVIDERS),
    op(Verb::POST, "/credentials/connections", Act::Own(connect)).personal().open().body(&[
        may("providerId", Of::Text(1, 255)),
        may("displayName", Of::Text(1, 255)),
        may("credentialId", Of::Text(1, 255)),
    ]),
    op(Verb::DELETE, "/credentials/{credential}", Act::Own(delete)).personal().open(),
];

/// Refuses a foreign workspace, which is not there for credentials, and a role that is too low.
fn check(call: &Call<'_>, role: Access) -> Result<(), Problem> {
    if call.workspace != call.state.workspace || call.access() == Access::Stranger {
        return Err(Problem::not_found("Workspace"));
    }
    if call.access().allows(role) {
        return Ok(());
    }
    let message = "Insufficient workspace permissions";
    Err(Problem::forbidden("INSUFFICIENT_WORKSPACE_ROLE", message))
}

fn missing() -> Problem {
    Problem::not_found("Credential")
}

fn is_admin(call: &Call<'_>, credential: &Thing) -> bool {
    credential.owner == call.key || call.access() == Access::Admin
}

fn item(call: &Call<'_>, credential: &Thing) -> Value {
    let mut item = credential.item();
    item["role"] = if is_admin(call, credential) { "admin" } else { "member" }.into();
    item
}

fn list(call: &Call<'_>) -> Answered {
    let shelves = call.state.things.open();
    let (kind, provider) = (call.text("type"), call.text("providerId"));
    let wanted = |one: &&Thing| {
        kind.is_none_or(|kind| one.text("type") == kind)
            && provider.is_none_or(|provider| one.text("providerId") == provider)
    };
    let all = shelves.of(CREDENTIALS, "").all().filter(wanted);
    let page = LISTING.page(call, all, &format!("{kind:?}:{provider:?}"))?;
    Ok(answer::json(StatusCode::OK, &page.map(|credential| item(call, credential))))
}

fn list_providers(call: &Call<'_>) -> Response {
    let search = call.text("search").map(str::to_lowercase);
    let wanted = |one: &&(&str, &str, bool)| {
        search.as_ref().is_none_or(|text| one.1.to_lowercase().contains(text))
    };
    let oauth = PROVIDERS
        .iter()
        .filter(wanted)
        .map(|(id, name, available)| providers::oauth(id, name, *available));
    let accounts = providers::ACCOUNTS
        .iter()
        .filter(|one| search.as_ref().is_none_or(|text| one.name.to_lowercase().contains(text)));
    let all: Vec<Value> = oauth.chain(accounts.map(providers::Account::item)).collect();
    answer::json(StatusCode::OK, &json!({ "data": all, "nextCursor": null }))
}

fn refuse(path: &[&str], message: String) -> Problem {
    let issue = Issue::custom(message);
    Problem::invalid(vec![path.iter().fold(issue, |issue, part| issue.at(*part))])
}

/// Reads what a service account is made of.
fn secrets(call: &Call<'_>) -> Result<(String, Keys), Problem> {
    let id = call.text("providerId").unwrap_or_default();
    let Some(account) = providers::ACCOUNTS.iter().find(|account| account.id == id) else {
        let message = format!("Unknown service-account provider: {id}");
        return Err(refuse(&["providerId"], message));
    };
    let Ok(Value::Object(given)) =
        serde_json::from_str(call.text("credentials").unwrap_or_default())
    else {
        let message = "credentials must be valid JSON".to_owned();
        return Err(Problem::invalid(vec![Issue::custom(message)]));
    };
    let unknown: Vec<String> =
        given.keys().filter(|key| !account.fields.contains(&key.as_str())).cloned().collect();
    if !unknown.is_empty() {
        return Err(refuse(&["credentials"], Issue::unknown_keys(unknown).message));
    }
    if let Some(field) = account.fields.iter().find(|field| !given.contains_key(**field)) {
        let message = format!("{field} is required for {id} credentials");
        return Err(refuse(&["credentials", field], message));
    }
    match call.text("id") {
        Some(own) if own.len() != 36 => {
            let issue = Issue::pattern("uuid").with_message("id must be a valid UUID");
            return Err(Problem::invalid(vec![issue.at("id")]));
        }
        None if account.needs_id => {
            return Err(refuse(&["id"], format!("id is required for {id} credentials")));
        }
        _ => {}
    }
    Ok((id.to_owned(), given))
}

fn create(call: &Call<'_>) -> Answered {
    let (provider, given) = secrets(call)?;
    check(call, Access::Write)?;
    // Only this provider's keys can be checked without asking the provider.
    if provider != "google-service-account" {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let message = "Credential provider is temporarily unavailable";
        return Err(Problem::new(status, message).retry_after(5));
    }
    let json = given.get("serviceAccountJson").and_then(Value::as_str);
    let key: Value = serde_json::from_str(json.unwrap_or_default()).unwrap_or_default();
    if key["type"] != "service_account" {
        return Err(Problem::bad_request("JSON key must have type \"service_account\""));
    }
    let account = key["client_email"].as_str().unwrap_or_default().to_owned();
    let name = call.text("displayName").unwrap_or(&account).to_owned();
    let mut shelves = call.state.things.open();
    let all = shelves.of_mut(CREDENTIALS, "");
    if let Some(same) = all.all().find(|other| other.text("displayName") == name) {
        if same.hidden("account") == account.as_str() {
            return Ok(data(StatusCode::OK, &item(call, same)));
        }
        return Err(Problem::conflict(format!(
            "A credential named \"{name}\" already exists in this workspace. Give this one a \
             different displayName."
        )));
    }
    let mut credential = Thing::new(ids::uuid(), call.key, Keys::new());
    for (key, value) in [
        ("type", json!("service_account")),
        ("displayName", json!(name)),
        ("description", call.value("description").clone()),
        ("providerId", json!(provider)),
        ("accountId", Value::Null),
        ("hasServiceAccountKey", json!(true)),
    ] {
        credential.set(key, value);
    }
    credential.hide("account", account);
    let shown = item(call, all.add(credential));
    Ok(data(StatusCode::CREATED, &shown))
}

/// Gives the link by which a person connects an account.
fn connect(call: &Call<'_>) -> Answered {
    let has = |key: &str| call.body.contains_key(key);
    let is_new = has("providerId") && has("displayName") && !has("credentialId");
    let is_again = has("credentialId") && !has("providerId") && !has("displayName");
    if !is_new && !is_again {
        return Err(Problem::invalid(vec![Issue::union()]));
    }
    check(call, Access::Write)?;
    if is_again {
        let shelves = call.state.things.open();
        let id = call.text("credentialId").unwrap_or_default();
        let credential = shelves.of(CREDENTIALS, "").get(id).ok_or_else(missing)?;
        if credential.text("type") != "oauth" {
            return Err(Problem::bad_request("Only OAuth credentials can be reconnected"));
        }
    } else {
        let id = call.text("providerId").unwrap_or_default();
        match PROVIDERS.iter().find(|(known, _, _)| *known == id) {
            None => return Err(Problem::bad_request(format!("Unknown OAuth provider: {id}"))),
            Some((_, _, false)) => {
                return Err(Problem::conflict(format!("OAuth provider is unavailable: {id}")));
            }
            Some(_) => {}
        }
    }
    let draft = ids::uuid();
    let link = json!({
        "authorizationUrl":
            format!("{}/api/auth/oauth2/authorize?draftId={draft}", call.state.app_url),
        "expiresAt": ids::time_text(Timestamp::now() + LINK),
    });
    Ok(data(StatusCode::OK, &link))
}

fn delete(call: &Call<'_>) -> Answered {
    let mut shelves = call.state.things.open();
    let id = &call.ids[0];
    let own = call.workspace == call.state.workspace && call.access() != Access::Stranger;
    let credential = credential(&shelves, id).filter(|_| own).ok_or_else(missing)?;
    if !is_admin(call, credential) {
        let message = "Credential admin permission required";
        return Err(Problem::forbidden("CREDENTIAL_ADMIN_ACCESS_REQUIRED", message));
    }
    shelves.of_mut(CREDENTIALS, "").retain(|other| other.id != *id);
    Ok(data(StatusCode::OK, &json!({ "id": id, "deleted": true })))
}

fn credential<'s>(shelves: &'s Shelves, id: &str) -> Option<&'s Thing> {
    shelves.of(CREDENTIALS, "").get(id)
}
