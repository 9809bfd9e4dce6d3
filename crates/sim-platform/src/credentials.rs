//! Credentials: accounts of other services that workflows use.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sim_core::lenient as field;
use sim_core::logs::SortOrder;
use sim_core::{Page, WorkspaceId, id, open_enum};

use crate::macros::endpoint;
use crate::{SecretText, SecretUrl};

id! {
    /// Names a credential of a workspace.
    CredentialId
}

endpoint! {
    /// Lists the credentials of a workspace.
    ListCredentials: GET "/api/v2/credentials" => Page<Credential>,
    reference "credentials" listCredentials,
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Keeps only credentials of this kind.
        kind: CredentialKind = "type",
        /// Keeps only credentials of this provider.
        provider: String = "providerId",
        /// Keeps only credentials whose name contains this text, in upper or lower case.
        search: String = "search",
        /// Sets the sort key. The default is the creation time.
        sort_by: CredentialSort = "sortBy",
        /// Sets the direction. The default is descending.
        sort_order: SortOrder = "sortOrder",
    },
    paged 100,
}

endpoint! {
    /// Adds a service account. Workspace keys may not.
    ///
    /// `credentials` is JSON as text; [`ListCredentialProviders`] tells its fields. The same account under the same
    /// name is not added twice. A provider that cannot be asked shows as 503, which no client repeats.
    CreateServiceAccountCredential: POST "/api/v2/credentials" => {data: Credential},
    reference "credentials" createServiceAccountCredential,
    fixed { "type": CredentialKind = CredentialKind::ServiceAccount },
    body {
        workspace: WorkspaceId = "workspaceId",
        provider: String = "providerId",
        credentials: SecretText = "credentials",
    },
    body? {
        /// Names the credential. By default the e-mail address of the account does.
        display_name: String = "displayName",
        /// Describes the credential in up to 500 characters.
        description: String = "description",
        /// Sets the id, a UUID, for providers that need to know it first.
        id: CredentialId = "id",
    },
    idempotency NonIdempotent,
    relays 503,
}

endpoint! {
    /// Lists what credentials can be of, all in one answer.
    ListCredentialProviders: GET "/api/v2/credentials/providers" => Page<CredentialProvider>,
    reference "credentials" listCredentialProviders,
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Keeps only providers whose name contains this text, in upper or lower case.
        search: String = "search",
    },
}

endpoint! {
    /// Asks for a page on which a person connects an account by OAuth. Workspace keys may not.
    ///
    /// The credential appears in the list once the person is done.
    CreateCredentialConnection: POST "/api/v2/credentials/connections" => {data: CredentialConnection},
    reference "credentials" createCredentialConnection,
    body { workspace: WorkspaceId = "workspaceId", provider: String = "providerId", display_name: String = "displayName" },
    idempotency NonIdempotent,
}

endpoint! {
    /// Asks for a page on which a person connects the account of a credential anew. Workspace keys may not.
    RenewCredentialConnection: POST "/api/v2/credentials/connections" => {data: CredentialConnection},
    reference "credentials" createCredentialConnection,
    body { workspace: WorkspaceId = "workspaceId", credential: CredentialId = "credentialId" },
    idempotency NonIdempotent,
}

endpoint! {
    /// Deletes a credential. Workspace keys may not.
    DeleteCredential: DELETE "/api/v2/credentials/{credential}" => {data: DeletedCredential},
    reference "credentials" deleteCredential,
    path { credential: CredentialId },
    query { workspace: WorkspaceId = "workspaceId" },
}

open_enum! {
    /// What a credential is.
    CredentialKind {
        /// An account that a person connected by OAuth.
        Oauth = "oauth",
        /// An account of a program, with a key.
        ServiceAccount = "service_account",
    }
}

open_enum! {
    /// The sort key of a list of credentials.
    CredentialSort {
        /// Sorts by name, case-sensitively.
        DisplayName = "displayName",
        /// Sorts by creation time.
        CreatedAt = "createdAt",
        /// Sorts by the last change.
        UpdatedAt = "updatedAt",
    }
}

open_enum! {
    /// What the caller may do with a credential or a secret.
    AccessRole {
        /// The caller may change and delete it.
        Admin = "admin",
        /// The caller may use it.
        Member = "member",
    }
}

