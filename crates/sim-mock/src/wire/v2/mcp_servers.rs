//! `/api/v2/mcp-servers`: servers whose tools agents call. A server answers if a test said what its tools are; all others
//! cannot be reached.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::routing::MethodFilter as Verb;
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::issue::Issue;
use super::problem::Problem;
use super::resource::{
    Act, Answered, Call, Field, Limit, Listing, Of, Operation, Resource, may, must, op,
};
use crate::ids;
use crate::state::State;
use crate::things::{Keys, Shelves, Thing};
use crate::wire::answer;

/// The name of the collection of the tools of servers, by their addresses.
const TOOLS: &str = "mcp_tools";

const HTTP: Of = Of::Word(&["streamable-http"]);
const AUTH: Of = Of::Word(&["none", "headers", "oauth"]);
const URL: Field = must("url", Of::Text(1, 2048)).says("url is required");

/// Servers.
static SERVER: Resource = Resource {
    kind: "mcp_server",
    word: "MCP server",
    parent: None,
    id: |call| id_of(call.text("url").unwrap_or_default()),
    fields: &[
        must("name", Of::Text(1, 255)),
        may("description", Of::Text(0, 2000)),
        may("transport", HTTP),
        URL,
        may("authType", AUTH),
        may("headers", Of::Record),
        may("timeout", Of::Whole(1000, 300_000)),
        may("retries", Of::Whole(0, 10)),
        may("enabled", Of::Flag),
        may("oauthClientId", Of::Text(0, 512)).or_null(),
        may("oauthClientSecret", Of::Text(0, 2048)).or_null(),
    ],
    changes: &[
        may("name", Of::Text(1, 255)),
        may("description", Of::Text(0, 2000)),
        may("transport", HTTP),
        may("url", Of::Text(1, 2048)),
        may("authType", AUTH),
        may("headers", Of::Record),
        may("timeout", Of::Whole(1000, 300_000)),
        may("retries", Of::Whole(0, 10)),
        may("enabled", Of::Flag),
        may("oauthClientId", Of::Text(0, 512)).or_null(),
        may("oauthClientSecret", Of::Text(0, 2048)).or_null(),
    ],
    nothing: "",
    unique: None,
    taken: |_| taken(),
    listing: Listing {
        search: "name",
        sorts: &["createdAt", "name", "updatedAt"],
        descends: true,
        limit: Limit::Hundred,
        folders: false,
    },
    fill,
    show: |_, _, server| server.item(),
    gone: |_, _, _| Ok(()),
    missing: None,
};

static ALL_TOOLS: Listing =
    Listing { search: "", sorts: &[], descends: false, limit: Limit::Whole, folders: false };

/// All operations of servers.
pub(super) static OPERATIONS: [Operation; 6] = [
    op(Verb::GET, "/mcp-servers", Act::List(&SERVER)),
    op(Verb::POST, "/mcp-servers", Act::Create(&SERVER)),
    op(Verb::GET, "/mcp-servers/{server}", Act::Read(&SERVER)),
    op(Verb::PATCH, "/mcp-servers/{server}", Act::Update(&SERVER)),
    op(Verb::DELETE, "/mcp-servers/{server}", Act::Delete(&SERVER)),
    op(Verb::GET, "/mcp-servers/{server}/tools", Act::Own(tools))
        .under(&SERVER)
        .personal()
        .listing(&ALL_TOOLS)
        .query(&[may("refresh", Of::Flag)]),
];

fn taken() -> Problem {
    Problem::conflict(
        "An MCP server with this URL already exists in this workspace. Update it with PATCH \
         /api/v2/mcp-servers/{id}.",
    )
}

/// Returns an address without what two addresses of one server may differ in.
fn bare(url: &str) -> &str {
    url.split('?').next().unwrap_or_default().trim_end_matches('/')
}

fn id_of(url: &str) -> String {
    let mut hasher = DefaultHasher::new();
    bare(url).hash(&mut hasher);
    format!("mcp-{:08x}", hasher.finish() & 0xffff_ffff)
}

fn check_url(url: &str) -> Result<(), Problem> {
    let refuse = |message| Err(Problem::invalid(vec![Issue::custom(message).at("url")]));
    if url.contains("{{") {
        return refuse("url must not contain {{ENV_VAR}} references on the public API");
    }
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    let Some(rest) = rest else { return refuse("url must be an absolute http or https URL") };
    if ["10.", "192.168.", "172.16.", "169.254."].iter().any(|own| rest.starts_with(own)) {
        let message = "MCP server URL cannot point to a private or reserved IP address";
        return Err(Problem::forbidden("MCP_SERVER_URL_NOT_ALLOWED", message));
    }
    Ok(())
}

