//! Shares: files that people without an account can open.

use serde::{Deserialize, Serialize};
use sim_core::lenient as field;
use sim_core::operation::List;
use sim_core::{WorkspaceId, open_enum};

use super::ids::FileId;
use crate::macros::endpoint;
use crate::{SecretText, SecretUrl};

endpoint! {
    /// Reads the share of a file; `None` if it was never shared.
    GetFileShare: GET "/api/v2/files/{file}/share" => {data: Option<FileShare>},
    reference "files" getFileShare,
    path { file: FileId },
    query { workspace: WorkspaceId = "workspaceId" },
}

endpoint! {
    /// Shares a file, changes the share or ends it. Workspace keys may not.
    UpdateFileShare: PATCH "/api/v2/files/{file}/share" => {data: FileShare},
    reference "files" upsertFileShare,
    path { file: FileId },
    body { workspace: WorkspaceId = "workspaceId", is_active: bool = "isActive" },
    body? {
        /// Sets who can open the file. The default is everybody with the link.
        access: ShareAccess = "authType",
        /// Sets the password for [`ShareAccess::Password`].
        password: SecretText = "password",
        /// Sets the addresses for [`ShareAccess::Email`] and [`ShareAccess::Sso`], at most 200.
        allowed_emails: List<String> = "allowedEmails",
    },
}

open_enum! {
    /// Who can open what is shared.
    ShareAccess {
        /// Everybody with the link can open it.
        Public = "public",
        /// Everybody with the link and the password can open it.
        Password = "password",
        /// People with an allowed e-mail address can open it.
        Email = "email",
        /// People with an allowed address who sign in can open it.
        Sso = "sso",
    }
}

open_enum! {
    /// What kind of thing is shared.
    ShareResource {
        /// One file is shared.
        File = "file",
        /// A folder is shared.
        Folder = "folder",
    }
}

/// The share of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FileShare {
    /// The id of the share.
    #[serde(default, deserialize_with = "field::string")]
    pub id: String,
    /// The token in the link. It gives access to whoever knows it, and never changes.
    #[serde(default = "field::unnamed", deserialize_with = "field::known")]
    pub token: SecretText,
    /// The link. It gives access to whoever knows it.
    pub url: SecretUrl,
    /// Whether the link works at present.
    pub is_active: bool,
    /// What kind of thing is shared.
    #[serde(default, deserialize_with = "field::word")]
    pub resource_type: Option<ShareResource>,
    /// The id of what is shared.
    #[serde(default, deserialize_with = "field::text")]
    pub resource_id: Option<String>,
    /// Who can open it.
    #[serde(default, rename = "authType", deserialize_with = "field::word")]
    pub access: Option<ShareAccess>,
    /// Whether a password is set.
    #[serde(default, deserialize_with = "field::flag")]
    pub has_password: bool,
    /// The e-mail addresses that are allowed.
    #[serde(default, deserialize_with = "field::list")]
    pub allowed_emails: Vec<String>,
}
