//! The folders of knowledge bases.

use crate::folder::folder_endpoints;

folder_endpoints! {
    "knowledge bases", "/api/v2/knowledge/folders", "knowledge-bases",
    ListKnowledgeFolders listKnowledgeFolders,
    CreateKnowledgeFolder createKnowledgeFolder,
    RelocateKnowledgeFolder relocateKnowledgeFolder,
    DeleteKnowledgeFolder deleteKnowledgeFolder,
}
