//! The upload of a document in one request, as a form.

use std::fmt;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method};
use memchr::memmem;
use sim_core::__private::{Query, encode};
use sim_core::operation::{Answer, Idempotency, Operation, Param as _, RequestBody, Route};
use sim_core::operation::{Declaration, Parameter};
use sim_core::{CallOptions, Endpoint, Error, Result, WorkspaceId};

use super::documents::Document;
use super::ids::KnowledgeBaseId;

/// Adds a document to a knowledge base, out of memory and in one request.
///
/// The server takes up to about 10 MiB so; [`CreateDocumentUpload`](super::CreateDocumentUpload) takes up to 100 MiB. The
/// document is there at once and is processed later: read it until its status is `completed` or `failed`.
///
/// `POST /api/v2/knowledge/{base}/documents`:
/// [`uploadKnowledgeDocument`](https://docs.sim.ai/api-reference/knowledge-bases/uploadKnowledgeDocument).
#[derive(Clone)]
#[must_use]
pub struct UploadDocument {
    base: KnowledgeBaseId,
    workspace: WorkspaceId,
    name: String,
    content_type: String,
    content: Bytes,
    boundary: String,
    options: CallOptions,
}

impl UploadDocument {
    sim_core::call_options!();
    sim_core::output_options!();

    /// The method and the path, as the API reference writes them.
    pub const ROUTE: Route =
        Route { method: Method::POST, path: "/api/v2/knowledge/{base}/documents" };

    #[doc(hidden)]
    pub const DECLARATION: Declaration = Declaration {
        name: "UploadDocument",
        operation: "uploadKnowledgeDocument",
        method: "POST",
        path: Self::ROUTE.path,
        query: &[Parameter::required("workspaceId")],
        headers: &[],
        body: &[],
    };

    /// Creates the upload. Both the ending of the name and the media type must be of a kind that Sim reads.
    pub fn new(
        base: impl Into<KnowledgeBaseId>,
        workspace: impl Into<WorkspaceId>,
        name: impl Into<String>,
        content_type: impl Into<String>,
        content: impl Into<Bytes>,
    ) -> Self {
        let content = content.into();
        let boundary = boundary(&content);
        Self {
            base: base.into(),
            workspace: workspace.into(),
            name: name.into(),
            content_type: content_type.into(),
            content,
            boundary,
            options: CallOptions::default(),
        }
    }

    /// Returns the knowledge base that gets the document.
    pub fn base(&self) -> &KnowledgeBaseId {
        &self.base
    }

    /// Returns the workspace of the knowledge base.
    pub fn workspace(&self) -> &WorkspaceId {
        &self.workspace
    }
}

/// A line that the content does not have.
fn boundary(content: &[u8]) -> String {
    let candidates = (0_u32..).map(|number| format!("sim-document-{number}"));
    let mut free = candidates.filter(|line| memmem::find(content, line.as_bytes()).is_none());
    free.next().expect("content is finite")
}

/// A file name inside quotes, as browsers write it.
fn quoted(name: &str) -> String {
    name.replace('\r', "%0D").replace('\n', "%0A").replace('"', "%22")
}

impl Operation for UploadDocument {
    fn route(&self) -> Route {
        Self::ROUTE
    }

    fn path(&self) -> Result<String> {
        Ok(format!("/api/v2/knowledge/{}/documents", encode("base", &self.base.text())?))
    }

    fn query(&self) -> Result<String> {
        let mut query = Query::default();
        query.add("workspaceId", Some(&self.workspace));
        Ok(query.finish())
    }

    fn headers(&self, headers: &mut HeaderMap) -> Result<()> {
        let form = format!("multipart/form-data; boundary={}", self.boundary);
        let value = HeaderValue::from_str(&form).expect("a boundary is letters and digits");
        headers.insert(CONTENT_TYPE, value);
        Ok(())
    }

    fn body(&self) -> Result<RequestBody> {
        let Self { name, content_type, content, boundary, .. } = self;
        if HeaderValue::from_str(content_type).is_err() {
            return Err(Error::request("the content type cannot be sent as it is"));
        }
        let head = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\
             content-type: {content_type}\r\n\r\n",
            quoted(name),
        );
        let tail = format!("\r\n--{boundary}--\r\n");
        Ok(RequestBody::Bytes([head.as_bytes(), content, tail.as_bytes()].concat().into()))
    }

    fn idempotency(&self) -> Idempotency {
        Idempotency::NonIdempotent
    }

    fn options(&self) -> Option<&CallOptions> {
        Some(&self.options)
    }
}

impl Endpoint for UploadDocument {
    type Output = Document;

    fn decode(&self, answer: &Answer) -> Result<Document> {
        answer.data()
    }
}

impl fmt::Debug for UploadDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadDocument")
            .field("base", &self.base)
            .field("name", &self.name)
            .field("size", &self.content.len())
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "wire")]
impl crate::wire::Rebuild for UploadDocument {
    fn rebuild(wire: &crate::wire::Wire) -> Option<Self> {
        let form = wire.headers.get("content-type")?;
        let boundary = format!("--{}", form.split_once("boundary=")?.1.trim_matches('"'));
        let start = memmem::find(&wire.bytes, b"\r\n\r\n")?;
        let head = std::str::from_utf8(&wire.bytes[..start]).ok()?.strip_prefix(&*boundary)?;
        let end = memmem::rfind(&wire.bytes, format!("\r\n{boundary}--").as_bytes())?;
        let after = |mark: &str, until: &str| {
            let at = head.to_ascii_lowercase().find(mark)? + mark.len();
            head.get(at..)?.split(until).next()
        };
        (after("; name=\"", "\"") == Some("file")).then_some(())?;
        Some(Self::new(
            wire.segment::<KnowledgeBaseId>(Self::ROUTE.path, "base")?,
            wire.parameter::<WorkspaceId>("workspaceId")??,
            after("filename=\"", "\"")?,
            after("content-type: ", "\r\n")?,
            wire.bytes.slice(start + 4..end),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(name: &str, content: &'static str) -> Result<String> {
        let upload = UploadDocument::new("kb-1", "ws-1", name, "text/plain", content);
        let body = upload.body()?;
        Ok(String::from_utf8_lossy(body.as_bytes().unwrap_or_default()).into_owned())
    }

    #[test]
    fn the_boundary_is_not_in_the_content() {
        let form = sent("a.txt", "x--sim-document-0\r\n").expect("a form");
        assert!(form.starts_with("--sim-document-1\r\n"), "{form}");
        assert!(form.ends_with("\r\n--sim-document-1--\r\n"), "{form}");
    }

    #[test]
    fn a_name_cannot_break_out_of_its_quotes() {
        let form = sent("a\"\r\nx: y.txt", "").expect("a form");
        assert!(form.contains("filename=\"a%22%0D%0Ax: y.txt\"\r\n"), "{form}");
    }

    #[test]
    fn a_content_type_with_a_line_end_is_refused() {
        let upload = UploadDocument::new("kb-1", "ws-1", "a", "text/plain\r\nx: y", "");
        assert!(upload.body().is_err());
    }
}
