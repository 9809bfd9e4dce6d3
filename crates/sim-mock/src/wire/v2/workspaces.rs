//! `/api/v2/workspaces`: the workspace of the server, and its members.

use axum::routing::MethodFilter as Verb;
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::data::data;
use super::members;
use super::problem::Problem;
use super::resource::{Act, Answered, Call, Limit, Listing, Operation, op};
use crate::access::Access;
use crate::ids;
use crate::things::{Keys, Thing};
use crate::wire::answer;

static WORKSPACES: Listing = Listing {
    search: "",
    sorts: &["createdAt", "name", "updatedAt"],
    descends: true,
    limit: Limit::Hundred,
    folders: false,
};

static MEMBERS: Listing =
    Listing { search: "", sorts: &[], descends: false, limit: Limit::Hundred, folders: false };

/// All operations of workspaces.
pub(super) static OPERATIONS: [Operation; 3] = [
    op(Verb::GET, "/workspaces", Act::Own(list)).alone().open().listing(&WORKSPACES),
    op(Verb::GET, "/workspaces/{workspace}", Act::Own(get)).alone().open(),
    op(Verb::GET, "/workspaces/{workspace}/members", Act::Own(list_members))
        .alone()
        .open()
        .listing(&MEMBERS),
];

fn workspace(call: &Call<'_>) -> Thing {
    let mut thing = Thing::new(call.state.workspace.clone(), 0, Keys::new());
    (thing.created_at, thing.updated_at) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
    for (key, value) in [
        ("name", json!("Workspace")),
        ("color", json!("#FFCC02")),
        ("logoUrl", Value::Null),
        ("memberCount", json!(members::all(call.state).len())),
    ] {
        thing.set(key, value);
    }
    thing
}

fn list(call: &Call<'_>) -> Answered {
    let own = (call.access() != Access::Stranger).then(|| workspace(call));
    let page = WORKSPACES.page(call, own.iter(), "")?;
    Ok(answer::json(StatusCode::OK, &page.map(Thing::item)))
}

/// Refuses a workspace that the key does not see. What could be the id of one is forbidden, the rest is not there.
fn check(call: &Call<'_>) -> Result<(), Problem> {
    let is_own = call.ids[0] == call.state.workspace && call.access() != Access::Stranger;
    match () {
        () if is_own => Ok(()),
        () if call.ids[0].len() != 36 => Err(Problem::not_found("Workspace")),
        () => {
            let message = "Insufficient workspace permissions";
            Err(Problem::new(StatusCode::FORBIDDEN, message))
        }
    }
}

fn get(call: &Call<'_>) -> Answered {
    check(call)?;
    Ok(data(StatusCode::OK, &workspace(call).item()))
}

fn list_members(call: &Call<'_>) -> Answered {
    check(call)?;
    let members: Vec<Thing> = members::all(call.state).iter().map(members::Member::thing).collect();
    let page = MEMBERS.page(call, members.iter(), "")?.map(|member| {
        let mut item: Value = member.shown.clone().into();
        item["joinedAt"] = ids::time_text(member.created_at).into();
        item
    });
    Ok(answer::json(StatusCode::OK, &page))
}
