//! The request of every operation, in one table: `golden.txt`, beside this file. Review a change of the table
//! like code; `UPDATE=1 cargo test -p tests --test golden` rewrites it.
//!
//! The test also compares the declarations with the requests.

mod rows;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rows::Row;
use serde_json::Value;
use sim_core::operation::{Declaration, Parameter};

/// Returns every operation that the core or the platform crate declares.
fn all() -> impl Iterator<Item = &'static Declaration> {
    sim_core::catalog::all().chain(sim_platform::catalog::ALL)
}

/// The headers of every request, which the table shows once.
const COMMON: [&str; 4] = ["accept", "accept-encoding", "user-agent", "x-api-key"];

#[test]
fn every_request_is_as_the_table_says() {
    let rows = rows::all();
    let mut table = String::new();
    for name in COMMON {
        let value = rows[0].request.headers()[name].to_str().expect("text");
        // A new version must not change the table.
        let value = value.replace(env!("CARGO_PKG_VERSION"), "VERSION");
        writeln!(table, "{name}: {value}").expect("a string takes it");
    }
    for row in &rows {
        let operation = declared(row).map_or("", |declared| declared.operation);
        write!(table, "\n# {} ({operation})\n{}", row.title, shown(row, &rows[0]))
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

/// Returns the request line, the headers that differ from the first row, and the body.
fn shown(row: &Row, first: &Row) -> String {
    let request = &row.request;
    let mut text = format!("{} {}\n", request.method(), target(row));
    for (name, value) in request.headers() {
        let common =
            COMMON.contains(&name.as_str()) && first.request.headers().get(name) == Some(value);
        if !common {
            writeln!(text, "{name}: {}", value.to_str().expect("text")).expect("a string takes it");
        }
    }
    if !request.body().is_empty() {
        let body = std::str::from_utf8(request.body()).expect("JSON is text");
        writeln!(text, "{body}").expect("a string takes it");
    }
    text
}

fn target(row: &Row) -> &str {
    row.request.uri().path_and_query().expect("a target").as_str()
}

#[test]
fn every_operation_sends_what_it_declares_and_nothing_else() {
    let rows = rows::all();
    for declared in all() {
        let of_it: Vec<_> = rows.iter().filter(|row| is_of(row, declared)).collect();
        assert!(!of_it.is_empty(), "{} {} has no row", declared.method, declared.path);
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
        let name = row.title.split(',').next();
        assert_eq!(declared(row).map(|declared| declared.name), name, "{}", row.title);
    }
}

fn declared(row: &Row) -> Option<&'static Declaration> {
    all().find(|declared| is_of(row, declared))
}

/// Checks that the rows send only declared parameters, each row all required ones, and all rows together every
/// one.
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

/// Returns whether a row is a request of the operation: the same method, and a path of the same shape.
fn is_of(row: &Row, declared: &Declaration) -> bool {
    let path = row.request.uri().path();
    let (sent, shape): (Vec<_>, Vec<_>) =
        (path.split('/').collect(), declared.path.split('/').collect());
    let alike = |(sent, shape): (&&str, &&str)| shape.starts_with('{') || sent == shape;
    row.request.method() == declared.method
        && sent.len() == shape.len()
        && sent.iter().zip(&shape).all(alike)
        && (declared.path.contains("/folders") || !path.contains("/folders"))
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
    if row.free || row.request.body().is_empty() {
        return BTreeSet::new();
    }
    let body: Value = serde_json::from_slice(row.request.body()).expect("JSON");
    body.as_object().expect("an object").keys().cloned().collect()
}

#[test]
fn every_operation_in_the_sources_is_in_the_list_of_declarations() {
    let mut found = 0;
    let mut folders = vec![
        here().join("../../crates/sim-core/src"),
        here().join("../../crates/sim-platform/src"),
    ];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the sources are here") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("text");
            for name in text.lines().filter_map(declared_by_macro) {
                let listed = all().any(|declared| declared.name == name);
                assert!(listed, "{name} is missing in its catalog.rs");
                found += 1;
            }
        }
    }
    assert!(found > 20, "only {found} were found");
}

/// Returns the name in a line such as `    ListRuns: GET "/api/...`.
fn declared_by_macro(line: &str) -> Option<&str> {
    let (name, rest) = line.strip_prefix("    ")?.split_once(": ")?;
    let method = rest.split_once(" \"/api/")?.0;
    (method.chars().all(|c| c.is_ascii_uppercase()) && !name.contains(' ')).then_some(name)
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}
