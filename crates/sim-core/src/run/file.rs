//! A file as input of a run.

use std::fmt;

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use memchr::memmem;
use serde::ser::{Error as _, SerializeMap as _};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// The longest name that the server stores, in characters.
const LONGEST_NAME: usize = 255;

/// A file for a start field of type `file[]`: set the field of the input to it, or to a list of files.
///
/// The server converts files only at the top level of an unnested input, and only in synchronous and streamed runs. A
/// whole request must fit in 10,485,760 bytes, and base64 adds a third: that leaves about 7 MiB of file content. Upload
/// larger files first and send a reference to them.
///
/// A name that the server would not take is an error before anything is sent: one that is empty, longer than 255
/// characters, or has control characters.
///
/// ```
/// use serde_json::json;
/// use sim_core::{ExecuteWorkflow, FileInput};
///
/// let report = FileInput::from_bytes("report.txt", "text/plain", "all is well");
/// let call = ExecuteWorkflow::new("wf-1").input(json!({"documents": [report]}));
/// ```
///
/// An input of your own type is encoded straight into the request; `json!` copies the file once more.
#[derive(Clone, PartialEq)]
pub struct FileInput {
    data: Data,
    name: String,
    mime: Option<String>,
}

#[derive(Clone, PartialEq)]
enum Data {
    Content(Bytes),
    Url(String),
}

impl FileInput {
    /// Creates a file with its content. If `name` is a path, only its last part is sent.
    pub fn from_bytes(
        name: impl AsRef<str>,
        mime: impl Into<String>,
        content: impl Into<Bytes>,
    ) -> Self {
        let name = last_part(name.as_ref());
        Self { data: Data::Content(content.into()), name, mime: Some(mime.into()) }
    }

    /// Creates a file that the server downloads when the run starts. Its name is the last part of the URL's path; its
    /// media type is unknown until [`mime`](Self::mime) sets it.
    ///
    /// The *server* fetches the URL, from its own network. A self-hosted server was seen to fetch from its own
    /// loopback, so do not pass on URLs of people whom you do not trust.
    pub fn from_url(url: impl Into<String>) -> Self {
        let url = url.into();
        let path = url.split(['?', '#']).next().unwrap_or_default();
        let path = path.split_once("://").map_or(path, |(_, rest)| rest);
        let name = path.split_once('/').map_or("", |(_, path)| path);
        let name = Some(last_part(name)).filter(|name| !name.is_empty());
        Self { name: name.unwrap_or_else(|| "file".to_owned()), data: Data::Url(url), mime: None }
    }

    /// Sets the name. If it is a path, only its last part is sent.
    #[must_use]
    pub fn name(mut self, name: impl AsRef<str>) -> Self {
        self.name = last_part(name.as_ref());
        self
    }

    /// Sets the media type, such as `application/pdf`.
    #[must_use]
    pub fn mime(mut self, mime: impl Into<String>) -> Self {
        self.mime = Some(mime.into());
        self
    }

    /// Returns why the server would not take the name, or `None` if it does.
    fn misnamed(&self) -> Option<&'static str> {
        let too_long = self.name.chars().nth(LONGEST_NAME).is_some();
        match self.name.as_str() {
            "" | "." | ".." => Some("a file needs a name"),
            _ if too_long => Some("the name of a file must have at most 255 characters"),
            name if name.contains(char::is_control) => {
                Some("the name of a file must not have control characters")
            }
            _ => None,
        }
    }
}

impl Serialize for FileInput {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(why) = self.misnamed() {
            return Err(S::Error::custom(why));
        }
        let mut map = serializer.serialize_map(None)?;
        match &self.data {
            Data::Content(content) => {
                map.serialize_entry("type", "file")?;
                let mime = self.mime.as_deref().unwrap_or("application/octet-stream");
                map.serialize_entry("data", &DataUrl { mime, content })?;
            }
            Data::Url(url) => {
                map.serialize_entry("type", "url")?;
                map.serialize_entry("data", url)?;
            }
        }
        map.serialize_entry("name", &self.name)?;
        if let Some(mime) = &self.mime {
            map.serialize_entry("mime", mime)?;
        }
        map.end()
    }
}

