//! Rows of the smaller resources.

use serde_json::json;
use sim_core::logs::SortOrder;
use sim_platform::audit_logs::*;
use sim_platform::credentials::*;
use sim_platform::custom_tools::*;
use sim_platform::mcp_servers::*;
use sim_platform::secrets::*;
use sim_platform::skills::*;
use sim_platform::workspaces::*;

use crate::table::{Table, time};

pub(super) fn rows(table: &mut Table) {
    workspaces(table);
    mcp_servers(table);
    skills(table);
    custom_tools(table);
    credentials(table);
    secrets(table);
    audit_logs(table);
}

fn workspaces(table: &mut Table) {
    table.one("ListWorkspaces", ListWorkspaces::new());
    let list = ListWorkspaces::new().sort_by(WorkspaceSort::Name).sort_order(SortOrder::Ascending);
    table.one("ListWorkspaces, everything", list.limit(10).cursor("c/1=="));
    table.one("GetWorkspace", GetWorkspace::new("ws/1"));
    table.one("ListWorkspaceMembers", ListWorkspaceMembers::new("ws-1"));
    let members = ListWorkspaceMembers::new("ws-1").limit(10).cursor("c/1==");
    table.one("ListWorkspaceMembers, everything", members);
}

fn mcp_servers(table: &mut Table) {
    table.one("ListMcpServers", ListMcpServers::new("ws-1"));
    let list = ListMcpServers::new("ws-1").search("docs").sort_by(McpServerSort::Name);
    let list = list.sort_order(SortOrder::Ascending).limit(10).cursor("c/1==");
    table.one("ListMcpServers, everything", list);
    let create = || CreateMcpServer::new("ws-1", "docs", "https://mcp.example/mcp");
    table.one("CreateMcpServer", create());
    let all = create().description("of all").transport(McpTransport::StreamableHttp);
    let all = all.auth_type(McpAuth::Headers).headers([("authorization", "Bearer t")]);
    let all = all.timeout_ms(30_000).retries(3).enabled(true);
    let all = all.oauth_client_id("client").oauth_client_secret("hush");
    table.one("CreateMcpServer, everything", all);
    table.one("CreateMcpServer, null", create().clear_oauth_client_id());
    table.one("GetMcpServer", GetMcpServer::new("mcp-1", "ws-1"));
    let update = || UpdateMcpServer::new("mcp-1", "ws-1");
    table.one("UpdateMcpServer", update());
    let all = update().name("docs").description("").transport(McpTransport::StreamableHttp);
    let all = all.url("https://mcp.example/mcp").auth_type(McpAuth::None).headers([("a", "b")]);
    let all = all.timeout_ms(1000).retries(0).enabled(false);
    let all = all.oauth_client_id("client").oauth_client_secret("hush");
    table.one("UpdateMcpServer, everything", all);
    let null = update().clear_oauth_client_id().clear_oauth_client_secret();
    table.one("UpdateMcpServer, null", null);
    table.one("DeleteMcpServer", DeleteMcpServer::new("mcp-1", "ws-1"));
    let tools = || ListMcpServerTools::new("mcp-1", "ws-1");
    table.one("ListMcpServerTools", tools());
    table.one("ListMcpServerTools, everything", tools().refresh(true));
}

fn skills(table: &mut Table) {
    table.one("ListSkills", ListSkills::new("ws-1"));
    let list = ListSkills::new("ws-1").search("sql").sort_by(SkillSort::UpdatedAt);
    let list = list.sort_order(SortOrder::Ascending).limit(10).cursor("c/1==");
    table.one("ListSkills, everything", list);
    table.one("CreateSkill", CreateSkill::new("ws-1", "sql", "for queries", "# SQL"));
    table.one("GetSkill", GetSkill::new("skill-1", "ws-1"));
    table.one("UpdateSkill", UpdateSkill::new("skill-1", "ws-1"));
    let update = UpdateSkill::new("skill-1", "ws-1").name("sql").description("for queries");
    table.one("UpdateSkill, everything", update.content("# SQL"));
    table.one("DeleteSkill", DeleteSkill::new("skill-1", "ws-1"));
    table.one("ListSkillEditors", ListSkillEditors::new("skill-1", "ws-1"));
    let list = ListSkillEditors::new("skill-1", "ws-1").sort_by(SkillEditorSort::Name);
    let list = list.sort_order(SortOrder::Descending).limit(10).cursor("c/1==");
    table.one("ListSkillEditors, everything", list);
    let grant = GrantSkillEditor::new("skill-1", "ws-1", "ann+1@b.example");
    table.one("GrantSkillEditor", grant);
    let revoke = RevokeSkillEditor::new("skill-1", "ws-1", "ann+1@b.example");
    table.one("RevokeSkillEditor", revoke);
}

