//! The declaration of every operation of this crate, as data, for checks against the API's documents and for tests.

use sim_core::operation::Declaration;

macro_rules! catalog {
    ($($module:ident { $($name:ident),+ $(,)? })+) => {
        /// The declarations of all operations of this crate. An operation that has two types is there twice.
        pub const ALL: &[Declaration] = &[$($(crate::$module::$name::DECLARATION),+),+];

        #[cfg(feature = "wire")]
        const ENTRIES: &[crate::wire::Entry] =
            &[$($(crate::wire::Entry::of::<crate::$module::$name>(&crate::$module::$name::DECLARATION)),+),+];
    };
}

/// Returns each operation with all that a test does with it.
#[cfg(feature = "wire")]
pub fn entries() -> impl Iterator<Item = &'static crate::wire::Entry> {
    ENTRIES.iter()
}

/// Returns the operations whose route a request has: of the routes that fit, the ones that name most of its path.
#[cfg(feature = "wire")]
pub fn of_route(method: &str, path: &str) -> Vec<&'static crate::wire::Entry> {
    let path: Vec<_> = path.split('/').collect();
    let literal = |entry: &crate::wire::Entry| {
        let shape: Vec<_> = entry.declaration.path.split('/').collect();
        let parts = || shape.iter().zip(&path);
        let is_it = entry.declaration.method == method
            && shape.len() == path.len()
            && parts().all(|(shape, part)| shape.starts_with('{') || shape == part);
        is_it.then(|| parts().filter(|(shape, part)| shape == part).count())
    };
    let best = entries().filter_map(literal).max();
    entries().filter(|entry| best.is_some() && literal(entry) == best).collect()
}

catalog! {
    audit_logs {
        GetAuditLog, ListAuditLogs,
    }
    billing {
        GetBillingStatus, ListBillingLogs,
    }
    credentials {
        CreateCredentialConnection, CreateServiceAccountCredential, DeleteCredential, ListCredentialProviders, ListCredentials, RenewCredentialConnection,
    }
    custom_tools {
        CreateCustomTool, DeleteCustomTool, GetCustomTool, ListCustomTools, UpdateCustomTool,
    }
    deployments {
        DeployWorkflow, GetDeployment, GetWorkflowVersion, ListWorkflowVersions, RollbackWorkflow, UndeployWorkflow,
    }
    files {
        AbortFileUpload, BulkDeleteFiles, CompleteFileUpload, CreateFile, CreateFileFolder, CreateFileUpload, CreateFileUploadParts, DeleteFile, DeleteFileFolder, DownloadFile, DownloadRunFile, GetFile, GetFileShare, ListFileFolders, ListFiles, MoveFiles, RelocateFileFolder, RenameFile, RestoreFile, UpdateFileContent, UpdateFileShare,
    }
    folders {
        CreateWorkflowFolder, DeleteWorkflowFolder, ListWorkflowFolders, RelocateWorkflowFolder,
    }
    knowledge {
        AbortDocumentUpload, BulkUpdateDocuments, CompleteDocumentUpload, CreateConnector, CreateDocumentUpload, CreateDocumentUploadParts, CreateKnowledgeBase, CreateKnowledgeFolder, DeleteConnector, DeleteDocument, DeleteKnowledgeBase, DeleteKnowledgeFolder, GetConnector, GetDocument, GetKnowledgeBase, ListConnectorDocuments, ListConnectors, ListDocuments, ListKnowledgeBases, ListKnowledgeFolders, ListKnowledgeTags, RelocateKnowledgeFolder, RetryDocument, SearchKnowledge, SyncConnector, UpdateConnector, UpdateConnectorDocuments, UpdateDocument, UpdateKnowledgeBase, UploadDocument,
    }
    mcp_servers {
        CreateMcpServer, DeleteMcpServer, GetMcpServer, ListMcpServerTools, ListMcpServers, UpdateMcpServer,
    }
    secrets {
        DeleteSecret, ListSecrets, SetSecret,
    }
    skills {
        CreateSkill, DeleteSkill, GetSkill, GrantSkillEditor, ListSkillEditors, ListSkills, RevokeSkillEditor, UpdateSkill,
    }
    tables {
        AddTableColumn, AddTableGroup, CancelTableExport, CancelTableImport, CancelTableRuns, CompleteTableImport, CountTableRows, CreateTable, CreateTableExport, CreateTableFolder, CreateTableImport, CreateTableImportParts, CreateTableRow, CreateTableRows, CreateTableView, DeleteTable, DeleteTableColumn, DeleteTableFolder, DeleteTableGroup, DeleteTableRow, DeleteTableRows, DeleteTableView, DownloadTableExport, FindTableRows, GetTable, GetTableExport, GetTableImport, GetTableRow, GetTableView, ListTableFolders, ListTableGroups, ListTableRows, ListTableViews, ListTables, QueryTableRows, RelocateTableFolder, RunRowEnrichment, RunTableColumns, UpdateTable, UpdateTableColumn, UpdateTableGroup, UpdateTableRow, UpdateTableRows, UpdateTableView, UpsertTableRow,
    }
    workflows {
        CreateWorkflow, DeleteWorkflow, ExportWorkflow, GetWorkflow, ImportWorkflow, ListWorkflows, UpdateWorkflow,
    }
    workspaces {
        GetWorkspace, ListWorkspaceMembers, ListWorkspaces,
    }
}
