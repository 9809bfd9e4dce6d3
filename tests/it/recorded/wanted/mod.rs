//! Expectations that were copied from the recordings, not computed by the types: for each operation at least one
//! success, and one recording of each status and code with which the server refused it.

mod audit_logs;
mod billing;
mod credentials;
mod custom_tools;
mod deployments;
mod files;
mod knowledge;
mod mcp_servers;
mod secrets;
mod skills;
mod tables;
mod workflows;
mod workspaces;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sim_core::Result;
use sim_platform::catalog::entries;
use sim_platform::wire::{Entry, Shown};

use super::record::Record;
use super::want::{Row, Want};

const ALL: [&[Row]; 13] = [
    audit_logs::ROWS,
    billing::ROWS,
    credentials::ROWS,
    custom_tools::ROWS,
    deployments::ROWS,
    files::ROWS,
    knowledge::ROWS,
    mcp_servers::ROWS,
    secrets::ROWS,
    skills::ROWS,
    tables::ROWS,
    workflows::ROWS,
    workspaces::ROWS,
];

/// The rows, and what is left to find of each operation.
pub(super) struct Wanted {
    rows: BTreeMap<&'static str, &'static Want>,
    /// The recordings that no row is about, by their operation, status and code.
    left: BTreeMap<Kind, Vec<String>>,
    found: BTreeSet<Kind>,
    met: BTreeSet<&'static str>,
}

/// An operation, whether it succeeded, and else the status and the code.
type Kind = (&'static str, Option<(u16, String)>);

impl Wanted {
    pub(super) fn new() -> Self {
        let rows: Vec<_> = ALL.into_iter().flatten().collect();
        let by_name: BTreeMap<_, _> = rows.iter().map(|(name, want)| (*name, want)).collect();
        assert_eq!(by_name.len(), rows.len(), "each recording has one row");
        Self { rows: by_name, left: BTreeMap::new(), found: BTreeSet::new(), met: BTreeSet::new() }
    }

    /// Returns what differs from the row of a recording.
    pub(super) fn check(
        &mut self,
        record: &Record,
        entry: &Entry,
        got: &Result<Shown>,
    ) -> Option<String> {
        let told = record.answered();
        let code = told["error"]["code"].as_str().unwrap_or_default().to_owned();
        let refused = (!record.is_success()).then(|| (record.status().as_u16(), code));
        let kind = (entry.declaration.name, refused);
        let Some((name, want)) = self.rows.get_key_value(&*record.name) else {
            self.left.entry(kind).or_default().push(record.name.clone());
            return None;
        };
        self.met.insert(name);
        self.found.insert(kind);
        let is_so = match (want, got) {
            (Want::Gives(parts), Ok(shown)) => {
                parts.iter().all(|(at, text)| text_at(&shown.json, at).as_deref() == Some(text))
            }
            (Want::Refused(status, code, text), Err(error)) => {
                error.status().map(|status| status.as_u16()) == Some(*status)
                    && error.server_code().unwrap_or_default() == *code
                    && error.message().starts_with(text)
            }
            _ => false,
        };
        (!is_so).then(|| format!("{name}: {got:?}"))
    }

    /// Returns what no row is about, rows without a recording, and operations without a row of a success.
    pub(super) fn lacks(mut self) -> Vec<String> {
        let found = std::mem::take(&mut self.found);
        self.left.retain(|kind, _| !found.contains(kind));
        let names = entries().map(|entry| entry.declaration.name);
        let never = names.filter(|name| !found.contains(&(*name, None)));
        let left = self.left.iter().map(|(kind, names)| format!("no row has {kind:?}: {names:?}"));
        let unmet = self.rows.keys().filter(|name| !self.met.contains(**name));
        left.chain(unmet.map(|name| format!("no recording is {name}")))
            .chain(never.map(|name| format!("no success: {name}")))
            .collect()
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }
}

fn text_at(value: &Value, at: &str) -> Option<String> {
    match value.pointer(at)? {
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
