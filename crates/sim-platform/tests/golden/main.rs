//! What every operation of the resources puts on the wire, in one table: `golden.txt`, beside this file. A change of it
//! is reviewed as such; `UPDATE=1 cargo test -p sim-platform --test golden` writes it anew.
//!
//! The rows also hold the declarations to what is really sent.

mod files;
mod knowledge;
mod others;
mod table;
mod tables;
mod workflows;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sim_core::operation::{Declaration, Parameter};
use sim_core::{Api, Generation};
use sim_platform::catalog::ALL;

use table::{Row, Table};

/// What goes with every request, and is shown once.
const COMMON: [&str; 4] = ["accept", "accept-encoding", "user-agent", "x-api-key"];

fn rows() -> Vec<Row> {
    let builder = Api::builder([1; 32]).base_url("https://sim.example").api_key("sk-sim-key");
    let api = builder.generation(Generation::V2).build().expect("a core");
    let mut table = Table { api, rows: Vec::new() };
    workflows::rows(&mut table);
    tables::rows(&mut table);
    knowledge::rows(&mut table);
    files::rows(&mut table);
    others::rows(&mut table);
    table.rows
}

#[test]
fn every_request_is_as_the_table_says() {
    let rows = rows();
    let mut table = String::new();
    for name in COMMON {
        let value = rows[0].request.headers()[name].to_str().expect("text");
        // A new version is no change of the table.
        let value = value.replace(env!("CARGO_PKG_VERSION"), "VERSION");
        writeln!(table, "{name}: {value}").expect("a string takes it");
    }
    for row in &rows {
        let operation = declared(row).map_or("", |declared| declared.operation);
        write!(table, "\n# {} ({operation})\n{}", row.title, shown(row))
            .expect("a string takes it");
    }
    let path = here().join("golden.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &table).expect("the table can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let lines = kept.lines().map(Some).chain([None]).zip(table.lines().map(Some).chain([None]));
    let differs = (1..).zip(lines).find(|(_, (kept, now))| kept != now);
    assert!(
        differs.is_none() && kept == table,
        "golden.txt differs: {differs:?}; UPDATE=1 writes it anew"
    );
}

/// The request line, the headers that not all have, and the body.
fn shown(row: &Row) -> String {
    let request = &row.request;
    let target = request.uri().path_and_query().expect("a target");
    let mut text = format!("{} {target}\n", request.method());
    for (name, value) in request.headers() {
        if !COMMON.contains(&name.as_str()) {
            writeln!(text, "{name}: {}", value.to_str().expect("text")).expect("a string takes it");
        }
    }
    if !request.body().is_empty() {
        let body = std::str::from_utf8(request.body()).expect("the rows have text");
        writeln!(text, "{}", body.replace('\r', "")).expect("a string takes it");
    }
    text
}

#[test]
fn every_operation_sends_what_it_declares_and_nothing_else() {
    let rows = rows();
    for declared in ALL {
        let of_it: Vec<_> = rows.iter().filter(|row| name(row) == declared.name).collect();
        assert!(!of_it.is_empty(), "{} has no row", declared.name);
        for row in &of_it {
            assert!(is_of(row, declared), "{} goes elsewhere", row.title);
        }
        for (what, parameters, sent) in [
            ("query", declared.query, query as fn(&Row) -> BTreeSet<String>),
            ("headers", declared.headers, headers),
            ("body", declared.body, fields),
        ] {
            let name = format!("the {what} of {} {}", declared.name, declared.path);
            check(&name, parameters, &of_it.iter().map(|row| sent(row)).collect::<Vec<_>>());
        }
    }
    for row in &rows {
        assert!(declared(row).is_some(), "{} is not declared", row.title);
    }
}

fn name(row: &Row) -> &str {
    row.title.split(',').next().unwrap_or_default()
}

fn declared(row: &Row) -> Option<&'static Declaration> {
    ALL.iter().find(|declared| declared.name == name(row))
}

/// No row sends what is not declared, each sends what is required, and together they send everything.
fn check(name: &str, parameters: &[Parameter], rows: &[BTreeSet<String>]) {
    let names = |list: Vec<&Parameter>| -> BTreeSet<String> {
        list.into_iter().map(|parameter| parameter.name.to_owned()).collect()
    };
    let declared = names(parameters.iter().collect());
    let required = names(parameters.iter().filter(|parameter| parameter.required).collect());
    for row in rows {
        assert!(row.is_subset(&declared), "{name}: {row:?} beside {declared:?}");
        assert!(row.is_superset(&required), "{name}: {row:?} without {required:?}");
    }
    let sent: BTreeSet<_> = rows.iter().flatten().cloned().collect();
    assert_eq!(sent, declared, "{name}: a row that sends everything is wanted");
}

/// Whether a row is a request of the operation: the same method, and a path of the same shape.
fn is_of(row: &Row, declared: &Declaration) -> bool {
    let path = row.request.uri().path();
    let (sent, shape): (Vec<_>, Vec<_>) =
        (path.split('/').collect(), declared.path.split('/').collect());
    let alike = |(sent, shape): (&&str, &&str)| shape.starts_with('{') || sent == shape;
    row.request.method() == declared.method
        && sent.len() == shape.len()
        && sent.iter().zip(&shape).all(alike)
}

fn query(row: &Row) -> BTreeSet<String> {
    let pairs = row.request.uri().query().unwrap_or_default().split('&');
    pairs.filter_map(|pair| pair.split_once('=')).map(|(name, _)| name.to_owned()).collect()
}

fn headers(row: &Row) -> BTreeSet<String> {
    let names = row.request.headers().keys().map(http::HeaderName::as_str);
    let own = names.filter(|name| !COMMON.contains(name) && *name != "content-type");
    own.map(str::to_owned).collect()
}

fn fields(row: &Row) -> BTreeSet<String> {
    let kind = row.request.headers().get("content-type");
    if kind.is_none_or(|kind| kind != "application/json") {
        return BTreeSet::new();
    }
    let body: Value = serde_json::from_slice(row.request.body()).expect("JSON");
    body.as_object().expect("an object").keys().cloned().collect()
}

#[test]
fn every_operation_in_the_sources_is_in_the_catalog() {
    let mut found = 0;
    let mut folders = vec![here().join("../../src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the sources are here") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("text");
            for name in text.lines().filter_map(declared_by_macro) {
                let listed = ALL.iter().any(|declared| declared.name == name);
                assert!(listed, "{name} is missing in catalog.rs");
                found += 1;
            }
        }
    }
    assert!(found > 120, "only {found} were found");
}

/// The name in a line such as `    ListRuns: GET "/api/v2/...`. A chat is not of the second generation.
fn declared_by_macro(line: &str) -> Option<&str> {
    let (name, rest) = line.strip_prefix("    ")?.split_once(": ")?;
    let method = rest.split_once(" \"/api/v2/")?.0;
    (method.chars().all(|c| c.is_ascii_uppercase()) && !name.contains([' ', '$'])).then_some(name)
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}