/// A credential of a workspace, without its secrets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Credential {
    /// The id of the credential.
    pub id: CredentialId,
    /// What the credential is.
    #[serde(default = "field::unnamed", deserialize_with = "field::known", rename = "type")]
    pub kind: CredentialKind,
    /// The name of the credential.
    #[serde(default, deserialize_with = "field::string")]
    pub display_name: String,
    /// What the credential is for, if somebody said so.
    #[serde(default, deserialize_with = "field::text")]
    pub description: Option<String>,
    /// The provider of the account, if it is known.
    #[serde(default, rename = "providerId", deserialize_with = "field::text")]
    pub provider: Option<String>,
    /// The account at the provider; `None` for a service account.
    #[serde(default, rename = "accountId", deserialize_with = "field::text")]
    pub account: Option<String>,
    /// Whether the key of a service account is set.
    #[serde(default, deserialize_with = "field::flag")]
    pub has_service_account_key: bool,
    /// What the caller may do with it.
    #[serde(default, deserialize_with = "field::word")]
    pub role: Option<AccessRole>,
    /// When the credential was added.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub created_at: Option<Timestamp>,
    /// When the credential last changed.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub updated_at: Option<Timestamp>,
}

/// What credentials can be of. [`kind`](Self::kind) decides which fields are there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CredentialProvider {
    /// What its credentials are.
    #[serde(default = "field::unnamed", deserialize_with = "field::known", rename = "type")]
    pub kind: CredentialKind,
    /// The id of the service.
    #[serde(rename = "serviceId")]
    pub service: String,
    /// The name of the service.
    #[serde(default, deserialize_with = "field::text")]
    pub name: Option<String>,
    /// What the service offers.
    #[serde(default, deserialize_with = "field::text")]
    pub description: Option<String>,
    /// The family that the service belongs to, such as `google`.
    #[serde(default, deserialize_with = "field::text")]
    pub provider_family: Option<String>,
    /// Whether this server is set up for it.
    #[serde(default, deserialize_with = "field::flag")]
    pub available: bool,
    /// Whether an account can be connected anew; for OAuth.
    #[serde(
        default,
        deserialize_with = "field::yes_or_no",
        skip_serializing_if = "Option::is_none"
    )]
    pub supports_reconnect: Option<bool>,
    /// The ways to connect an account; for OAuth.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "field::list")]
    pub authorization_options: Vec<AuthorizationOption>,
    /// The provider to create a credential with; for service accounts.
    #[serde(
        default,
        rename = "providerId",
        skip_serializing_if = "Option::is_none",
        deserialize_with = "field::text"
    )]
    pub provider: Option<String>,
    /// The address of its documentation; for service accounts.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "field::text")]
    pub docs_url: Option<String>,
    /// Advice for whoever adds one; for service accounts.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "field::text")]
    pub help_text: Option<String>,
    /// Whether the request must bring an id; for service accounts.
    #[serde(
        default,
        deserialize_with = "field::yes_or_no",
        skip_serializing_if = "Option::is_none"
    )]
    pub requires_client_generated_credential_id: Option<bool>,
    /// The fields of the `credentials` text; for service accounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "field::list")]
    pub fields: Vec<CredentialField>,
}

/// A way to connect an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuthorizationOption {
    /// The provider to ask for a connection with.
    #[serde(rename = "providerId")]
    pub provider: String,
    /// The name that people see.
    #[serde(default, deserialize_with = "field::string")]
    pub label: String,
}

/// A field of the credentials of a service account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CredentialField {
    /// The key of the field.
    pub id: String,
    /// The name that people see.
    #[serde(default, deserialize_with = "field::text")]
    pub label: Option<String>,
    /// An example of a value.
    #[serde(default, deserialize_with = "field::text")]
    pub placeholder: Option<String>,
    /// Whether it must have a value.
    #[serde(default, deserialize_with = "field::flag")]
    pub required: bool,
    /// Whether its value is secret.
    #[serde(default, deserialize_with = "field::flag")]
    pub secret: bool,
    /// Whether its value may have several lines.
    #[serde(default, deserialize_with = "field::flag")]
    pub multiline: bool,
    /// The ways to sign in for which it must have a value.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "field::list")]
    pub required_for_auth_methods: Vec<String>,
    /// The values that it can have; empty if it is free.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "field::list")]
    pub options: Vec<CredentialOption>,
    /// Advice for whoever fills it in.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "field::text")]
    pub hint: Option<String>,
}

/// A value that a field can have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CredentialOption {
    /// The value to send.
    pub value: String,
    /// The name that people see.
    #[serde(default, deserialize_with = "field::string")]
    pub label: String,
}

/// A page on which a person connects an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CredentialConnection {
    /// The address of the page, for a browser.
    pub authorization_url: SecretUrl,
    /// When the page stops working, after about 15 minutes.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub expires_at: Option<Timestamp>,
}

/// A credential that no longer exists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeletedCredential {
    /// The id that the credential had; empty if the server did not say.
    #[serde(default = "field::unnamed", deserialize_with = "field::known")]
    pub id: CredentialId,
    /// Always true in an answer of the server.
    pub deleted: bool,
}
