//! `/api/v2/skills`: skills, and who may edit them.

use axum::response::Response;
use axum::routing::MethodFilter as Verb;
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::data::data;
use super::members;
use super::problem::Problem;
use super::resource::{
    Act, Answered, Call, Limit, Listing, Of, Operation, Pattern, Resource, may, must, op,
};
use crate::access::Access;
use crate::ids;
use crate::things::{Keys, Shelves, Thing};
use crate::wire::answer;

/// The skills that every server has.
const BUILT_IN: [(&str, &str); 4] = [
    ("connect-integration", "Connects a service with the right credential."),
    ("create-table", "Sets up a table that stays useful."),
    ("deploy-workflow", "Makes a finished workflow available."),
    ("research", "Finds and weighs sources."),
];

const NAME: Pattern = Pattern {
    text: "/^[a-z0-9]+(-[a-z0-9]+)*$/",
    fits: |name| {
        let part = |part: &str| {
            !part.is_empty() && part.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        };
        name.split('-').all(part)
    },
    message: "Name must be kebab-case (e.g. my-skill)",
};

/// Skills.
static SKILL: Resource = Resource {
    kind: "skill",
    word: "Skill",
    parent: None,
    id: |_| ids::letters(21),
    fields: &[
        must("name", Of::Name(1, 64, &NAME)),
        must("description", Of::Text(1, 1024)),
        must("content", Of::Text(1, 50_000)).says("Content is required"),
    ],
    changes: &[
        may("name", Of::Name(1, 64, &NAME)),
        may("description", Of::Text(1, 1024)),
        may("content", Of::Text(1, 50_000)).says("Content is required"),
    ],
    nothing: "At least one of name, description, or content is required",
    unique: Some("name"),
    taken: |name| {
        Problem::conflict(format!("The skill name \"{name}\" is unavailable in this workspace"))
    },
    listing: Listing {
        search: "name",
        sorts: &["createdAt", "name", "updatedAt"],
        descends: true,
        limit: Limit::Hundred,
        folders: false,
    },
    fill,
    show: |_, _, skill| skill.item(),
    gone: |call, _, skill| check_editor(call, skill),
    missing: None,
};

static EDITORS: Listing = Listing {
    search: "",
    sorts: &["email", "name"],
    descends: false,
    limit: Limit::Hundred,
    folders: false,
};

const EMAIL: Of = Of::Email;

/// All operations of skills.
pub(super) static OPERATIONS: [Operation; 8] = [
    op(Verb::GET, "/skills", Act::Own(list)).listing(&SKILL.listing),
    op(Verb::POST, "/skills", Act::Create(&SKILL)).personal(),
    op(Verb::GET, "/skills/{skill}", Act::Read(&SKILL)),
    op(Verb::PATCH, "/skills/{skill}", Act::Update(&SKILL)).reads().personal(),
    op(Verb::DELETE, "/skills/{skill}", Act::Delete(&SKILL)).reads().personal(),
    op(Verb::GET, "/skills/{skill}/editors", Act::Own(editors)).under(&SKILL).listing(&EDITORS),
    op(Verb::POST, "/skills/{skill}/editors", Act::Own(grant))
        .under(&SKILL)
        .personal()
        .body(&[must("email", EMAIL)]),
    op(Verb::DELETE, "/skills/{skill}/editors", Act::Own(revoke))
        .under(&SKILL)
        .personal()
        .query(&[must("email", EMAIL)]),
];

/// Adds the skills that every server has.
pub(crate) fn add_built_in(shelves: &mut Shelves) {
    for (name, description) in BUILT_IN {
        let mut skill = Thing::new(format!("builtin-{name}"), 0, Keys::new());
        (skill.created_at, skill.updated_at) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
        for (key, value) in [("name", name), ("description", description), ("content", name)] {
            skill.set(key, value);
        }
        skill.set("readOnly", true);
        shelves.of_mut(SKILL.kind, "").add(skill);
    }
}

fn is_built_in(skill: &Thing) -> bool {
    skill.shown.get("readOnly") == Some(&Value::Bool(true))
}

fn fill(call: &Call<'_>, _: &mut Shelves, skill: &mut Thing, body: Keys) -> Result<(), Problem> {
    if skill.shown.is_empty() {
        skill.set("readOnly", false);
        skill.hide("editors", json!([call.email()]));
    } else {
        check_editor(call, skill)?;
    }
    for (key, value) in body {
        skill.set(&key, value);
    }
    Ok(())
}

