//! The content of files.

use bytes::Bytes;
use http::header::{
    CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_RANGE, RANGE,
};
use http::response::Parts;
use http::{HeaderMap, StatusCode};
use percent_encoding::percent_decode_str;
use sim_core::operation::{Answer, Wrapper};
use sim_core::{Endpoint, Result, WorkspaceId};

use super::file::{Encoding, File};
use super::ids::FileId;
use crate::macros::endpoint;

endpoint! {
    /// Downloads a file into memory, up to the response limit of the client. [`streamed`](DownloadFile::streamed) leaves
    /// the content on the connection.
    DownloadFile: GET "/api/v2/files/{file}" => {read: FileContent},
    reference "files" downloadFile,
    path { file: FileId },
    query { workspace: WorkspaceId = "workspaceId" },
}

endpoint! {
    /// Replaces the content of a file, up to about 7 MiB. Its id, name and type stay.
    UpdateFileContent: PUT "/api/v2/files/{file}/content" => {data: File},
    reference "files" updateFileContent,
    path { file: FileId },
    body { workspace: WorkspaceId = "workspaceId", content: String = "content" },
    body? {
        /// Sets how the text stands for bytes. The default is UTF-8.
        encoding: Encoding = "encoding",
    },
}

impl DownloadFile {
    /// Leaves the content to the caller, who reads it from the connection with the client's `open`: so it is never in
    /// memory as a whole.
    ///
    /// A body that breaks off is an error. [`Downloading`](super::Downloading) begins again then.
    pub fn streamed(self) -> StreamedFile {
        StreamedFile { inner: self, takes_rest: false }
    }

    /// Asks for what follows the first `written` bytes, if the content still has this tag.
    pub(super) fn rest(mut self, written: u64, tag: &str) -> StreamedFile {
        self.options.set_header(RANGE, format!("bytes={written}-"));
        self.options.set_header(IF_RANGE, tag);
        StreamedFile { inner: self, takes_rest: true }
    }
}

/// The endpoint that opens a download; see [`DownloadFile::streamed`].
#[derive(Debug, Clone)]
#[must_use]
pub struct StreamedFile {
    inner: DownloadFile,
    /// Whether an answer may have a rest of the content.
    takes_rest: bool,
}

impl Wrapper for StreamedFile {
    type Inner = DownloadFile;

    fn inner(&self) -> &DownloadFile {
        &self.inner
    }

    fn inner_mut(&mut self) -> &mut DownloadFile {
        &mut self.inner
    }
}

impl Endpoint for StreamedFile {
    type Output = FileHead;

    fn decode(&self, answer: &Answer) -> Result<FileHead> {
        answer.success()?;
        Ok(FileHead::read(&answer.headers))
    }

    fn hands_over(&self, head: &Parts) -> bool {
        head.status == StatusCode::OK
            || self.takes_rest && head.status == StatusCode::PARTIAL_CONTENT
    }
}

/// What the head of a download says of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct FileHead {
    /// The media type that the uploader gave. It may be anything.
    pub content_type: Option<String>,
    /// The name of the file. Its characters are the uploader's: check it before it becomes a path.
    pub name: Option<String>,
    /// The length of the content in bytes, or `None` if the server did not say.
    pub length: Option<u64>,
    /// The tag of the content, if it is one that tells every change.
    pub(super) tag: Option<String>,
    /// Where a rest of the content begins, in bytes; `None` for the whole.
    pub(super) start: Option<u64>,
}

impl FileHead {
    fn read(headers: &HeaderMap) -> Self {
        let header = |name| headers.get(name)?.to_str().ok();
        Self {
            content_type: header(CONTENT_TYPE).map(str::to_owned),
            name: header(CONTENT_DISPOSITION).and_then(file_name),
            length: header(CONTENT_LENGTH).and_then(|length| length.trim().parse().ok()),
            tag: header(ETAG).filter(|tag| tag.starts_with('"')).map(str::to_owned),
            start: header(CONTENT_RANGE).and_then(|range| {
                range.trim().strip_prefix("bytes ")?.split('-').next()?.parse().ok()
            }),
        }
    }
}

/// The content of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "wire", serde(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct FileContent {
    /// The bytes of the file.
    pub bytes: Bytes,
    /// The media type that the uploader gave. It may be anything.
    pub content_type: Option<String>,
    /// The name of the file. Its characters are the uploader's: check it before it becomes a path.
    pub name: Option<String>,
}

impl FileContent {
    /// Reads a file out of an answer.
    ///
    /// # Errors
    ///
    /// Fails with the refusal if the answer is one.
    pub fn read(answer: &Answer) -> Result<Self> {
        answer.success()?;
        let FileHead { content_type, name, .. } = FileHead::read(&answer.headers);
        Ok(Self { bytes: answer.body.clone(), content_type, name })
    }
}

/// The name in a `Content-Disposition`: the encoded form of it if there is one, else the quoted one.
fn file_name(disposition: &str) -> Option<String> {
    let parameter = |name: &str| {
        let start = disposition.to_ascii_lowercase().find(name)? + name.len();
        disposition.get(start..)
    };
    if let Some(encoded) = parameter("filename*=utf-8''") {
        let end = encoded.find(';').unwrap_or(encoded.len());
        let decoded = percent_decode_str(encoded[..end].trim()).decode_utf8().ok()?;
        return Some(decoded.into_owned());
    }
    let quoted = parameter("filename=\"")?;
    let mut name = String::new();
    let mut letters = quoted.chars();
    loop {
        match letters.next()? {
            '"' => return Some(name),
            '\\' => name.push(letters.next()?),
            letter => name.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_name_is_read_in_each_of_its_forms() {
        for (disposition, name) in [
            (r#"attachment; filename="a.txt""#, Some("a.txt")),
            (r#"attachment; filename="a\"b.txt""#, Some("a\"b.txt")),
            (r#"attachment; filename="_.txt"; filename*=UTF-8''%C3%A4.txt"#, Some("ä.txt")),
            (r"attachment; filename*=UTF-8''%FF", None),
            (r#"attachment; filename="a"#, None),
            ("attachment", None),
        ] {
            assert_eq!(file_name(disposition).as_deref(), name, "{disposition}");
        }
    }
}
