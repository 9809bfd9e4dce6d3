//! What is expected of the recordings of credentials.

use crate::recorded::want::Row;
use crate::recorded::want::Want::{Gives, Refused};

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    // GET /api/v2/credentials
    ("v2-res-credential-30-list", Gives(&[("/data/0/id", "8be067bf-45d3-4585-b8ed-6b4bf9f5448f"), ("/data/0/displayName", "Robot é 79b578 Dave"), ("/data/0/type", "service_account")])),
    ("v2-res-credential-34-list-type-bad", Refused(400, "BAD_REQUEST", "Invalid option: expected one of \"oauth\"|\"service_account\"")),
    // POST /api/v2/credentials
    ("v2-res-credential-01-create-201", Gives(&[("/id", "39dd8d9c-36d2-4a3a-b616-b12f71805e16"), ("/displayName", "Robot é 79b578"), ("/type", "service_account")])),
    ("v2-res-credential-03-credentials-as-object", Refused(400, "BAD_REQUEST", "Invalid input: expected string, received object")),
    ("v2-res-credential-11-unverifiable-token", Refused(503, "SERVICE_UNAVAILABLE", "Credential provider is temporarily unavailable")),
    ("v2-res-credential-13-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-credential-15-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2-res-credential-16-otherws", Refused(404, "NOT_FOUND", "Workspace not found")),
    ("v2-res-credential-54-other-account-same-name", Refused(409, "CONFLICT", "A credential named \"Two 7d45fd\" already exists in this workspace. Give this one a different name.")),
    // POST /api/v2/credentials/connections
    ("v2-res-credential-connection-01-new", Gives(&[("/authorizationUrl", "http://127.0.0.1:3300/api/auth/oauth2/authorize?draftId=29b9bd2c-c11f-4ac3-9af4-7e9338d8f67e"), ("/expiresAt", "2026-11-29T09:33:47.181Z")])),
    ("v2-res-credential-connection-02-unavailable", Refused(409, "CONFLICT", "OAuth provider is unavailable: dropbox")),
    ("v2-res-credential-connection-03-unknown", Refused(400, "BAD_REQUEST", "Unknown OAuth provider: zzz")),
    ("v2-res-credential-connection-05-reconnect-service-account", Refused(400, "BAD_REQUEST", "Only OAuth credentials can be reconnected")),
    ("v2-res-credential-connection-06-reconnect-404", Refused(404, "NOT_FOUND", "Credential not found")),
    ("v2-res-credential-connection-09-readonly", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-credential-connection-11-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2-res-credential-connection-14-otherws", Refused(404, "NOT_FOUND", "Workspace not found")),
    // GET /api/v2/credentials/providers
    ("v2-res-credential-39-providers", Gives(&[("/data/0/name", "Notion"), ("/data/0/type", "oauth"), ("/data/0/serviceId", "notion")])),
    // DELETE /api/v2/credentials/{credential}
    ("v2-res-credential-delete-06-ok", Gives(&[("/id", "39dd8d9c-36d2-4a3a-b616-b12f71805e16"), ("/deleted", "true")])),
    ("v2-res-credential-delete-01-nonadmin", Refused(403, "FORBIDDEN", "Credential admin permission required")),
    ("v2-res-credential-delete-03-bob", Refused(404, "NOT_FOUND", "Credential not found")),
    ("v2-res-credential-delete-05-noworkspace", Refused(400, "BAD_REQUEST", "Workspace ID is required")),
    ("v2-res-credential-delete-09-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
];