/// Content as a data URL, which is written piece by piece and never as a whole.
struct DataUrl<'a> {
    mime: &'a str,
    content: &'a [u8],
}

impl Serialize for DataUrl<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let base64 = Base64Display::new(self.content, &STANDARD);
        serializer.collect_str(&format_args!("data:{};base64,{base64}", self.mime))
    }
}

/// Returns the first field of an input that holds a file as the server recognises it: alone, or in a list.
pub(super) fn field_with_file(json: &[u8]) -> Option<String> {
    let has = |word: &str| memmem::find(json, word.as_bytes()).is_some();
    if !has("\"data\"") || !(has("\"file\"") || has("\"url\"")) {
        return None;
    }
    let fields: Map<String, Value> = serde_json::from_slice(json).ok()?;
    let held = |value: &Value| match value {
        Value::Array(items) => items.iter().any(is_file),
        other => is_file(other),
    };
    fields.into_iter().find(|(_, value)| held(value)).map(|(field, _)| field)
}

fn is_file(value: &Value) -> bool {
    let text = |key| value.get(key).and_then(Value::as_str);
    text("name").is_some()
        && match (text("type"), text("data")) {
            (Some("file"), Some(data)) => data.starts_with("data:"),
            (Some("url"), Some(_)) => true,
            _ => false,
        }
}

fn last_part(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned()
}

/// Shows no content, and no URL, which may be signed.
impl fmt::Debug for FileInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("FileInput");
        shown.field("name", &self.name).field("mime", &self.mime);
        if let Data::Content(content) = &self.data {
            shown.field("bytes", &content.len());
        }
        shown.finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_file_is_inlined_and_only_its_name_is_told() {
        let file = FileInput::from_bytes("/home/ann/doc.txt", "text/plain", "file content");
        let data = "data:text/plain;base64,ZmlsZSBjb250ZW50";
        let wire = json!({"type": "file", "data": data, "name": "doc.txt", "mime": "text/plain"});
        assert_eq!(serde_json::to_value(&file).ok(), Some(wire));
        assert!(!format!("{file:?}").contains("ZmlsZ"));
        let windows = FileInput::from_bytes(r"C:\docs\a.txt", "text/plain", "");
        let wire = json!({
            "type": "file", "data": "data:text/plain;base64,", "name": "a.txt", "mime": "text/plain",
        });
        assert_eq!(serde_json::to_value(&windows).ok(), Some(wire), "an empty file is a file");
    }

    #[test]
    fn a_url_is_left_to_the_server() {
        for (url, name) in [
            ("https://example.com/files/a.pdf", "a.pdf"),
            ("https://example.com/a.pdf?signature=1/2#top", "a.pdf"),
            ("https://example.com/", "file"),
            ("https://example.com", "file"),
        ] {
            let file = FileInput::from_url(url);
            let wire = json!({"type": "url", "data": url, "name": name});
            assert_eq!(serde_json::to_value(&file).ok(), Some(wire), "{url}");
            assert!(!format!("{file:?}").contains("example"), "the URL may be signed");
        }
        let file =
            FileInput::from_url("https://example.com/x").name("b.pdf").mime("application/pdf");
        let wire = json!({
            "type": "url", "data": "https://example.com/x", "name": "b.pdf", "mime": "application/pdf",
        });
        assert_eq!(serde_json::to_value(&file).ok(), Some(wire));
    }

    #[test]
    fn a_name_that_the_server_would_not_take_is_an_error() {
        for (name, taken) in [
            ("a".repeat(255), true),
            ("ä".repeat(255), true),
            ("a".repeat(256), false),
            ("a".repeat(300), false),
            ("folder/".to_owned(), false),
            ("..".to_owned(), false),
            (String::new(), false),
            ("a\nb".to_owned(), false),
            ("a\0b".to_owned(), false),
            ("a;b%c\"d".to_owned(), true),
        ] {
            let file = FileInput::from_bytes(&name, "text/plain", "x");
            assert_eq!(serde_json::to_string(&file).is_ok(), taken, "{name:?}");
        }
    }
}
