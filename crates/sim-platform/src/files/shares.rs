//! Shares: files that people without an account can open.

use serde::Serialize;
use sim_core::lenient as field;
use sim_core::operation::List;
use sim_core::{WorkspaceId, object, open_enum};

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

object! {
    /// The share of a file.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct FileShare {
        /// The id of the share.
        pub id: String = "id" as field::string,
        /// The token in the link. It gives access to whoever knows it, and never changes.
        pub token: SecretText = "token" as field::known,
        /// The link. It gives access to whoever knows it.
        pub url: SecretUrl = "url",
        /// Whether the link works at present.
        pub is_active: bool = "isActive",
        /// What kind of thing is shared.
        pub resource_type: Option<ShareResource> = "resourceType" as field::word,
        /// The id of what is shared.
        pub resource_id: Option<String> = "resourceId" as field::text,
        /// Who can open it.
        pub access: Option<ShareAccess> = "authType" as field::word,
        /// Whether a password is set.
        pub has_password: bool = "hasPassword" as field::flag,
        /// The e-mail addresses that are allowed.
        pub allowed_emails: Vec<String> = "allowedEmails" as field::list,
    }
}
