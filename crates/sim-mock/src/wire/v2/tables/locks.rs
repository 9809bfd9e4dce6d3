//! The locks of a table, which a test sets.

use http::StatusCode;
use serde_json::{Value, json};

use crate::things::Thing;
use crate::wire::v2::problem::Problem;

/// The locks, with the key that shows each and the words of its refusal.
const LOCKS: [(&str, &str, &str); 4] = [
    ("insert", "insertLocked", "new rows cannot be added."),
    ("update", "updateLocked", "existing rows cannot be edited."),
    ("delete", "deleteLocked", "rows cannot be deleted."),
    ("schema", "schemaLocked", "its columns cannot be changed."),
];

/// Returns the locks of a new table.
pub(super) fn open() -> Value {
    LOCKS.iter().map(|(_, key, _)| ((*key).to_owned(), Value::Bool(false))).collect()
}

/// Refuses what a lock of the table forbids.
pub(super) fn check(table: &Thing, lock: &str) -> Result<(), Problem> {
    let Some((_, key, words)) = LOCKS.iter().find(|(word, _, _)| *word == lock) else {
        return Ok(());
    };
    if table.shown.get("locks").is_some_and(|locks| locks[*key] == true) {
        let message = format!("This table is {lock}-locked: {words}");
        let problem = Problem::new(StatusCode::LOCKED, message);
        return Err(problem.details(json!({ "lock": lock })));
    }
    Ok(())
}
