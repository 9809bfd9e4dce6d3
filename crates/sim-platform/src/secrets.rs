//! Secrets: values that workflows use by name and nobody can read. Workspace keys cannot manage them.

use jiff::Timestamp;
use serde::Serialize;
use sim_core::lenient as field;
use sim_core::logs::SortOrder;
use sim_core::{Page, WorkspaceId, id, object, open_enum};

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

object! {
    /// A secret without its value.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct SecretEntry {
        /// The name of the secret.
        pub name: SecretName = "name",
        /// Whose secret it is.
        pub scope: SecretScope = "scope",
        /// What the secret is for, if somebody said so.
        pub description: Option<String> = "description" as field::text,
        /// What the caller may do with it.
        pub role: Option<AccessRole> = "role" as field::word,
        /// When the secret was created.
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
        /// When its value last changed.
        pub updated_at: Option<Timestamp> = "updatedAt" as field::timestamp,
    }
}

object! {
    /// A secret that no longer exists.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct DeletedSecret {
        /// The name that the secret had; empty if the server did not say.
        pub name: SecretName = "name" as field::known,
        /// Whose secret it was; empty if the server did not say.
        pub scope: SecretScope = "scope" as field::known,
        /// Always true in an answer of the server.
        pub deleted: bool = "deleted",
    }
}
