//! Credentials: accounts of other services that workflows use.

use jiff::Timestamp;
use serde::Serialize;
use sim_core::lenient as field;
use sim_core::logs::SortOrder;
use sim_core::{Page, WorkspaceId, id, object, open_enum};

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

object! {
    /// A credential of a workspace, without its secrets.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct Credential {
        /// The id of the credential.
        pub id: CredentialId = "id",
        /// What the credential is.
        pub kind: CredentialKind = "type" as field::known,
        /// The name of the credential.
        pub display_name: String = "displayName" as field::string,
        /// What the credential is for, if somebody said so.
        pub description: Option<String> = "description" as field::text,
        /// The provider of the account, if it is known.
        pub provider: Option<String> = "providerId" as field::text,
        /// The account at the provider; `None` for a service account.
        pub account: Option<String> = "accountId" as field::text,
        /// Whether the key of a service account is set.
        pub has_service_account_key: bool = "hasServiceAccountKey" as field::flag,
        /// What the caller may do with it.
        pub role: Option<AccessRole> = "role" as field::word,
        /// When the credential was added.
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
        /// When the credential last changed.
        pub updated_at: Option<Timestamp> = "updatedAt" as field::timestamp,
    }
}

object! {
    /// What credentials can be of. [`kind`](Self::kind) decides which fields are there.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct CredentialProvider {
        /// What its credentials are.
        pub kind: CredentialKind = "type" as field::known,
        /// The id of the service.
        pub service: String = "serviceId",
        /// The name of the service.
        pub name: Option<String> = "name" as field::text,
        /// What the service offers.
        pub description: Option<String> = "description" as field::text,
        /// The family that the service belongs to, such as `google`.
        pub provider_family: Option<String> = "providerFamily" as field::text,
        /// Whether this server is set up for it.
        pub available: bool = "available" as field::flag,
        /// Whether an account can be connected anew; for OAuth.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub supports_reconnect: Option<bool> = "supportsReconnect" as field::yes_or_no,
        /// The ways to connect an account; for OAuth.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub authorization_options: Vec<AuthorizationOption> = "authorizationOptions" as field::list,
        /// The provider to create a credential with; for service accounts.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub provider: Option<String> = "providerId" as field::text,
        /// The address of its documentation; for service accounts.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub docs_url: Option<String> = "docsUrl" as field::text,
        /// Advice for whoever adds one; for service accounts.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub help_text: Option<String> = "helpText" as field::text,
        /// Whether the request must bring an id; for service accounts.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub requires_client_generated_credential_id: Option<bool> = "requiresClientGeneratedCredentialId" as field::yes_or_no,
        /// The fields of the `credentials` text; for service accounts.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub fields: Vec<CredentialField> = "fields" as field::list,
    }
}

object! {
    /// A way to connect an account.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct AuthorizationOption {
        /// The provider to ask for a connection with.
        pub provider: String = "providerId",
        /// The name that people see.
        pub label: String = "label" as field::string,
    }
}

object! {
    /// A field of the credentials of a service account.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct CredentialField {
        /// The key of the field.
        pub id: String = "id",
        /// The name that people see.
        pub label: Option<String> = "label" as field::text,
        /// An example of a value.
        pub placeholder: Option<String> = "placeholder" as field::text,
        /// Whether it must have a value.
        pub required: bool = "required" as field::flag,
        /// Whether its value is secret.
        pub secret: bool = "secret" as field::flag,
        /// Whether its value may have several lines.
        pub multiline: bool = "multiline" as field::flag,
        /// The ways to sign in for which it must have a value.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub required_for_auth_methods: Vec<String> = "requiredForAuthMethods" as field::list,
        /// The values that it can have; empty if it is free.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub options: Vec<CredentialOption> = "options" as field::list,
        /// Advice for whoever fills it in.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub hint: Option<String> = "hint" as field::text,
    }
}

object! {
    /// A value that a field can have.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct CredentialOption {
        /// The value to send.
        pub value: String = "value",
        /// The name that people see.
        pub label: String = "label" as field::string,
    }
}

object! {
    /// A page on which a person connects an account.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct CredentialConnection {
        /// The address of the page, for a browser.
        pub authorization_url: SecretUrl = "authorizationUrl",
        /// When the page stops working, after about 15 minutes.
        pub expires_at: Option<Timestamp> = "expiresAt" as field::timestamp,
    }
}

object! {
    /// A credential that no longer exists.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct DeletedCredential {
        /// The id that the credential had; empty if the server did not say.
        pub id: CredentialId = "id" as field::known,
        /// Always true in an answer of the server.
        pub deleted: bool = "deleted",
    }
}
