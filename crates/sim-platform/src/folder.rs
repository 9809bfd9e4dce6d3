//! Folders, which files, knowledge bases and tables have alike. A path addresses a folder.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sim_core::lenient as field;
use sim_core::{FolderPath, open_enum};

/// Declares the four endpoints of a family of folders.
macro_rules! folder_endpoints {
    (
        $things:literal, $path:literal, $folder:literal,
        $list:ident $list_operation:ident,
        $create:ident $create_operation:ident,
        $relocate:ident $relocate_operation:ident,
        $delete:ident $delete_operation:ident $(,)?
    ) => {
        $crate::macros::endpoint! {
            #[doc = concat!("Lists the folders of ", $things, " in a workspace, all in one answer.")]
            $list: GET $path => sim_core::Page<$crate::Folder>,
            reference $folder $list_operation,
            query { workspace: sim_core::WorkspaceId = "workspaceId" },
            query? {
                /// Keeps only the direct children of this folder.
                parent: sim_core::FolderPath = "parentPath",
                /// Keeps only folders whose name contains this text, in upper or lower case.
                search: String = "search",
                /// Sets the sort key. The default is the name.
                sort_by: $crate::FolderSort = "sortBy",
                /// Sets the direction. The default is ascending.
                sort_order: sim_core::logs::SortOrder = "sortOrder",
            },
        }

        $crate::macros::endpoint! {
            #[doc = concat!("Creates a folder for ", $things, ".")]
            ///
            /// Its parent must exist. The server refuses a folder that exists with 409.
            $create: POST $path => {data: $crate::Folder},
            reference $folder $create_operation,
            body { workspace: sim_core::WorkspaceId = "workspaceId", path: sim_core::FolderPath = "path" },
            idempotency NonIdempotent,
        }

        $crate::macros::endpoint! {
            #[doc = concat!("Moves or renames a folder of ", $things, " with everything in it.")]
            $relocate: PATCH $path => {data: $crate::Folder},
            reference $folder $relocate_operation,
            body {
                workspace: sim_core::WorkspaceId = "workspaceId",
                path: sim_core::FolderPath = "path",
                destination: sim_core::FolderPath = "destinationPath",
            },
            idempotency NonIdempotent,
        }

        $crate::macros::endpoint! {
            #[doc = concat!("Deletes a folder of ", $things, ".")]
            ///
            /// The server refuses a folder that is not empty with 409, unless [`recursive`](Self::recursive) is set.
            $delete: DELETE $path => {data: $crate::DeletedFolder},
            reference $folder $delete_operation,
            query { workspace: sim_core::WorkspaceId = "workspaceId", path: sim_core::FolderPath = "path" },
            query? {
                /// Deletes everything in the folder too.
                recursive: bool = "recursive",
            },
        }
    };
}
pub(crate) use folder_endpoints;

/// A folder and where it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Folder {
    /// The name as people read it, not encoded.
    #[serde(default, deserialize_with = "field::string")]
    pub name: String,
    /// The path that addresses the folder.
    pub path: FolderPath,
    /// The path of the folder around it; `/` at the top.
    #[serde(default, rename = "parentPath", deserialize_with = "field::word")]
    pub parent: Option<FolderPath>,
    /// When the folder was created.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub created_at: Option<Timestamp>,
    /// When the folder last changed.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub updated_at: Option<Timestamp>,
    /// Whether the folder is locked; the server refuses changes to it with 423. `None` except for folders of workflows.
    #[serde(
        default,
        deserialize_with = "field::yes_or_no",
        skip_serializing_if = "Option::is_none"
    )]
    pub locked: Option<bool>,
}

/// A folder that no longer exists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeletedFolder {
    /// The path that the folder had; empty if the server did not say.
    #[serde(default = "field::unnamed", deserialize_with = "field::known")]
    pub path: FolderPath,
    /// Always true in an answer of the server.
    pub deleted: bool,
    /// How many things the server deleted with it.
    #[serde(default, deserialize_with = "field::object")]
    pub deleted_items: Option<DeletedItems>,
}

/// How many things the server deleted; absent for kinds that the folder cannot hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeletedItems {
    /// The number of folders, including the folder itself.
    #[serde(default, deserialize_with = "field::count")]
    pub folders: Option<u64>,
    /// The number of workflows in those folders.
    #[serde(default, deserialize_with = "field::count", skip_serializing_if = "Option::is_none")]
    pub workflows: Option<u64>,
    /// The number of files in those folders.
    #[serde(default, deserialize_with = "field::count", skip_serializing_if = "Option::is_none")]
    pub files: Option<u64>,
    /// The number of knowledge bases in those folders.
    #[serde(default, deserialize_with = "field::count", skip_serializing_if = "Option::is_none")]
    pub knowledge_bases: Option<u64>,
    /// The number of tables in those folders.
    #[serde(default, deserialize_with = "field::count", skip_serializing_if = "Option::is_none")]
    pub tables: Option<u64>,
}

open_enum! {
    /// The sort key of a list of folders.
    FolderSort {
        /// The name of the folder, case-sensitively.
        Name = "name",
        /// The time when the folder was created.
        CreatedAt = "createdAt",
        /// The time when the folder was last changed.
        UpdatedAt = "updatedAt",
    }
}
