//! The files that a run's output holds.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Map, Value};

use super::walk::walk;

/// A file in the output of a run.
///
/// The server stores each file that a run makes. Where the output holds such a file, it has this description, and the
/// content as base64 if [`include_file_base64`](crate::ExecuteWorkflow::include_file_base64) allows it and the file is
/// not too large.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutputFile {
    /// Where the file stands in the output, as a JSON pointer: `/result/files/0`.
    pub path: String,
    /// The id of the file.
    pub id: String,
    /// The name with its ending. Its characters are the workflow's: check it before it becomes a path.
    pub name: String,
    /// The size in bytes.
    pub size: u64,
    /// The media type, such as `application/pdf`.
    pub content_type: String,
    /// Where the server keeps the content. A hosted server signs the address for about five minutes. A server with
    /// local storage answers 401 to every API key there, so use the inlined content. `fetch` asks for what is there.
    pub url: String,
    base64: Option<String>,
}

impl OutputFile {
    /// Returns the files anywhere in an output, in the order in which they stand there.
    ///
    /// ```
    /// use serde_json::json;
    /// use sim_core::OutputFile;
    ///
    /// let output = json!({"report": {
    ///     "id": "file_1", "name": "a.txt", "size": 5, "type": "text/plain",
    ///     "url": "https://storage.example/a.txt", "base64": "aGVsbG8=",
    /// }});
    /// let files = OutputFile::find_in(&output);
    /// assert_eq!(files[0].name, "a.txt");
    /// assert_eq!(files[0].bytes().as_deref(), Some(&b"hello"[..]));
    /// ```
    pub fn find_in(output: &Value) -> Vec<Self> {
        let mut files = Vec::new();
        walk(output, |path, object| {
            let file = Self::read(path, object);
            let found = file.is_some();
            files.extend(file);
            found
        });
        files
    }

    /// Returns the content that the output holds, or `None` if it holds none, or none that is base64.
    pub fn bytes(&self) -> Option<Bytes> {
        STANDARD.decode(self.base64.as_deref()?).ok().map(Bytes::from)
    }

    fn read(path: &str, object: &Map<String, Value>) -> Option<Self> {
        let text = |key| object.get(key).and_then(Value::as_str);
        Some(Self {
            id: text("id")?.to_owned(),
            name: text("name")?.to_owned(),
            size: object.get("size")?.as_u64()?,
            content_type: text("type")?.to_owned(),
            url: text("url")?.to_owned(),
            base64: text("base64").map(str::to_owned),
            path: path.to_owned(),
        })
    }
}

/// Shows neither the content nor the address, which may be signed.
impl fmt::Debug for OutputFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutputFile")
            .field("path", &self.path)
            .field("id", &self.id)
            .field("name", &self.name)
            .field("size", &self.size)
            .field("content_type", &self.content_type)
            .finish_non_exhaustive()
    }
}
