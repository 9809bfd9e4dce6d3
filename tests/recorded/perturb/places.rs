//! The places of a JSON document that a change can touch.

use recorded::Json;

/// The keys and positions from the root of a document to a value.
pub(crate) type Path = Vec<String>;

/// A document with one change.
pub(crate) struct Changed {
    /// What was done, in words.
    pub(crate) what: &'static str,
    pub(crate) path: Path,
    pub(crate) json: Json,
}

/// The scalars that take another's place.
const SCALARS: [(&str, &str); 3] =
    [("null", "null"), ("a huge number", "1e400"), ("an unpaired surrogate", "\"\\ud83d\"")];

/// Returns the number of changes that a document allows.
pub(crate) fn count(json: &Json) -> usize {
    match json {
        Json::Scalar(_) => SCALARS.len() + 1,
        Json::List(items) => items.iter().map(count).sum(),
        Json::Object(entries) => {
            1 + entries.iter().map(|(_, value)| 1 + count(value)).sum::<usize>()
        }
    }
}

/// Returns the document with the change of that number.
pub(crate) fn changed(json: &Json, number: usize) -> Option<Changed> {
    let mut json = json.clone();
    let mut path = Path::new();
    let mut left = number;
    let what = change(&mut json, &mut left, &mut path)?;
    Some(Changed { what, path, json })
}

fn change(json: &mut Json, left: &mut usize, path: &mut Path) -> Option<&'static str> {
    match json {
        Json::Scalar(scalar) => {
            let (what, other) = match SCALARS.get(*left) {
                Some((what, other)) => (*what, *other),
                None if *left == SCALARS.len() => another_type(scalar),
                None => {
                    *left -= SCALARS.len() + 1;
                    return None;
                }
            };
            other.clone_into(scalar);
            Some(what)
        }
        Json::List(items) => {
            for (at, item) in items.iter_mut().enumerate() {
                path.push(at.to_string());
                if let Some(what) = change(item, left, path) {
                    return Some(what);
                }
                path.pop();
            }
            None
        }
        Json::Object(entries) => {
            if *left == 0 {
                let added = Json::List(vec![Json::Scalar("\"\\udead\"".to_owned())]);
                entries.insert(0, ("\"addedLater\"".to_owned(), added));
                return Some("an unknown key");
            }
            *left -= 1;
            for at in 0..entries.len() {
                path.push(entries[at].0.trim_matches('"').to_owned());
                if *left == 0 {
                    entries.remove(at);
                    return Some("dropped");
                }
                *left -= 1;
                if let Some(what) = change(&mut entries[at].1, left, path) {
                    return Some(what);
                }
                path.pop();
            }
            None
        }
    }
}

fn another_type(scalar: &str) -> (&'static str, &'static str) {
    match scalar.as_bytes().first() {
        Some(b'"') => ("a number", "7"),
        Some(b't' | b'f') => ("a text", "\"yes\""),
        Some(b'n') => ("a boolean", "true"),
        _ => ("a text", "\"x\""),
    }
}
