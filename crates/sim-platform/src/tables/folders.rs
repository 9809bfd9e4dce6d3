//! The folders of tables.

use crate::folder::folder_endpoints;

folder_endpoints! {
    "tables", "/api/v2/tables/folders", "tables",
    ListTableFolders listTablesFolders,
    CreateTableFolder createTablesFolder,
    RelocateTableFolder relocateTablesFolder,
    DeleteTableFolder deleteTablesFolder,
}
