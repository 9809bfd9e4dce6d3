//! Knowledge bases themselves: list, create, read, change, delete.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sim_core::lenient as field;
use sim_core::logs::SortOrder;
use sim_core::{FolderPath, Page, WorkspaceId, open_enum};

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

/// A knowledge base without its documents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct KnowledgeBase {
    /// The id of the knowledge base.
    pub id: KnowledgeBaseId,
    /// The name, unique in the workspace.
    #[serde(default, deserialize_with = "field::string")]
    pub name: String,
    /// What the knowledge base is for, if somebody said so.
    #[serde(default, deserialize_with = "field::text")]
    pub description: Option<String>,
    /// The number of tokens in all its documents.
    #[serde(default, deserialize_with = "field::count")]
    pub token_count: Option<u64>,
    /// The model that makes vectors of chunks.
    #[serde(default, deserialize_with = "field::text")]
    pub embedding_model: Option<String>,
    /// The number of dimensions of those vectors.
    #[serde(default, deserialize_with = "field::count")]
    pub embedding_dimension: Option<u64>,
    /// How documents are cut into chunks.
    #[serde(default, rename = "chunkingConfig", deserialize_with = "field::object")]
    pub chunking: Option<Chunking>,
    /// The number of documents.
    #[serde(default, rename = "docCount", deserialize_with = "field::count")]
    pub document_count: Option<u64>,
    /// The kinds of connectors that bring documents.
    #[serde(default, deserialize_with = "field::list")]
    pub connector_types: Vec<String>,
    /// When the knowledge base was created.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub created_at: Option<Timestamp>,
    /// When the knowledge base last changed.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub updated_at: Option<Timestamp>,
    /// The e-mail address of the owner.
    #[serde(default, deserialize_with = "field::text")]
    pub owner_email: Option<String>,
    /// The folder that the knowledge base is in.
    #[serde(default, rename = "folderPath", deserialize_with = "field::word")]
    pub folder: Option<FolderPath>,
}

/// How documents are cut into chunks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Chunking {
    /// The most tokens of a chunk.
    #[serde(default, deserialize_with = "field::number")]
    pub max_size: Option<f64>,
    /// The fewest characters of a chunk.
    #[serde(default, deserialize_with = "field::number")]
    pub min_size: Option<f64>,
    /// The number of characters that neighbours share.
    #[serde(default, deserialize_with = "field::number")]
    pub overlap: Option<f64>,
    /// Where chunks begin and end, if that was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "field::word")]
    pub strategy: Option<ChunkStrategy>,
    /// The settings of that strategy, if it has any.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "field::object")]
    pub strategy_options: Option<ChunkStrategyOptions>,
}

/// The settings of a strategy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ChunkStrategyOptions {
    /// The regular expression that separates chunks.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "field::text")]
    pub pattern: Option<String>,
    /// The texts that separate chunks.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "field::list")]
    pub separators: Vec<String>,
    /// The kind of text that separators are chosen for.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "field::word")]
    pub recipe: Option<ChunkRecipe>,
    /// Whether a chunk never crosses a separator.
    #[serde(
        default,
        deserialize_with = "field::yes_or_no",
        skip_serializing_if = "Option::is_none"
    )]
    pub strict_boundaries: Option<bool>,
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

/// How documents are to be cut into chunks. What is `None` is the default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewChunking {
    /// The most tokens of a chunk, 100 to 4000. The default is 1024.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_size: Option<Count>,
    /// The fewest characters of a chunk, 1 to 2000. The default is 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_size: Option<Count>,
    /// The number of characters that neighbours share, 0 to 500. The default is 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlap: Option<Count>,
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

/// A knowledge base or a document that no longer exists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeletedKnowledge {
    /// The id that it had; empty if the server did not say.
    #[serde(default, deserialize_with = "field::string")]
    pub id: String,
    /// Always true in an answer of the server.
    pub deleted: bool,
}
