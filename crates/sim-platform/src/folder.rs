//! Folders, which files, knowledge bases and tables have alike. A path addresses a folder.

use jiff::Timestamp;
use serde::Serialize;
use sim_core::lenient as field;
use sim_core::{FolderPath, object, open_enum};

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

object! {
    /// A folder and where it is.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct Folder {
        /// The name as people read it, not encoded.
        pub name: String = "name" as field::string,
        /// The path that addresses the folder.
        pub path: FolderPath = "path",
        /// The path of the folder around it; `/` at the top.
        pub parent: Option<FolderPath> = "parentPath" as field::word,
        /// When the folder was created.
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
        /// When the folder last changed.
        pub updated_at: Option<Timestamp> = "updatedAt" as field::timestamp,
        /// Whether the folder is locked; the server refuses changes to it with 423. `None` except for folders of workflows.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub locked: Option<bool> = "locked" as field::yes_or_no,
    }
}

object! {
    /// A folder that no longer exists.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct DeletedFolder {
        /// The path that the folder had; empty if the server did not say.
        pub path: FolderPath = "path" as field::known,
        /// Always true in an answer of the server.
        pub deleted: bool = "deleted",
        /// How many things the server deleted with it.
        pub deleted_items: Option<DeletedItems> = "deletedItems" as field::object,
    }
}

object! {
    /// How many things the server deleted; absent for kinds that the folder cannot hold.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct DeletedItems {
        /// The number of folders, including the folder itself.
        pub folders: Option<u64> = "folders" as field::count,
        /// The number of workflows in those folders.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub workflows: Option<u64> = "workflows" as field::count,
        /// The number of files in those folders.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub files: Option<u64> = "files" as field::count,
        /// The number of knowledge bases in those folders.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub knowledge_bases: Option<u64> = "knowledgeBases" as field::count,
        /// The number of tables in those folders.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tables: Option<u64> = "tables" as field::count,
    }
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
