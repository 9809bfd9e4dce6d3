//! Search in knowledge bases.

use serde::Serialize;
use serde_json::{Map, Value};
use sim_core::lenient as field;
use sim_core::operation::List;
use sim_core::{WorkspaceId, object, open_enum};

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

object! {
    /// What a search found.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct SearchResults {
        /// The hits, the best first.
        pub hits: Vec<SearchHit> = "results" as field::items,
        /// What was searched for; empty for a search by tags alone.
        pub query: Option<String> = "query" as field::text,
        /// The knowledge bases that were searched.
        pub bases: Vec<KnowledgeBaseId> = "knowledgeBaseIds" as field::list,
        /// The most hits that were asked for.
        pub top_k: Option<u64> = "topK" as field::count,
        /// The number of hits.
        pub total_results: Option<u64> = "totalResults" as field::count,
        /// Whether the hits were sorted once more.
        pub reranker_status: Option<RerankerStatus> = "rerankerStatus" as field::word,
    }
}

object! {
    /// A chunk that a search found.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct SearchHit {
        /// The knowledge base that has the document.
        pub base: KnowledgeBaseId = "knowledgeBaseId" as field::known,
        /// The document that has the chunk.
        pub document: DocumentId = "documentId",
        /// The name of the document, if it has one.
        pub document_name: Option<String> = "documentName" as field::text,
        /// The address of the original, if it has one.
        pub source_url: Option<String> = "sourceUrl" as field::text,
        /// The text of the chunk.
        pub content: String = "content" as field::string,
        /// The place of the chunk in its document, from 0.
        pub chunk_index: Option<u64> = "chunkIndex" as field::count,
        /// The values of the document's tags, free in form.
        pub metadata: Map<String, Value> = "metadata" as field::or_default,
        /// The similarity to the query, from 0 to 1; 1 for a search by tags alone.
        pub similarity: Option<f64> = "similarity" as field::number,
        /// The score of the model that sorted the hits, if one did.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reranker_score: Option<f64> = "rerankerScore" as field::number,
    }
}
