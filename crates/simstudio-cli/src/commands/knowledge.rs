//! `knowledge`: the knowledge bases of a workspace.

use clap::Subcommand;
use simstudio::Count;
use simstudio::knowledge::{ListDocuments, ListKnowledgeBases, SearchKnowledge};
use simstudio::serde_json::Value;

use crate::exit::Exit;
use crate::failure::Outcome;
use crate::listing::{Most, data};
use crate::output::Column;
use crate::settings::Settings;

const BASES: [Column; 4] =
    [("id", "/id"), ("name", "/name"), ("documents", "/docCount"), ("updated", "/updatedAt")];
const DOCUMENTS: [Column; 4] = [
    ("id", "/id"),
    ("name", "/filename"),
    ("status", "/processingStatus"),
    ("uploaded", "/uploadedAt"),
];
const HITS: [Column; 3] =
    [("similarity", "/similarity"), ("document", "/documentName"), ("content", "/content")];

/// Look at knowledge bases and search in them
#[derive(Debug, Subcommand)]
pub(crate) enum Knowledge {
    /// List the knowledge bases of the workspace
    List {
        #[command(flatten)]
        most: Most,
    },
    /// List the documents of a knowledge base
    Documents {
        /// The id of the knowledge base
        base: String,
        #[command(flatten)]
        most: Most,
    },
    /// Search by meaning
    Search {
        /// What to search for
        query: String,
        /// A knowledge base to search in; may be given several times
        #[arg(long = "kb", value_name = "ID", required = true)]
        bases: Vec<String>,
        /// The most hits
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100))]
        top: u32,
    },
}

impl Knowledge {
    pub(crate) fn run(self, settings: &Settings) -> Outcome {
        let client = settings.client()?;
        let workspace = settings.workspace()?;
        let format = settings.format;
        match self {
            Self::List { most } => {
                format.list(&most.of(&client, &ListKnowledgeBases::new(workspace))?, &BASES)?;
            }
            Self::Documents { base, most } => {
                format
                    .list(&most.of(&client, &ListDocuments::new(base, workspace))?, &DOCUMENTS)?;
            }
            Self::Search { query, bases, top } => {
                let call = SearchKnowledge::new(workspace, bases).query(query).top_k(Count(top));
                let mut found = data(&client, call)?;
                match found["results"].take() {
                    Value::Array(hits) => format.list(&hits, &HITS)?,
                    _ => format.value(&found)?,
                }
            }
        }
        Ok(Exit::Done)
    }
}
