//! MCP servers that a workspace uses, and their tools.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use sim_core::lenient as field;
use sim_core::logs::SortOrder;
use sim_core::{Page, WorkspaceId, id, object, open_enum};

use crate::macros::endpoint;
use crate::{Count, SecretHeaders, SecretText, SecretUrl};

id! {
    /// Names an MCP server. The server makes it of the URL.
    McpServerId
}

endpoint! {
    /// Lists the MCP servers of a workspace.
    ListMcpServers: GET "/api/v2/mcp-servers" => Page<McpServer>,
    reference "mcp-servers" listMcpServers,
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Keeps only servers whose name contains this text, in upper or lower case.
        search: String = "search",
        /// Sets the sort key. The default is the creation time.
        sort_by: McpServerSort = "sortBy",
        /// Sets the direction. The default is descending.
        sort_order: SortOrder = "sortOrder",
    },
    paged 100,
}

endpoint! {
    /// Adds an MCP server. It need not be reachable yet.
    ///
    /// The server refuses a URL that is there already with 409.
    CreateMcpServer: POST "/api/v2/mcp-servers" => {data: McpServer},
    reference "mcp-servers" createMcpServer,
    body { workspace: WorkspaceId = "workspaceId", name: String = "name", url: SecretUrl = "url" },
    body? {
        /// Describes the server in up to 2000 characters.
        description: String = "description",
        /// Sets how Sim talks to it. There is one way so far.
        transport: McpTransport = "transport",
        /// Sets how Sim signs in. By default Sim finds out.
        auth_type: McpAuth = "authType",
        /// Sets the headers that Sim sends. They cannot be read back.
        headers: SecretHeaders = "headers",
        /// Sets how long Sim waits for it, in milliseconds, 1000 to 300,000. The default is 30,000.
        timeout_ms: Count = "timeout",
        /// Sets how often Sim tries again, 0 to 10. The default is 3.
        retries: Count = "retries",
        /// Sets whether workflows may use it. The default is yes.
        enabled: bool = "enabled",
    },
    null? {
        /// Sets the id of the OAuth client.
        oauth_client_id | clear_oauth_client_id: String = "oauthClientId",
        /// Sets the secret of the OAuth client.
        oauth_client_secret | clear_oauth_client_secret: SecretText = "oauthClientSecret",
    },
    idempotency NonIdempotent,
}

endpoint! {
    /// Reads one MCP server.
    GetMcpServer: GET "/api/v2/mcp-servers/{server}" => {data: McpServer},
    reference "mcp-servers" getMcpServer,
    path { server: McpServerId },
    query { workspace: WorkspaceId = "workspaceId" },
}

endpoint! {
    /// Changes an MCP server. Whatever is not set stays as it is.
    UpdateMcpServer: PATCH "/api/v2/mcp-servers/{server}" => {data: McpServer},
    reference "mcp-servers" updateMcpServer,
    path { server: McpServerId },
    body { workspace: WorkspaceId = "workspaceId" },
    body? {
        /// Renames the server to this.
        name: String = "name",
        /// Describes the server in up to 2000 characters.
        description: String = "description",
        /// Sets how Sim talks to it. There is one way so far.
        transport: McpTransport = "transport",
        /// Repeats the URL, which cannot change.
        url: SecretUrl = "url",
        /// Sets how Sim signs in.
        auth_type: McpAuth = "authType",
        /// Replaces all headers that Sim sends.
        headers: SecretHeaders = "headers",
        /// Sets how long Sim waits for it, in milliseconds, 1000 to 300,000.
        timeout_ms: Count = "timeout",
        /// Sets how often Sim tries again, 0 to 10.
        retries: Count = "retries",
        /// Sets whether workflows may use it.
        enabled: bool = "enabled",
    },
    null? {
        /// Sets the id of the OAuth client.
        oauth_client_id | clear_oauth_client_id: String = "oauthClientId",
        /// Sets the secret of the OAuth client.
        oauth_client_secret | clear_oauth_client_secret: SecretText = "oauthClientSecret",
    },
}

endpoint! {
    /// Removes an MCP server from a workspace.
    DeleteMcpServer: DELETE "/api/v2/mcp-servers/{server}" => {data: DeletedMcpServer},
    reference "mcp-servers" deleteMcpServer,
    path { server: McpServerId },
    query { workspace: WorkspaceId = "workspaceId" },
}

