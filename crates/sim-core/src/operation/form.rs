//! The body of a form with files, `multipart/form-data`.

use std::fmt;

use bytes::{BufMut as _, Bytes, BytesMut};
use http::HeaderValue;
use memchr::memmem;

use crate::error::{Error, Result};

/// A form with fields and files, as `multipart/form-data`. All of it is in memory.
///
/// ```
/// use sim_core::Raw;
/// use sim_core::operation::Form;
///
/// let form = Form::new().text("title", "Q3").file("file", "q3.csv", "text/csv", "a,b\n1,2\n");
/// let upload = Raw::post("/api/v2/things").form(&form);
/// # drop(upload);
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct Form {
    parts: Vec<Part>,
}

#[derive(Clone)]
struct Part {
    name: String,
    /// The name of the file, or `None` for a field.
    file: Option<String>,
    /// The media type of the content, or `None` for a field.
    content_type: Option<String>,
    content: Bytes,
}

impl Form {
    /// Creates a form without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field with a text.
    pub fn text(self, name: impl Into<String>, text: impl Into<String>) -> Self {
        let content = Bytes::from(text.into());
        self.with(Part { name: name.into(), file: None, content_type: None, content })
    }

    /// Adds a file: the field that it is in, its own name, its media type, and its content.
    pub fn file(
        self,
        name: impl Into<String>,
        file: impl Into<String>,
        content_type: impl Into<String>,
        content: impl Into<Bytes>,
    ) -> Self {
        self.with(Part {
            name: name.into(),
            file: Some(file.into()),
            content_type: Some(content_type.into()),
            content: content.into(),
        })
    }

    fn with(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// Returns the content type of the form and its body.
    ///
    /// # Errors
    /// If the media type of a file cannot be sent.
    pub fn encode(&self) -> Result<(String, Bytes)> {
        let boundary = self.boundary();
        let mut body = BytesMut::new();
        for Part { name, file, content_type, content } in &self.parts {
            body.put_slice(
                format!(
                    "--{boundary}\r\ncontent-disposition: form-data; name=\"{}\"",
                    quoted(name)
                )
                .as_bytes(),
            );
            if let Some(file) = file {
                body.put_slice(format!("; filename=\"{}\"", quoted(file)).as_bytes());
            }
            if let Some(content_type) = content_type {
                if HeaderValue::from_str(content_type).is_err() {
                    return Err(Error::request("the content type cannot be sent as it is"));
                }
                body.put_slice(format!("\r\ncontent-type: {content_type}").as_bytes());
            }
            body.put_slice(b"\r\n\r\n");
            body.put_slice(content);
            body.put_slice(b"\r\n");
        }
        body.put_slice(format!("--{boundary}--\r\n").as_bytes());
        Ok((format!("multipart/form-data; boundary={boundary}"), body.freeze()))
    }

    /// Returns a line that no content has.
    fn boundary(&self) -> String {
        let is_free = |line: &String| {
            let has = |part: &Part| memmem::find(&part.content, line.as_bytes()).is_some();
            !self.parts.iter().any(has)
        };
        let mut candidates = (0_u32..).map(|number| format!("sim-form-{number}"));
        candidates.find(is_free).unwrap_or_default()
    }
}

/// Returns a name inside quotes, as browsers write it.
fn quoted(name: &str) -> String {
    name.replace('\r', "%0D").replace('\n', "%0A").replace('"', "%22")
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.parts.iter().map(|part| &part.name);
        f.debug_list().entries(names).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(form: &Form) -> String {
        let (_, body) = form.encode().expect("a form");
        String::from_utf8_lossy(&body).into_owned()
    }

    // As RFC 7578 writes a form.
    #[test]
    fn a_form_has_each_part_between_its_lines() {
        let form = Form::new().text("a", "1").file("b", "b.txt", "text/plain", "two");
        let (kind, body) = form.encode().expect("a form");
        assert_eq!(kind, "multipart/form-data; boundary=sim-form-0");
        let wanted = "--sim-form-0\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\n1\r\n\
                      --sim-form-0\r\ncontent-disposition: form-data; name=\"b\"; filename=\"b.txt\"\r\n\
                      content-type: text/plain\r\n\r\ntwo\r\n--sim-form-0--\r\n";
        assert_eq!(String::from_utf8_lossy(&body), wanted);
    }

    #[test]
    fn the_boundary_is_in_no_content() {
        let form = Form::new().text("a", "x--sim-form-0\r\n").text("b", "sim-form-1");
        let form = sent(&form);
        assert!(form.starts_with("--sim-form-2\r\n"), "{form}");
        assert!(form.ends_with("\r\n--sim-form-2--\r\n"), "{form}");
    }

    #[test]
    fn a_name_cannot_break_out_of_its_quotes() {
        let form = sent(&Form::new().file("n\"", "a\"\r\nx: y.txt", "text/plain", ""));
        assert!(form.contains("name=\"n%22\"; filename=\"a%22%0D%0Ax: y.txt\"\r\n"), "{form}");
    }

    #[test]
    fn a_content_type_with_a_line_end_is_refused() {
        assert!(Form::new().file("f", "a", "text/plain\r\nx: y", "").encode().is_err());
    }
}
