//! A file as input of a run.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Serialize, Serializer};

/// A file for a start field of type `file[]`: set the field of the input to it, or to a list of files.
///
/// The server converts it only at the top level of an unnested input of a synchronous or streamed run. A whole
/// request must fit in 10 MiB, and base64 adds a third: that leaves about 7 MiB of file content.
///
/// ```
/// use serde_json::json;
/// use sim_core::{ExecuteWorkflow, FileInput};
///
/// let report = FileInput::new("report.txt", "text/plain", b"all is well");
/// let call = ExecuteWorkflow::new("wf-1").input(json!({"documents": [report]}));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileInput {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(serialize_with = "undisclosed")]
    data: Data,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    mime: Option<String>,
}

#[derive(Clone, PartialEq)]
struct Data(String);

impl FileInput {
    /// Creates a file with its content. If `name` is a path, only the last part is sent.
    pub fn new(name: &str, mime: &str, content: impl AsRef<[u8]>) -> Self {
        let data = format!("data:{mime};base64,{}", STANDARD.encode(content));
        let (kind, name) = ("file", last_part(name));
        Self { kind, data: Data(data), name, mime: Some(mime.to_owned()) }
    }

    /// Creates a file that the server downloads when the run starts. The server rejects private addresses.
    pub fn from_url(name: &str, url: impl Into<String>) -> Self {
        Self { kind: "url", data: Data(url.into()), name: last_part(name), mime: None }
    }
}

fn last_part(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned()
}

fn undisclosed<S: Serializer>(data: &Data, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&data.0)
}

impl std::fmt::Debug for Data {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} characters", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_file_is_inlined_and_only_its_name_is_told() {
        let file = FileInput::new("/home/ann/doc.txt", "text/plain", "file content");
        let data = "data:text/plain;base64,ZmlsZSBjb250ZW50";
        let wire = json!({"type": "file", "data": data, "name": "doc.txt", "mime": "text/plain"});
        assert_eq!(serde_json::to_value(&file).ok(), Some(wire));
        assert!(!format!("{file:?}").contains("ZmlsZ"));
    }

    #[test]
    fn a_url_is_left_to_the_server() {
        let file = FileInput::from_url("a.pdf", "https://example.com/a.pdf");
        let wire = json!({"type": "url", "data": "https://example.com/a.pdf", "name": "a.pdf"});
        assert_eq!(serde_json::to_value(&file).ok(), Some(wire));
    }
}
