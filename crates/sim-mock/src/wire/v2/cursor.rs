//! Pages of a list, and the cursors between them.

use std::hash::{DefaultHasher, Hash, Hasher};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::problem::Problem;

/// What a list is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Key {
    Number(i64),
    Text(String),
}

impl Key {
    /// A point in time, more exactly than it is told: entries of one millisecond have an order too.
    pub(crate) fn time(at: Timestamp) -> Self {
        Self::Text(format!("{at:.9}"))
    }
}

/// Where a page ended, and of which list.
#[derive(Debug, Serialize, Deserialize)]
struct Cursor {
    sort: String,
    keys: (Key, String),
    filter: String,
}

/// Which part of a list is asked for.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) sort: &'static str,
    pub(crate) descends: bool,
    /// Every filter of the list as text: a cursor goes with one filter only.
    pub(crate) filter: String,
    pub(crate) limit: usize,
    pub(crate) cursor: Option<String>,
}

/// A page as it is answered.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listed<T> {
    data: Vec<T>,
    next_cursor: Option<String>,
}

impl<T> Listed<T> {
    /// A list that comes as a whole.
    pub(crate) fn whole(data: Vec<T>) -> Self {
        Self { data, next_cursor: None }
    }

    pub(crate) fn map<U>(self, show: impl FnMut(T) -> U) -> Listed<U> {
        let data = self.data.into_iter().map(show).collect();
        Listed { data, next_cursor: self.next_cursor }
    }
}

impl Page {
    /// This page of all entries, which are sorted by their key, then by their id.
    pub(crate) fn of<T>(
        self,
        mut entries: Vec<T>,
        key: impl Fn(&T) -> (Key, String),
    ) -> Result<Listed<T>, Problem> {
        entries.sort_by_key(&key);
        if self.descends {
            entries.reverse();
        }
        let sort = format!("{}:{}", self.sort, if self.descends { "desc" } else { "asc" });
        let filter = fingerprint(&self.filter);
        if let Some(text) = self.cursor {
            let cursor = parse(&text).ok_or_else(|| Problem::bad_request("Invalid cursor"))?;
            if cursor.sort != sort {
                return Err(mismatch("sortBy/sortOrder", "sort"));
            }
            if cursor.filter != filter {
                return Err(mismatch("filters", "filters"));
            }
            let behind = |entry: &T| {
                let key = key(entry);
                if self.descends { key < cursor.keys } else { key > cursor.keys }
            };
            entries.retain(behind);
        }
        let more = entries.len() > self.limit;
        entries.truncate(self.limit);
        let last = entries.last().filter(|_| more).map(&key);
        let next_cursor = last.map(|keys| text(&Cursor { sort, keys, filter }));
        Ok(Listed { data: entries, next_cursor })
    }
}

fn mismatch(what: &str, changed: &str) -> Problem {
    Problem::bad_request(format!(
        "cursor does not match the requested {what}. \
         Restart pagination without a cursor after changing the {changed}."
    ))
}

fn text(cursor: &Cursor) -> String {
    STANDARD.encode(crate::wire::answer::text(cursor))
}

fn parse(text: &str) -> Option<Cursor> {
    serde_json::from_slice(&STANDARD.decode(text).ok()?).ok()
}

fn fingerprint(filter: &str) -> String {
    let mut hasher = DefaultHasher::new();
    filter.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
