//! The differences between the declarations and a document, one line each.

use std::collections::BTreeSet;

use sim_core::operation::{Declaration, Parameter};

use crate::document::{Document, Parameters};
use crate::operations::all;

/// The end of a line about something that a document has and no operation declares.
pub(crate) const NOT_DECLARED: &str = "is not declared";
/// The part of a line about a word that a document has and no type knows.
pub(crate) const WORD: &str = "may also be";

/// Returns the operations of the document that nobody declares.
pub(crate) fn missing(document: &Document) -> BTreeSet<String> {
    let declared = |route: &str| all().any(|declared| is_route_of(declared, document, route));
    let missing = document.0.iter().filter(|(route, _)| !declared(route));
    missing.map(|(route, operation)| format!("{} ({route}) {NOT_DECLARED}", operation.id)).collect()
}

fn is_route_of(declared: &Declaration, document: &Document, route: &str) -> bool {
    let there = document.of(declared).map(std::ptr::from_ref);
    there.is_some() && there == document.0.get(route).map(std::ptr::from_ref)
}

/// Returns the declarations that no document has.
pub(crate) fn unknown(document: &Document) -> BTreeSet<String> {
    let unknown = all().filter(|declared| document.of(declared).is_none());
    unknown.map(|declared| format!("{} is in no document", declared.name)).collect()
}

/// Returns the operations of the same resources that only the newer list has.
pub(crate) fn later(newer: &Document, published: &Document) -> Vec<String> {
    let resource = |route: &str| route.split('/').nth(3).unwrap_or_default().to_owned();
    let v2 = published.0.keys().filter(|route| route.contains("/api/v2/"));
    let resources: BTreeSet<_> = v2.map(|route| resource(route)).collect();
    let later = newer.0.iter().filter(|(route, _)| !published.0.contains_key(*route));
    let same = later.filter(|(route, _)| resources.contains(&resource(route)));
    same.map(|(route, operation)| format!("{} ({route})", operation.id)).collect()
}

/// Returns all differences in the parameters of operations. `which` names the document in each line.
pub(crate) fn differences(which: &str, document: &Document) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for declared in all() {
        let Some(there) = document.of(declared) else { continue };
        let there = &there.form_of(declared);
        let start = format!("{which} {}", there.id);
        if which == "published" && !declared.operation.is_empty() && declared.operation != there.id
        {
            lines.insert(format!("{start}: is declared as {}", declared.operation));
        }
        for (place, ours, theirs) in [
            ("query", declared.query, &there.query),
            ("header", declared.headers, &there.headers),
            ("body", declared.body, &there.body),
        ] {
            group(&mut lines, &format!("{start}: {place}"), ours, theirs);
        }
        for other in others(declared) {
            for field in other.body {
                lines.remove(&format!("{start}: body {} {NOT_DECLARED}", field.name));
            }
        }
    }
    lines
}

/// Returns the other types of the same operation: another type may send what this one does not.
fn others(of: &Declaration) -> impl Iterator<Item = &'static Declaration> {
    let (name, method, path) = (of.name, of.method, of.path);
    all().filter(move |d| d.name != name && (d.method, d.path) == (method, path))
}

fn group(lines: &mut BTreeSet<String>, start: &str, ours: &[Parameter], theirs: &Parameters) {
    for name in theirs.keys().filter(|name| ours.iter().all(|ours| ours.name != **name)) {
        lines.insert(format!("{start} {name} {NOT_DECLARED}"));
    }
    for ours in ours {
        let name = ours.name;
        let Some(theirs) = theirs.get(name) else {
            lines.insert(format!("{start} {name} is not in the document"));
            continue;
        };
        if theirs.required != ours.required {
            let there = if theirs.required { "required" } else { "optional" };
            lines.insert(format!("{start} {name} is {there} in the document"));
        }
        if theirs.nullable != ours.nullable {
            let there = if theirs.nullable { "may" } else { "cannot" };
            lines.insert(format!("{start} {name} {there} be null in the document"));
        }
        for word in theirs.words.iter().filter(|word| !ours.words.contains(&word.as_str())) {
            lines.insert(format!("{start} {name} {WORD} {word:?}"));
        }
        for word in ours.words.iter().filter(|word| !theirs.words.iter().any(|w| w == **word)) {
            lines.insert(format!("{start} {name} cannot be {word:?} in the document"));
        }
    }
}

#[test]
fn each_kind_of_difference_is_found() {
    let required = Parameter::required;
    let ours = [
        Parameter { words: &["a", "b"], ..required("one") },
        required("two").optional(),
        required("three").nullable(),
        required("ours"),
    ];
    let theirs = |words: &[&str], required| crate::document::Parameter {
        required,
        nullable: false,
        words: words.iter().map(|word| (*word).to_owned()).collect(),
    };
    let document = [
        ("one", theirs(&["b", "c"], true)),
        ("two", theirs(&[], true)),
        ("three", theirs(&[], false)),
        ("theirs", theirs(&[], false)),
    ];
    let mut lines = BTreeSet::new();
    group(&mut lines, "x:", &ours, &document.map(|(name, p)| (name.to_owned(), p)).into());
    let expected = [
        "x: one cannot be \"a\" in the document",
        "x: one may also be \"c\"",
        "x: ours is not in the document",
        "x: theirs is not declared",
        "x: three cannot be null in the document",
        "x: two is required in the document",
    ];
    assert_eq!(lines.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}
