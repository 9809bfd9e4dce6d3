//! Secrets: values that workflows use by name and nobody can read. Workspace keys cannot manage them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sim_core::lenient as field;
use sim_core::logs::SortOrder;
use sim_core::{Page, WorkspaceId, id, open_enum};

use crate::SecretText;
use crate::credentials::AccessRole;
use crate::macros::endpoint;

id! {
    /// Names a secret: letters, digits and `_`.
    SecretName
}

endpoint! {
    /// Lists the secrets that the caller may use, without their values.
    ListSecrets: GET "/api/v2/secrets" => Page<SecretEntry>,
    reference "secrets" listSecrets,
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Keeps only secrets of this scope.
        scope: SecretScope = "scope",
        /// Keeps only secrets whose name contains this text, in upper or lower case.
        search: String = "search",
        /// Sets the sort key. The default is the name.
        sort_by: SecretSort = "sortBy",
        /// Sets the direction. The default is ascending.
        sort_order: SortOrder = "sortOrder",
    },
    paged 100,
}

endpoint! {
    /// Creates a secret or replaces its value.
    SetSecret: PUT "/api/v2/secrets/{name}" => {data: SecretEntry},
    reference "secrets" setSecret,
    path { name: SecretName },
    body { workspace: WorkspaceId = "workspaceId", scope: SecretScope = "scope", value: SecretText = "value" },
    null? {
        /// Describes a secret of the workspace in up to 500 characters. A personal one has no description.
        description | clear_description: String = "description",
    },
}

endpoint! {
    /// Deletes a secret of one scope.
    DeleteSecret: DELETE "/api/v2/secrets/{name}" => {data: DeletedSecret},
    reference "secrets" deleteSecret,
    path { name: SecretName },
    query { workspace: WorkspaceId = "workspaceId", scope: SecretScope = "scope" },
}

open_enum! {
    /// Whose secret it is.
    SecretScope {
        /// All members of the workspace may use it.
        Workspace = "workspace",
        /// Only its owner may use it.
        Personal = "personal",
    }
}

open_enum! {
    /// The sort key of a list of secrets.
    SecretSort {
        /// Sorts by name, case-sensitively.
        Name = "name",
        /// Sorts by creation time.
        CreatedAt = "createdAt",
        /// Sorts by the last change.
        UpdatedAt = "updatedAt",
    }
}

/// A secret without its value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SecretEntry {
    /// The name of the secret.
    pub name: SecretName,
    /// Whose secret it is.
    pub scope: SecretScope,
    /// What the secret is for, if somebody said so.
    #[serde(default, deserialize_with = "field::text")]
    pub description: Option<String>,
    /// What the caller may do with it.
    #[serde(default, deserialize_with = "field::word")]
    pub role: Option<AccessRole>,
    /// When the secret was created.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub created_at: Option<Timestamp>,
    /// When its value last changed.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub updated_at: Option<Timestamp>,
}

/// A secret that no longer exists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeletedSecret {
    /// The name that the secret had; empty if the server did not say.
    #[serde(default = "field::unnamed", deserialize_with = "field::known")]
    pub name: SecretName,
    /// Whose secret it was; empty if the server did not say.
    #[serde(default = "field::unnamed", deserialize_with = "field::known")]
    pub scope: SecretScope,
    /// Always true in an answer of the server.
    pub deleted: bool,
}
