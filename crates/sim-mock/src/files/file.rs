//! One file, and how its name and type travel.

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::content::Content;
use crate::ids;
use crate::store::Kept;

/// What a name in a header leaves as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The types of names by their endings.
const TYPES: [(&str, &str); 12] = [
    ("csv", "text/csv"),
    ("gif", "image/gif"),
    ("html", "text/html"),
    ("jpg", "image/jpeg"),
    ("json", "application/json"),
    ("md", "text/markdown"),
    ("mp4", "video/mp4"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain"),
    ("xml", "application/xml"),
];

/// A file of the workspace.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) folder: String,
    pub(crate) content_type: String,
    pub(crate) content: Content,
    /// Whether the storage has lost the bytes.
    pub(crate) is_lost: bool,
    pub(crate) key: String,
    /// The position of the key that made it.
    pub(crate) owner: usize,
    pub(crate) uploaded_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) deleted_at: Option<Timestamp>,
    pub(crate) share: Option<Share>,
}

/// How a file is shared.
#[derive(Debug, Clone)]
pub(crate) struct Share {
    pub(crate) id: String,
    pub(crate) token: String,
    pub(crate) is_active: bool,
    pub(crate) kind: &'static str,
    pub(crate) has_password: bool,
    pub(crate) emails: Vec<String>,
}

impl File {
    pub(crate) fn new(
        workspace: &str,
        owner: usize,
        name: String,
        folder: String,
        content_type: String,
        content: Content,
    ) -> Self {
        let now = Timestamp::now();
        Self {
            id: format!("wf_{}", ids::letters(21)),
            key: key(workspace, &name),
            name,
            folder,
            content_type,
            content,
            is_lost: false,
            owner,
            uploaded_at: now,
            updated_at: now,
            deleted_at: None,
            share: None,
        }
    }

    /// Replaces the content. The place in the storage changes with it.
    pub(crate) fn replace(&mut self, workspace: &str, content: Content) {
        (self.content, self.is_lost) = (content, false);
        self.key = key(workspace, &self.name);
        self.updated_at = Timestamp::now();
    }

    pub(crate) fn archive(&mut self) {
        let now = Timestamp::now();
        (self.updated_at, self.deleted_at) = (now, Some(now));
    }
}

impl Kept for File {
    const WORD: &'static str = "File";

    fn id(&self) -> &str {
        &self.id
    }

    fn is_archived(&self) -> bool {
        self.deleted_at.is_some()
    }
}

fn key(workspace: &str, name: &str) -> String {
    let now = Timestamp::now().as_millisecond();
    format!("workspace/{workspace}/{now}-{:016x}-{name}", rand::random::<u64>())
}

/// Returns a name as its stem and its ending with the dot.
pub(super) fn parts_of_name(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 => name.split_at(dot),
        _ => (name, ""),
    }
}

impl File {
    /// Returns the name that a file gets when it comes back and its own is taken.
    pub(crate) fn restored_name(&self) -> String {
        let (stem, ending) = parts_of_name(&self.name);
        format!("{stem}_restored{ending}")
    }
}

/// Returns the type that the ending of a name says.
pub(crate) fn type_of(name: &str) -> &'static str {
    let ending = parts_of_name(name).1.trim_start_matches('.').to_ascii_lowercase();
    let known = TYPES.iter().find(|(known, _)| *known == ending);
    known.map_or("application/octet-stream", |(_, of)| of)
}

/// Returns the `Content-Disposition` of a download.
pub(crate) fn disposition(name: &str) -> String {
    let is_plain = |c: char| (' '..='~').contains(&c) && !"\"\\;".contains(c);
    // A character beyond the basic plane counts as two.
    let stand_in = |c: char| if is_plain(c) { c.to_string() } else { "_".repeat(c.len_utf16()) };
    let ascii: String = name.chars().map(stand_in).collect();
    if name.chars().all(is_plain) {
        return format!("attachment; filename=\"{ascii}\"");
    }
    let encoded = utf8_percent_encode(name, PLAIN);
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::{disposition, type_of};

    #[test]
    fn a_name_travels_in_ascii_and_if_needed_encoded() {
        assert_eq!(disposition("ten.txt"), r#"attachment; filename="ten.txt""#);
        let quotes =
            r#"attachment; filename="a_b'c_d%20.txt"; filename*=UTF-8''a%22b%27c%3Bd%2520.txt"#;
        assert_eq!(disposition("a\"b'c;d%20.txt"), quotes);
        let rocket = r#"attachment; filename="__.txt"; filename*=UTF-8''%F0%9F%9A%80.txt"#;
        assert_eq!(disposition("🚀.txt"), rocket);
    }

    #[test]
    fn the_ending_says_the_type() {
        assert_eq!((type_of("a.TXT"), type_of("a.b.pdf")), ("text/plain", "application/pdf"));
        assert_eq!(type_of("noext"), "application/octet-stream");
    }
}
