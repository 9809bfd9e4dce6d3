//! `/api/v2/audit-logs`: what was done in the workspace, by whom.

use axum::routing::MethodFilter as Verb;
use http::StatusCode;
use serde_json::{Value, json};

use super::data::data;
use super::problem::Problem;
use super::resource::{
    AUDIT, Act, Answered, Call, Field, Limit, Listing, Of, Operation, Pattern, may, must, op,
};
use crate::access::Access;
use crate::things::Thing;
use crate::wire::answer;

const TIME: Pattern = Pattern {
    text: "/^\\d{4}-\\d{2}-\\d{2}T.*Z$/",
    fits: |text| text.ends_with('Z') && text.parse::<jiff::Timestamp>().is_ok(),
    message: "must be a UTC ISO 8601 timestamp, e.g. 2026-08-06T00:00:00Z",
};

const ORGANIZATION: Field =
    must("organizationId", Of::Text(1, 255)).says("Organization ID is required");

const WORD: Of = Of::Text(1, 255);
const AT: Of = Of::Name(1, 64, &TIME);

static LISTING: Listing =
    Listing { search: "", sorts: &[], descends: true, limit: Limit::Hundred, folders: false };

/// All operations of audit logs.
pub(super) static OPERATIONS: [Operation; 2] = [
    op(Verb::GET, "/audit-logs", Act::Own(list)).alone().open().listing(&LISTING).query(&[
        may("action", WORD),
        may("resourceType", WORD),
        may("resourceId", WORD),
        may("workspaceId", WORD),
        may("startDate", AT),
        may("endDate", AT),
        may("includeDeparted", Of::Flag),
        ORGANIZATION,
        may("actorEmail", Of::Email),
    ]),
    op(Verb::GET, "/audit-logs/{entry}", Act::Own(get)).alone().open().query(&[ORGANIZATION]),
];

fn check(call: &Call<'_>, operation: &str) -> Result<(), Problem> {
    let is_own = call.text("organizationId") == Some(call.state.organization.as_str());
    match call.access() {
        Access::Workspace => {
            let message =
                format!("Principal kind workspace_api_key cannot perform operation {operation}");
            Err(Problem::forbidden("PRINCIPAL_KIND_NOT_PERMITTED", &message))
        }
        Access::Stranger => Err(no_member()),
        _ if !is_own => Err(no_member()),
        Access::Admin => Ok(()),
        _ => {
            let message = "Organization admin or owner role required";
            Err(Problem::forbidden("ORGANIZATION_ADMIN_REQUIRED", message))
        }
    }
}

fn no_member() -> Problem {
    let message = "Not a member of the requested organization";
    Problem::forbidden("ORGANIZATION_MEMBERSHIP_REQUIRED", message)
}

fn item(entry: &Thing) -> Value {
    let mut item = entry.item();
    if let Some(keys) = item.as_object_mut() {
        keys.remove("updatedAt");
    }
    item
}

fn list(call: &Call<'_>) -> Answered {
    check(call, "audit_logs.list")?;
    let shelves = call.state.things.open();
    let time = |name: &str| call.text(name).and_then(|text| text.parse::<jiff::Timestamp>().ok());
    let (start, end) = (time("startDate"), time("endDate"));
    let texts = ["action", "resourceType", "resourceId", "workspaceId", "actorEmail"];
    let wanted = |entry: &&Thing| {
        let says = |key: &&str| call.text(key).is_none_or(|text| entry.text(key) == text);
        texts.iter().all(says)
            && start.is_none_or(|start| entry.created_at >= start)
            && end.is_none_or(|end| entry.created_at <= end)
    };
    let filter: Vec<Option<&str>> =
        texts.iter().chain(&["startDate", "endDate"]).map(|key| call.text(key)).collect();
    let all = shelves.of(AUDIT, "").all().filter(wanted);
    let page = LISTING.page(call, all, &format!("{filter:?}"))?;
    Ok(answer::json(StatusCode::OK, &page.map(item)))
}

fn get(call: &Call<'_>) -> Answered {
    check(call, "audit_logs.read_detail")?;
    let shelves = call.state.things.open();
    let entry = shelves.of(AUDIT, "").get(&call.ids[0]);
    let entry = entry.ok_or_else(|| Problem::not_found("Audit log"))?;
    Ok(data(StatusCode::OK, &json!(item(entry))))
}
