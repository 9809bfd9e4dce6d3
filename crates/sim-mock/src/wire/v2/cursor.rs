//! The pages of a list, and the cursors between them.

use std::hash::{DefaultHasher, Hash, Hasher};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::problem::Problem;

/// The value by which a list is sorted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Key {
    Number(i64),
    Text(String),
}

impl Key {
    /// Creates a key from a point in time. It is more exact than the time in the answer, so entries of one
    /// millisecond have an order.
    pub(crate) fn time(at: Timestamp) -> Self {
        Self::Text(format!("{at:.9}"))
    }
}

/// The end of a page, and the list that it belongs to.
#[derive(Debug, Serialize, Deserialize)]
struct Cursor {
    sort: String,
    keys: (Key, String),
    filter: String,
}

/// The part of a list that the caller wants.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) sort: &'static str,
    pub(crate) descends: bool,
    /// All filters of the list as text. A cursor is valid for one filter only.
    pub(crate) filter: String,
    pub(crate) limit: usize,
    pub(crate) cursor: Option<String>,
}

/// A page of a list, as the answer holds it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listed<T> {
    data: Vec<T>,
    next_cursor: Option<String>,
}

impl<T> Listed<T> {
    /// Creates a list that comes as a whole.
    pub(crate) fn whole(data: Vec<T>) -> Self {
        Self { data, next_cursor: None }
    }

    pub(crate) fn map<U>(self, show: impl FnMut(T) -> U) -> Listed<U> {
        let data = self.data.into_iter().map(show).collect();
        Listed { data, next_cursor: self.next_cursor }
    }
}

impl Page {
    /// Returns this page of all entries, sorted by their key and then by their id.
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