/// Refuses a member who may not edit a skill. Admins always may.
fn check_editor(call: &Call<'_>, skill: &Thing) -> Result<(), Problem> {
    if is_built_in(skill) {
        let message = "Built-in skills are read-only and cannot be modified";
        return Err(Problem::bad_request(message));
    }
    if call.access() == Access::Admin || has(skill, &call.email()) {
        return Ok(());
    }
    let message = format!("Skill editor access required to modify \"{}\"", skill.text("name"));
    Err(Problem::forbidden("SKILL_EDITOR_ACCESS_REQUIRED", &message))
}

fn granted(skill: &Thing) -> Vec<String> {
    let all = skill.hidden("editors").as_array().into_iter().flatten();
    all.filter_map(|email| Some(email.as_str()?.to_owned())).collect()
}

fn has(skill: &Thing, email: &str) -> bool {
    granted(skill).iter().any(|known| known == email)
}

/// Lists the skills without their contents.
fn list(call: &Call<'_>) -> Answered {
    let shelves = call.state.things.open();
    let page = SKILL.listing.page(call, SKILL.all(call, &shelves).all(), "")?;
    let page = page.map(|skill| {
        let mut item = skill.item();
        if let Some(keys) = item.as_object_mut() {
            keys.remove("content");
        }
        item
    });
    Ok(answer::json(StatusCode::OK, &page))
}

/// Returns a skill that can have editors.
fn own(call: &Call<'_>, shelves: &Shelves) -> Result<Thing, Problem> {
    let skill = SKILL.named(call, shelves)?.clone();
    if is_built_in(&skill) { Err(Problem::not_found(SKILL.word)) } else { Ok(skill) }
}

fn editors(call: &Call<'_>) -> Answered {
    let shelves = call.state.things.open();
    let skill = own(call, &shelves)?;
    let edits =
        |member: &members::Member| member.access == Access::Admin || has(&skill, &member.email);
    let editors = members::all(call.state).into_iter().filter(edits);
    let editors: Vec<Thing> = editors.map(|member| member.thing()).collect();
    let page = EDITORS.page(call, editors.iter(), &skill.id)?;
    let page = page.map(|editor| shown(editor.text("email"), editor.text("role") == "admin"));
    Ok(answer::json(StatusCode::OK, &page))
}

fn shown(email: &str, is_admin: bool) -> Value {
    let name = email.split('@').next();
    json!({ "email": email, "name": name, "image": null, "isWorkspaceAdmin": is_admin })
}

/// Returns the member with the address of a request, who is no admin.
fn member(call: &Call<'_>) -> Result<String, Problem> {
    let email = call.text("email").unwrap_or_default().to_lowercase();
    let member = members::all(call.state).into_iter().find(|member| member.email == email);
    match member {
        None => Err(Problem::bad_request("User is not a member of this workspace")),
        Some(member) if member.access == Access::Admin => {
            Err(Problem::bad_request("Workspace admins can always edit skills"))
        }
        Some(member) => Ok(member.email),
    }
}

fn grant(call: &Call<'_>) -> Answered {
    change(call, |editors, email| {
        let is_new = !editors.contains(&email);
        if is_new {
            editors.push(email.clone());
        }
        let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
        Ok(data(status, &shown(&email, false)))
    })
}

fn revoke(call: &Call<'_>) -> Answered {
    change(call, |editors, email| {
        if !editors.contains(&email) {
            return Err(Problem::not_found("Editor"));
        }
        editors.retain(|known| *known != email);
        Ok(data(StatusCode::OK, &json!({ "email": email, "revoked": true })))
    })
}

fn change(
    call: &Call<'_>,
    act: impl FnOnce(&mut Vec<String>, String) -> Result<Response, Problem>,
) -> Answered {
    let mut shelves = call.state.things.open();
    let skill = own(call, &shelves)?;
    check_editor(call, &skill)?;
    let email = member(call)?;
    let mut editors = granted(&skill);
    let answer = act(&mut editors, email)?;
    if let Some(skill) = SKILL.all_mut(call, &mut shelves).get_mut(&skill.id) {
        skill.hide("editors", json!(editors));
    }
    Ok(answer)
}