fn fill(
    call: &Call<'_>,
    shelves: &mut Shelves,
    server: &mut Thing,
    mut body: Keys,
) -> Result<(), Problem> {
    let url = body.get("url").and_then(Value::as_str).map(str::to_owned);
    let headers = body.remove("headers");
    let secret = body.remove("oauthClientSecret");
    if server.shown.is_empty() {
        let url = url.unwrap_or_default();
        check_url(&url)?;
        if SERVER.all(call, shelves).get(&server.id).is_some() {
            return Err(taken());
        }
        let answers = shelves.of(TOOLS, "").get(bare(&url)).is_some();
        let has_headers = headers.as_ref().and_then(Value::as_object);
        let has_headers = has_headers.is_some_and(|headers| !headers.is_empty());
        let auth = if has_headers || !answers { "headers" } else { "none" };
        for (key, value) in [
            ("transport", json!("streamable-http")),
            ("authType", json!(auth)),
            ("timeout", json!(30_000)),
            ("retries", json!(3)),
            ("enabled", json!(true)),
            ("connectionStatus", json!("disconnected")),
            ("lastError", Value::Null),
            ("toolCount", json!(0)),
            ("hasHeaders", json!(false)),
            ("headerNames", json!([])),
            ("hasOauthClientSecret", json!(false)),
        ] {
            server.set(key, value);
        }
    } else if url.is_some_and(|url| url != server.text("url")) {
        return Err(Problem::bad_request(
            "url cannot be changed: an MCP server’s id is derived from its URL. Delete this server \
             and create another one.",
        ));
    }
    if let Some(Value::Object(headers)) = headers {
        server.set("hasHeaders", !headers.is_empty());
        server.set("headerNames", headers.keys().map(String::as_str).collect::<Vec<_>>());
        server.set("connectionStatus", "disconnected");
        server.shown.remove("lastConnected");
    }
    if let Some(secret) = secret {
        server.set("hasOauthClientSecret", !secret.is_null());
    }
    body.retain(|_, value| !value.is_null());
    for (key, value) in body {
        server.set(&key, value);
    }
    Ok(())
}

/// Says what the tools of a server are. The server answers from then on.
pub(crate) fn set_tools(state: &State, url: &str, tools: Value) {
    let mut shelves = state.things.open();
    let mut thing = Thing::new(bare(url).to_owned(), 0, Keys::new());
    thing.hide("tools", tools);
    let all = shelves.of_mut(TOOLS, "");
    all.retain(|other| other.id != thing.id);
    all.add(thing);
}

fn tools(call: &Call<'_>) -> Answered {
    let mut shelves = call.state.things.open();
    let server = SERVER.named(call, &shelves)?.clone();
    if server.shown.get("enabled") != Some(&Value::Bool(true)) {
        let message = "The MCP server is disabled; enable it before listing its tools";
        return Err(Problem::conflict(message));
    }
    let known = shelves.of(TOOLS, "").get(bare(server.text("url")));
    let known = known.map(|thing| thing.hidden("tools").clone());
    let mut changed = server.clone();
    let listed = if let Some(tools) = known {
        let tools: Vec<Value> =
            tools.as_array().into_iter().flatten().map(|tool| item(tool, &server)).collect();
        let now = ids::time_text(Timestamp::now());
        for (key, value) in [
            ("connectionStatus", json!("connected")),
            ("lastError", Value::Null),
            ("toolCount", json!(tools.len())),
            ("lastToolsRefresh", json!(now)),
            ("lastConnected", json!(now)),
        ] {
            changed.set(key, value);
        }
        Ok(answer::json(StatusCode::OK, &json!({ "data": tools, "nextCursor": null })))
    } else {
        changed.set("lastError", format!("Failed to connect to \"{}\"", server.text("name")));
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Err(Problem::new(status, "The MCP server could not be reached").retry_after(5))
    };
    if let Some(place) = SERVER.all_mut(call, &mut shelves).get_mut(&server.id) {
        *place = changed;
    }
    listed
}

/// Returns a tool as the server shows it: without its title and its annotations.
fn item(tool: &Value, server: &Thing) -> Value {
    let mut item = json!({
        "name": tool["name"],
        "inputSchema": tool.get("inputSchema").cloned().unwrap_or(json!({ "type": "object" })),
        "serverId": server.id,
        "serverName": server.text("name"),
    });
    if let Some(description) = tool.get("description") {
        item["description"] = description.clone();
    }
    item
}
