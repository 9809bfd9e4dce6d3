//! Knowledge bases themselves: list, create, read, change, delete.

use jiff::Timestamp;
use serde::Serialize;
use sim_core::lenient as field;
use sim_core::logs::SortOrder;
use sim_core::{FolderPath, Page, WorkspaceId, object, open_enum};

use super::ids::KnowledgeBaseId;
use crate::Count;
use crate::macros::{endpoint, json_params, setters};

endpoint! {
    /// Lists the knowledge bases of a workspace.
    ListKnowledgeBases: GET "/api/v2/knowledge" => Page<KnowledgeBase>,
    reference "knowledge-bases" listKnowledgeBases,
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Keeps only knowledge bases right inside this folder.
        folder: FolderPath = "folderPath",
        /// Keeps only knowledge bases whose name contains this text, in upper or lower case.
        search: String = "search",
        /// Sets the sort key. The default is the creation time.
        sort_by: KnowledgeSort = "sortBy",
        /// Sets the direction. The default is ascending.
        sort_order: SortOrder = "sortOrder",
    },
    paged 100,
}

endpoint! {
    /// Creates a knowledge base. The server refuses a name that is taken with 409.
    CreateKnowledgeBase: POST "/api/v2/knowledge" => {data: KnowledgeBase},
    reference "knowledge-bases" createKnowledgeBase,
    body { workspace: WorkspaceId = "workspaceId", name: String = "name" },
    body? {
        /// Describes the knowledge base in up to 10,000 characters.
        description: String = "description",
        /// Sets how documents are cut into chunks.
        chunking: NewChunking = "chunkingConfig",
        /// Puts the knowledge base into this folder. The default is the root.
        folder: FolderPath = "folderPath",
    },
    idempotency NonIdempotent,
}

endpoint! {
    /// Reads one knowledge base.
    GetKnowledgeBase: GET "/api/v2/knowledge/{base}" => {data: KnowledgeBase},
    reference "knowledge-bases" getKnowledgeBase,
    path { base: KnowledgeBaseId },
    query { workspace: WorkspaceId = "workspaceId" },
}

endpoint! {
    /// Changes a knowledge base. Set at least one of the options.
    UpdateKnowledgeBase: PATCH "/api/v2/knowledge/{base}" => {data: KnowledgeBase},
    reference "knowledge-bases" updateKnowledgeBase,
    path { base: KnowledgeBaseId },
    body { workspace: WorkspaceId = "workspaceId" },
    body? {
        /// Renames the knowledge base to this.
        name: String = "name",
        /// Describes the knowledge base in up to 10,000 characters.
        description: String = "description",
        /// Sets how documents are cut into chunks from now on.
        chunking: NewChunking = "chunkingConfig",
        /// Moves the knowledge base into this folder.
        folder: FolderPath = "folderPath",
    },
}

endpoint! {
    /// Deletes a knowledge base with all its documents.
    DeleteKnowledgeBase: DELETE "/api/v2/knowledge/{base}" => {data: DeletedKnowledge},
    reference "knowledge-bases" deleteKnowledgeBase,
    path { base: KnowledgeBaseId },
    query { workspace: WorkspaceId = "workspaceId" },
}

open_enum! {
    /// The sort key of a list of knowledge bases.
    KnowledgeSort {
        /// Sorts by name, case-sensitively.
        Name = "name",
        /// Sorts by creation time.
        CreatedAt = "createdAt",
        /// Sorts by the last change.
        UpdatedAt = "updatedAt",
    }
}