endpoint! {
    /// Lists the tools of an MCP server, all in one answer. Sim asks the server for them.
    ///
    /// A server that cannot be reached or refuses shows as 503, which no client repeats, a disabled one as 409.
    ListMcpServerTools: GET "/api/v2/mcp-servers/{server}/tools" => Page<McpTool>,
    reference "mcp-servers" listMcpServerTools,
    path { server: McpServerId },
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Asks the server even if Sim remembers its tools.
        refresh: bool = "refresh",
    },
    relays 503,
}

open_enum! {
    /// The sort key of a list of MCP servers.
    McpServerSort {
        /// Sorts by name, case-sensitively.
        Name = "name",
        /// Sorts by creation time.
        CreatedAt = "createdAt",
        /// Sorts by the last change.
        UpdatedAt = "updatedAt",
    }
}

open_enum! {
    /// How Sim talks to an MCP server.
    McpTransport {
        /// HTTP requests whose answers may be streams.
        StreamableHttp = "streamable-http",
    }
}

open_enum! {
    /// How Sim signs in to an MCP server.
    McpAuth {
        /// Sim does not sign in.
        None = "none",
        /// Sim sends headers that prove who it is.
        Headers = "headers",
        /// Sim gets a token by OAuth.
        Oauth = "oauth",
    }
}

open_enum! {
    /// Whether Sim could talk to an MCP server.
    McpConnection {
        /// The last try worked.
        Connected = "connected",
        /// Sim has not tried, or the settings changed.
        Disconnected = "disconnected",
        /// The last try failed.
        Error = "error",
    }
}

object! {
    /// An MCP server of a workspace.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct McpServer {
        /// The id of the server.
        pub id: McpServerId = "id",
        /// The name of the server.
        pub name: String = "name" as field::string,
        /// What the server is for, if somebody said so.
        pub description: Option<String> = "description" as field::text,
        /// How Sim talks to it.
        pub transport: Option<McpTransport> = "transport" as field::word,
        /// How Sim signs in.
        pub auth_type: Option<McpAuth> = "authType" as field::word,
        /// The address of the server. It may hold a key, so `Debug` shows its host alone.
        pub url: Option<SecretUrl> = "url" as field::word,
        /// How long Sim waits for it.
        #[serde(serialize_with = "milliseconds")]
        pub timeout: Option<Duration> = "timeout" as field::milliseconds,
        /// How often Sim tries again.
        pub retries: Option<u64> = "retries" as field::count,
        /// Whether workflows may use it.
        pub enabled: bool = "enabled" as field::flag,
        /// Whether Sim could talk to it.
        pub connection_status: Option<McpConnection> = "connectionStatus" as field::word,
        /// Why the last try failed, if it did.
        pub last_error: Option<String> = "lastError" as field::text,
        /// The number of tools that Sim found.
        pub tool_count: Option<u64> = "toolCount" as field::count,
        /// When Sim last read its tools; `None` before the first time.
        pub last_tools_refresh: Option<Timestamp> = "lastToolsRefresh" as field::timestamp,
        /// When Sim last reached it; `None` before the first time.
        pub last_connected: Option<Timestamp> = "lastConnected" as field::timestamp,
        /// When it was added.
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
        /// When it last changed.
        pub updated_at: Option<Timestamp> = "updatedAt" as field::timestamp,
        /// The id of the OAuth client, if one is set.
        pub oauth_client_id: Option<String> = "oauthClientId" as field::text,
        /// Whether Sim sends headers of its own.
        pub has_headers: bool = "hasHeaders" as field::flag,
        /// The names of those headers. Nobody can read their values.
        pub header_names: Vec<String> = "headerNames" as field::list,
        /// Whether a secret of an OAuth client is set.
        pub has_oauth_client_secret: bool = "hasOauthClientSecret" as field::flag,
    }
}

#[allow(clippy::ref_option)]
fn milliseconds<S: serde::Serializer>(
    time: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    time.map(|time| time.as_secs_f64() * 1000.0).serialize(serializer)
}

object! {
    /// An MCP server that a workspace no longer has.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct DeletedMcpServer {
        /// The id that the server had; empty if the server did not say.
        pub id: McpServerId = "id" as field::known,
        /// Always true in an answer of the server.
        pub deleted: bool = "deleted",
    }
}

object! {
    /// A tool of an MCP server.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct McpTool {
        /// The name of the tool.
        pub name: String = "name",
        /// What the tool does, if the server says so.
        pub description: Option<String> = "description" as field::text,
        /// What the tool takes, as a JSON Schema of an object.
        pub input_schema: Map<String, Value> = "inputSchema" as field::or_default,
        /// The server that has the tool.
        pub server_id: McpServerId = "serverId" as field::known,
        /// The name of that server.
        pub server_name: Option<String> = "serverName" as field::text,
    }
}
