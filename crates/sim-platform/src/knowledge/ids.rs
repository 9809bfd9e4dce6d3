//! The ids of knowledge bases and of what they have.

use sim_core::id;

id! {
    /// Names a knowledge base.
    KnowledgeBaseId
}
id! {
    /// Names a document of a knowledge base.
    DocumentId
}
id! {
    /// Names a connector of a knowledge base.
    ConnectorId
}
