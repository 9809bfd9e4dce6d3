//! The folders of workflows, addressed by their path.

pub use crate::folder::{DeletedFolder, DeletedItems, Folder, FolderSort};

crate::folder::folder_endpoints! {
    "workflows", "/api/v2/workflows/folders", "workflows",
    ListWorkflowFolders listWorkflowsFolders,
    CreateWorkflowFolder createWorkflowsFolder,
    RelocateWorkflowFolder relocateWorkflowsFolder,
    DeleteWorkflowFolder deleteWorkflowsFolder,
}
