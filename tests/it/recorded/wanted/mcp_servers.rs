//! What is expected of the recordings of MCP servers.

use crate::recorded::want::Row;
use crate::recorded::want::Want::{Gives, Refused};

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    // GET /api/v2/mcp-servers
    ("v2-res-mcp-60-list-1", Gives(&[("/data/0/id", "mcp-5bdf843b"), ("/data/0/name", "mcp 92604c"), ("/data/0/transport", "streamable-http")])),
    ("v2-res-mcp-63-list-badcursor", Refused(400, "BAD_REQUEST", "cursor is not a valid pagination cursor. Restart pagination without a cursor.")),
    // POST /api/v2/mcp-servers
    ("v2-mcp-create", Gives(&[("/id", "mcp-abcb1957"), ("/name", "m9ea29"), ("/transport", "streamable-http")])),
    ("v2-res-mcp-23-disabled-create", Refused(409, "CONFLICT", "An MCP server with this URL already exists in this workspace. Update it with PATCH /api/v2/mcp-servers/{id}.")),
    ("v2-res-mcp-31-template-url", Refused(400, "BAD_REQUEST", "url must not contain {{ENV_VAR}} references on the public API")),
    ("v2-res-mcp-33-private-url", Refused(403, "FORBIDDEN", "MCP server URL cannot point to a private or reserved IP address")),
    ("v2-res-mcp-38-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    // DELETE /api/v2/mcp-servers/{server}
    ("v2-mcp-delete", Gives(&[("/id", "mcp-abcb1957"), ("/deleted", "true")])),
    ("v2-res-mcp-70-delete-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-mcp-72-delete-again", Refused(404, "NOT_FOUND", "MCP server not found")),
    ("v2-res-mcp-90-delete-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    // GET /api/v2/mcp-servers/{server}
    ("v2-mcp-get", Gives(&[("/id", "mcp-abcb1957"), ("/name", "m9ea29"), ("/transport", "streamable-http")])),
    ("v2-res-mcp-73-get-deleted", Refused(404, "NOT_FOUND", "MCP server not found")),
    // PATCH /api/v2/mcp-servers/{server}
    ("v2-mcp-patch", Gives(&[("/id", "mcp-abcb1957"), ("/name", "m2"), ("/transport", "streamable-http")])),
    ("v2-res-mcp-51-patch-url", Refused(400, "BAD_REQUEST", "url cannot be changed: an MCP server’s id is derived from its URL. Delete this server and create one at the new URL.")),
    ("v2-res-mcp-56-patch-404", Refused(404, "NOT_FOUND", "MCP server not found")),
    ("v2-res-mcp-57-patch-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    // GET /api/v2/mcp-servers/{server}/tools
    ("v2-res-mcp-03-tools", Gives(&[("/data/0/name", "add"), ("/data/0/description", "Adds two numbers"), ("/data/0/serverId", "mcp-69268a29")])),
    ("v2-res-mcp-07-tools-limit", Refused(400, "BAD_REQUEST", "Unrecognized key: \"limit\"")),
    ("v2-res-mcp-08-tools-wskey-403", Refused(403, "FORBIDDEN", "Workspace API key cannot perform this operation")),
    ("v2-res-mcp-10-tools-404", Refused(404, "NOT_FOUND", "MCP server not found")),
    ("v2-res-mcp-11-tools-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2-res-mcp-20-401-tools", Refused(503, "SERVICE_UNAVAILABLE", "The MCP server could not be reached")),
    ("v2-res-mcp-59-tools-disabled", Refused(409, "CONFLICT", "The MCP server is disabled; enable it before listing its tools")),
];