fn custom_tools(table: &mut Table) {
    let schema = || {
        let parameters = json!({"type": "object", "properties": {"a": {"type": "number"}}});
        ToolSchema::function("add", "adds one", parameters)
    };
    table.one("ListCustomTools", ListCustomTools::new("ws-1"));
    let list = ListCustomTools::new("ws-1").search("add").sort_by(CustomToolSort::Title);
    let list = list.sort_order(SortOrder::Ascending).limit(10).cursor("c/1==");
    table.one("ListCustomTools, everything", list);
    let create = CreateCustomTool::new("ws-1", "Add", schema(), "return a + 1");
    table.one("CreateCustomTool", create);
    table.one("GetCustomTool", GetCustomTool::new("tool-1", "ws-1"));
    table.one("UpdateCustomTool", UpdateCustomTool::new("tool-1", "ws-1"));
    let update = UpdateCustomTool::new("tool-1", "ws-1").title("Add").schema(schema());
    table.one("UpdateCustomTool, everything", update.code("return a + 1"));
    table.one("DeleteCustomTool", DeleteCustomTool::new("tool-1", "ws-1"));
}

fn credentials(table: &mut Table) {
    table.one("ListCredentials", ListCredentials::new("ws-1"));
    let list = ListCredentials::new("ws-1").kind(CredentialKind::Oauth).provider("google-drive");
    let list = list.search("drive").sort_by(CredentialSort::DisplayName);
    let list = list.sort_order(SortOrder::Ascending).limit(10).cursor("c/1==");
    table.one("ListCredentials, everything", list);
    let create =
        || CreateServiceAccountCredential::new("ws-1", "google-service-account", r#"{"a":"b"}"#);
    table.one("CreateServiceAccountCredential", create());
    let all = create().display_name("robot").description("of all").id("cred-1");
    table.one("CreateServiceAccountCredential, everything", all);
    table.one("ListCredentialProviders", ListCredentialProviders::new("ws-1"));
    let providers = ListCredentialProviders::new("ws-1").search("drive");
    table.one("ListCredentialProviders, everything", providers);
    let connect = CreateCredentialConnection::new("ws-1", "google-drive", "mine");
    table.one("CreateCredentialConnection", connect);
    let renew = RenewCredentialConnection::new("ws-1", "cred-1");
    table.one("RenewCredentialConnection", renew);
    table.one("DeleteCredential", DeleteCredential::new("cred-1", "ws-1"));
}

fn secrets(table: &mut Table) {
    table.one("ListSecrets", ListSecrets::new("ws-1"));
    let list = ListSecrets::new("ws-1").scope(SecretScope::Personal).search("KEY");
    let list = list.sort_by(SecretSort::CreatedAt).sort_order(SortOrder::Descending);
    table.one("ListSecrets, everything", list.limit(10).cursor("c/1=="));
    let set = || SetSecret::new("API_KEY", "ws-1", SecretScope::Workspace, "hush");
    table.one("SetSecret", set());
    table.one("SetSecret, everything", set().description("of all"));
    table.one("SetSecret, null", set().clear_description());
    let delete = DeleteSecret::new("API_KEY", "ws-1", SecretScope::Personal);
    table.one("DeleteSecret", delete);
}

fn audit_logs(table: &mut Table) {
    table.one("ListAuditLogs", ListAuditLogs::new("org-1"));
    let list = ListAuditLogs::new("org-1").action("workflow.deployed").workspace("ws-1");
    let list = list.resource_type("workflow").resource_id("wf-1").include_departed(true);
    let list = list.start_date(time(0)).end_date(time(1)).actor_email("ann+1@b.example");
    table.one("ListAuditLogs, everything", list.limit(10).cursor("c/1=="));
    table.one("GetAuditLog", GetAuditLog::new("log-1", "org-1"));
}
