//! Search in knowledge bases.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sim_core::lenient as field;
use sim_core::operation::List;
use sim_core::{WorkspaceId, open_enum};

use super::ids::{DocumentId, KnowledgeBaseId};
use super::tags::TagFilter;
use crate::Count;
use crate::macros::endpoint;

endpoint! {
    /// Searches up to 20 knowledge bases for chunks. Set a query, conditions on tags, or both.
    ///
    /// Searches cost credits. A search whose embedding provider refuses fails with 500, which no client repeats.
    SearchKnowledge: POST "/api/v2/knowledge/search" => {data: SearchResults},
    reference "knowledge-bases" searchKnowledge,
    body { workspace: WorkspaceId = "workspaceId", bases: List<KnowledgeBaseId> = "knowledgeBaseIds" },
    body? {
        /// Sets what to search for, in words.
        query: String = "query",
        /// Sets the most hits, 1 to 100. The default is 10.
        top_k: Count = "topK",
        /// Keeps only chunks of documents for which all these conditions hold, at most 10.
        tags: List<TagFilter> = "tagFilters",
        /// Sets how chunks are found. The default is by meaning.
        mode: SearchMode = "searchMode",
        /// Sorts the hits once more by a model that compares them with the query.
        reranker: bool = "rerankerEnabled",
        /// Sets the model that sorts the hits once more.
        reranker_model: RerankerModel = "rerankerModel",
        /// Sets how many hits that model compares, 1 to 100.
        reranker_input_count: Count = "rerankerInputCount",
    },
    idempotency Safe,
    relays 500,
}

open_enum! {
    /// How chunks are found.
    SearchMode {
        /// Chunks with a similar meaning are found.
        Vector = "vector",
        /// Chunks with a similar meaning or the same words are found.
        Hybrid = "hybrid",
    }
}

open_enum! {
    /// The model that sorts hits once more.
    RerankerModel {
        /// The most accurate of the fourth generation.
        V4Pro = "rerank-v4.0-pro",
        /// The faster one of the fourth generation.
        V4Fast = "rerank-v4.0-fast",
        /// The model before them.
        V35 = "rerank-v3.5",
    }
}

open_enum! {
    /// Whether hits were sorted once more.
    RerankerStatus {
        /// Nobody asked for it.
        NotRequested = "not_requested",
        /// There was nothing to sort.
        Skipped = "skipped",
        /// The model could not be reached; the hits are as they were found.
        Unavailable = "unavailable",
        /// The hits are as the model sorted them.
        Applied = "applied",
    }
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SearchResults {
    /// The hits, the best first.
    #[serde(deserialize_with = "field::items", rename = "results")]
    pub hits: Vec<SearchHit>,
    /// What was searched for; empty for a search by tags alone.
    #[serde(default, deserialize_with = "field::text")]
    pub query: Option<String>,
    /// The knowledge bases that were searched.
    #[serde(default, rename = "knowledgeBaseIds", deserialize_with = "field::list")]
    pub bases: Vec<KnowledgeBaseId>,
    /// The most hits that were asked for.
    #[serde(default, deserialize_with = "field::count")]
    pub top_k: Option<u64>,
    /// The number of hits.
    #[serde(default, deserialize_with = "field::count")]
    pub total_results: Option<u64>,
    /// Whether the hits were sorted once more.
    #[serde(default, deserialize_with = "field::word")]
    pub reranker_status: Option<RerankerStatus>,
}

/// A chunk that a search found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SearchHit {
    /// The knowledge base that has the document.
    #[serde(
        default = "field::unnamed",
        deserialize_with = "field::known",
        rename = "knowledgeBaseId"
    )]
    pub base: KnowledgeBaseId,
    /// The document that has the chunk.
    #[serde(rename = "documentId")]
    pub document: DocumentId,
    /// The name of the document, if it has one.
    #[serde(default, deserialize_with = "field::text")]
    pub document_name: Option<String>,
    /// The address of the original, if it has one.
    #[serde(default, deserialize_with = "field::text")]
    pub source_url: Option<String>,
    /// The text of the chunk.
    #[serde(default, deserialize_with = "field::string")]
    pub content: String,
    /// The place of the chunk in its document, from 0.
    #[serde(default, deserialize_with = "field::count")]
    pub chunk_index: Option<u64>,
    /// The values of the document's tags, free in form.
    #[serde(default, deserialize_with = "field::or_default")]
    pub metadata: Map<String, Value>,
    /// The similarity to the query, from 0 to 1; 1 for a search by tags alone.
    #[serde(default, deserialize_with = "field::number")]
    pub similarity: Option<f64>,
    /// The score of the model that sorted the hits, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "field::number")]
    pub reranker_score: Option<f64>,
}