object! {
    /// A knowledge base without its documents.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct KnowledgeBase {
        /// The id of the knowledge base.
        pub id: KnowledgeBaseId = "id",
        /// The name, unique in the workspace.
        pub name: String = "name" as field::string,
        /// What the knowledge base is for, if somebody said so.
        pub description: Option<String> = "description" as field::text,
        /// The number of tokens in all its documents.
        pub token_count: Option<u64> = "tokenCount" as field::count,
        /// The model that makes vectors of chunks.
        pub embedding_model: Option<String> = "embeddingModel" as field::text,
        /// The number of dimensions of those vectors.
        pub embedding_dimension: Option<u64> = "embeddingDimension" as field::count,
        /// How documents are cut into chunks.
        pub chunking: Option<Chunking> = "chunkingConfig" as field::object,
        /// The number of documents.
        pub document_count: Option<u64> = "docCount" as field::count,
        /// The kinds of connectors that bring documents.
        pub connector_types: Vec<String> = "connectorTypes" as field::list,
        /// When the knowledge base was created.
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
        /// When the knowledge base last changed.
        pub updated_at: Option<Timestamp> = "updatedAt" as field::timestamp,
        /// The e-mail address of the owner.
        pub owner_email: Option<String> = "ownerEmail" as field::text,
        /// The folder that the knowledge base is in.
        pub folder: Option<FolderPath> = "folderPath" as field::word,
    }
}

object! {
    /// How documents are cut into chunks.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct Chunking {
        /// The most tokens of a chunk.
        pub max_size: Option<f64> = "maxSize" as field::number,
        /// The fewest characters of a chunk.
        pub min_size: Option<f64> = "minSize" as field::number,
        /// The number of characters that neighbours share.
        pub overlap: Option<f64> = "overlap" as field::number,
        /// Where chunks begin and end, if that was chosen.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub strategy: Option<ChunkStrategy> = "strategy" as field::word,
        /// The settings of that strategy, if it has any.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub strategy_options: Option<ChunkStrategyOptions> = "strategyOptions" as field::object,
    }
}

object! {
    /// The settings of a strategy.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct ChunkStrategyOptions {
        /// The regular expression that separates chunks.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub pattern: Option<String> = "pattern" as field::text,
        /// The texts that separate chunks.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub separators: Vec<String> = "separators" as field::list,
        /// The kind of text that separators are chosen for.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub recipe: Option<ChunkRecipe> = "recipe" as field::word,
        /// Whether a chunk never crosses a separator.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub strict_boundaries: Option<bool> = "strictBoundaries" as field::yes_or_no,
    }
}

open_enum! {
    /// Where chunks begin and end.
    ChunkStrategy {
        /// Sim chooses by the kind of document.
        Auto = "auto",
        /// Chunks have the same size.
        Text = "text",
        /// A regular expression separates chunks.
        Regex = "regex",
        /// Larger separators are tried before smaller ones.
        Recursive = "recursive",
        /// Chunks end with a sentence.
        Sentence = "sentence",
        /// Chunks have the same number of tokens.
        Token = "token",
    }
}

open_enum! {
    /// The kind of text that separators are chosen for.
    ChunkRecipe {
        /// Text without any markup.
        Plain = "plain",
        /// Text with Markdown headings.
        Markdown = "markdown",
        /// Source code of programs.
        Code = "code",
    }
}

object! {
    /// How documents are to be cut into chunks. What is `None` is the default.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
    #[non_exhaustive]
    pub struct NewChunking {
        /// The most tokens of a chunk, 100 to 4000. The default is 1024.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub max_size: Option<Count> = "maxSize",
        /// The fewest characters of a chunk, 1 to 2000. The default is 100.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub min_size: Option<Count> = "minSize",
        /// The number of characters that neighbours share, 0 to 500. The default is 200.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub overlap: Option<Count> = "overlap",
    }
}

setters! {
    NewChunking {
        /// Sets the most tokens of a chunk, 100 to 4000.
        max_size: Count,
        /// Sets the fewest characters of a chunk, 1 to 2000.
        min_size: Count,
        /// Sets the number of characters that neighbours share, 0 to 500.
        overlap: Count,
    }
}

json_params!(NewChunking);

object! {
    /// A knowledge base or a document that no longer exists.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct DeletedKnowledge {
        /// The id that it had; empty if the server did not say.
        pub id: String = "id" as field::string,
        /// Always true in an answer of the server.
        pub deleted: bool = "deleted",
    }
}
