//! Makes samples of every request and every answer out of the published documents, with each field and each word that
//! they have, and lays them beside what the types send and hold. A field or a word that a type lacks fails.
//!
//! What is not so stands in `KNOWN` with its reason, and all of it occurs. The documents are read where they are present.

mod compare;
mod sample;

use std::collections::BTreeSet;
use std::path::Path;

use bytes::Bytes;
use sample::{Document, Operation};
use serde_json::json;
use sim_core::{Api, Generation, RetryPolicy};
use sim_platform::catalog::entries;
use sim_platform::wire::{Entry, Wire};

const FILES: [&str; 6] = [
    "openapi-v2-workflows.json",
    "openapi-v2-billing.json",
    "openapi-v2-files-audit.json",
    "openapi-v2-tables.json",
    "openapi-v2-knowledge.json",
    "openapi-v2-resources.json",
];

/// What differs, and why.
const KNOWN: &[(&str, &str)] = &[
    ("countTableRows request: body/predicate/field", ALONE),
    ("countTableRows request: body/predicate/op", ALONE),
    ("countTableRows request: body/predicate/value", ALONE),
    ("queryTableRows request: body/predicate/field", ALONE),
    ("queryTableRows request: body/predicate/op", ALONE),
    ("queryTableRows request: body/predicate/value", ALONE),
    ("createWorkflowV2 cannot be made", NOTHING),
    ("deployWorkflow cannot be made", NOTHING),
    ("searchKnowledge cannot be made", "one knowledge base goes as a list of one"),
    (
        "updateKnowledgeDocument request: body/retryProcessing",
        "a retry is a type of its own and must be alone",
    ),
];
const NOTHING: &str = "to say null is to say nothing";
const ALONE: &str = "a condition alone goes as a group of one";

#[test]
fn every_field_and_word_of_the_documents_is_there() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/openapi");
    if !folder.is_dir() {
        eprintln!("skipped: the documents are not here");
        return;
    }
    let builder = Api::builder([1; 32]).base_url("https://sim.example").generation(Generation::V2);
    let api = builder.api_key("key").retry_policy(RetryPolicy::NEVER).build().expect("a core");
    let mut found = BTreeSet::new();
    let (mut requests, mut answers) = (0, 0);
    for file in FILES {
        let document = Document::read(&folder.join(file));
        for operation in document.operations() {
            let entries: Vec<_> =
                entries().filter(|entry| entry.declaration.operation == operation.id).collect();
            let of_core = sim_core::catalog::all().any(|of| of.operation == operation.id);
            if entries.is_empty() && of_core {
                continue;
            }
            assert!(!entries.is_empty(), "{} is not declared", operation.id);
            requests += sends(&api, &operation, &entries, &mut found);
            answers += holds(&api, &operation, &entries, &mut found);
        }
    }
    eprintln!("{requests} samples of requests, {answers} of answers");
    let known: BTreeSet<_> = KNOWN.iter().map(|(line, _)| (*line).to_owned()).collect();
    let unknown: Vec<_> = found.difference(&known).collect();
    let stale: Vec<_> = known.difference(&found).collect();
    assert!(unknown.is_empty() && stale.is_empty(), "\nfound: {unknown:#?}\nnot so: {stale:#?}");
    assert!(requests > 125 && answers > 125);
}

/// Each sample of a request is what one of the types sends.
fn sends(
    api: &Api,
    operation: &Operation,
    entries: &[&'static Entry],
    found: &mut BTreeSet<String>,
) -> usize {
    let samples = operation.requests();
    for wire in &samples {
        let mut nearest: Option<BTreeSet<String>> = None;
        for entry in entries {
            let Some(replayed) = entry.replay(api, wire, http::Response::new(Bytes::new())) else {
                continue;
            };
            let sent = sent(&replayed.sent);
            let mut differences = BTreeSet::new();
            compare::compare("query", &json!(wire.query), &json!(sent.query), &mut differences);
            let (told, held) =
                (wire.body.clone().unwrap_or_default(), sent.body.unwrap_or_default());
            compare::compare("body", &told, &held, &mut differences);
            differences.extend(unknown_word(&replayed.request_shown));
            if nearest.as_ref().is_none_or(|nearest| nearest.len() > differences.len()) {
                nearest = Some(differences);
            }
        }
        match nearest {
            None => drop(found.insert(format!("{} cannot be made", operation.id))),
            Some(nearest) => {
                found
                    .extend(nearest.iter().map(|line| format!("{} request: {line}", operation.id)));
            }
        }
    }
    samples.len()
}

/// A word without a variant. Where the documents have no words, the sample is a text, which no type knows.
fn unknown_word(shown: &str) -> Option<String> {
    let shown = shown.replace("Other(\"text-", "");
    let (_, rest) = shown.split_once("Other")?;
    Some(format!("a word is not known: {rest:.40}"))
}

fn sent(request: &http::Request<Bytes>) -> Wire {
    let target = request.uri().path_and_query().expect("a target").as_str();
    Wire::new(target, [], request.body().clone())
}

/// Each sample of an answer is held by one of the types.
fn holds(
    api: &Api,
    operation: &Operation,
    entries: &[&'static Entry],
    found: &mut BTreeSet<String>,
) -> usize {
    let answers = operation.answers();
    for answer in &answers {
        let body = Bytes::from(serde_json::to_vec(answer).expect("JSON"));
        let mut nearest: Option<BTreeSet<String>> = None;
        for entry in entries {
            let made = operation
                .requests()
                .iter()
                .find_map(|wire| entry.replay(api, wire, http::Response::new(body.clone())));
            let Some(replayed) = made else { continue };
            let mut differences = BTreeSet::new();
            match replayed.got {
                Ok(shown) => {
                    let held = shown.json;
                    let page = held.get("data").is_some() && answer.get("nextCursor").is_some();
                    let told = if page { answer } else { &answer["data"] };
                    compare::compare("answer", told, &held, &mut differences);
                    differences.extend(unknown_word(&shown.debug));
                }
                Err(error) => drop(differences.insert(format!("answer: {error}"))),
            }
            if nearest.as_ref().is_none_or(|nearest| nearest.len() > differences.len()) {
                nearest = Some(differences);
            }
        }
        let lines = nearest.unwrap_or_default();
        found.extend(lines.iter().map(|line| format!("{}: {line}", operation.id)));
    }
    answers.len()
}
