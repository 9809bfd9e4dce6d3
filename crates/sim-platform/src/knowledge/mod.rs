//! Knowledge bases: documents, uploads, connectors, search, tags and folders.

mod bases;
mod bulk;
mod connector_documents;
mod connectors;
mod documents;
mod folders;
mod ids;
mod multipart;
mod search;
mod tags;
mod uploads;

pub use bases::{
    ChunkRecipe, ChunkStrategy, ChunkStrategyOptions, Chunking, CreateKnowledgeBase,
    DeleteKnowledgeBase, DeletedKnowledge, GetKnowledgeBase, KnowledgeBase, KnowledgeSort,
    ListKnowledgeBases, NewChunking, UpdateKnowledgeBase,
};
pub use bulk::{BulkOperation, BulkUpdateDocuments, BulkUpdatedDocuments, SelectAll};
pub use connector_documents::{
    ConnectorDocument, ConnectorDocumentOperation, ListConnectorDocuments,
    UpdateConnectorDocuments, UpdatedConnectorDocuments,
};
pub use connectors::{
    Connector, ConnectorSort, ConnectorStatus, ConnectorSwitch, CreateConnector, DeleteConnector,
    DeletedConnector, GetConnector, ListConnectors, SourceConfig, SyncConnector, SyncLog,
    TriggeredSync, UpdateConnector,
};
pub use documents::{
    DeleteDocument, Document, DocumentSort, EnabledFilter, GetDocument, ListDocuments,
    ProcessingStatus, RetriedDocument, RetryDocument, TagDate, UpdateDocument,
};
pub use folders::{
    CreateKnowledgeFolder, DeleteKnowledgeFolder, ListKnowledgeFolders, RelocateKnowledgeFolder,
};
pub use ids::{ConnectorId, DocumentId, KnowledgeBaseId};
pub use multipart::UploadDocument;
pub use search::{
    RerankerModel, RerankerStatus, SearchHit, SearchKnowledge, SearchMode, SearchResults,
};
pub use tags::{
    ListKnowledgeTags, Tag, TagFilter, TagFilters, TagKind, TagOperator, TagValue, TagValues,
};
pub use uploads::{
    AbortDocumentUpload, CompleteDocumentUpload, CreateDocumentUpload, CreateDocumentUploadParts,
    DocumentUpload, DocumentUploading, ProcessingOptions, StartedDocumentUpload,
};
