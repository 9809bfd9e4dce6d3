//! Compares the declarations of operations with the documents of the API: the published files, and the list of
//! operations of the official command-line client, which is newer. `cargo xtask contract` runs it.
//!
//! `differences.txt` lists every difference under its reason, and lists no others. Operations that only the
//! newer list has are printed, and do not count as differences yet.

mod compare;
mod document;
mod operations;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tests::List;

use document::Document;

#[test]
fn every_difference_to_the_documents_is_explained() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = std::env::var_os("SIM_SPEC")
        .map_or_else(|| here.join("../../shared/openapi"), PathBuf::from);
    if !folder.is_dir() {
        eprintln!("skipped: the documents of the API are not here; see `cargo xtask contract`");
        return;
    }
    let mut found = BTreeSet::new();
    let mut published = Document::default();
    for (generation, files) in [
        ("first", &["openapi-core.json"][..]),
        (
            "second",
            &[
                "openapi-v2-workflows.json",
                "openapi-v2-logs.json",
                "openapi-v2-billing.json",
                "openapi-v2-files-audit.json",
                "openapi-v2-tables.json",
                "openapi-v2-knowledge.json",
                "openapi-v2-resources.json",
            ],
        ),
    ] {
        let mut document = Document::published(&folder, files);
        // The file of v1 contains two operations of v2.
        document.0.retain(|route, _| (generation == "first") != route.contains("/api/v2/"));
        let missing = compare::missing(&document);
        let (all, there) = (document.0.len(), document.0.len() - missing.len());
        eprintln!("{generation} generation: {there} of {all} operations");
        found.extend(missing);
        found.extend(compare::differences("published", &document));
        published.0.extend(document.0);
    }
    found.extend(compare::unknown(&published));

    let newer = Document::newer(&folder, "operations-2026-09-28.json");
    let (later, differences): (BTreeSet<_>, BTreeSet<_>) = compare::differences("newer", &newer)
        .into_iter()
        .partition(|line| line.ends_with(compare::NOT_DECLARED) || line.contains(compare::WORD));
    found.extend(differences);
    let operations = compare::later(&newer, &published);
    eprintln!(
        "\nnot yet, {} operations of the newer list under the same resources:",
        operations.len()
    );
    eprintln!("  {}", operations.join("\n  "));
    eprintln!("\nnot yet, of the newer list:");
    eprintln!("  {}", later.into_iter().collect::<Vec<_>>().join("\n  "));

    let (unexplained, stale) = List::read(include_str!("differences.txt")).judge(&found);
    eprintln!(
        "\n{} differences, {} of them explained",
        found.len(),
        found.len() - unexplained.len()
    );
    assert!(
        unexplained.is_empty() && stale.is_empty(),
        "not in differences.txt:\n{}\n\nin differences.txt, but not so:\n{}\n",
        unexplained.join("\n"),
        stale.join("\n"),
    );
}
