//! A form with a file, as `multipart/form-data` sends it.

use crate::wire::v2::problem::Problem;

/// The file in a form.
#[derive(Debug)]
pub(super) struct FormFile {
    pub(super) name: String,
    pub(super) content_type: String,
    pub(super) content: Vec<u8>,
}

/// Returns the file of a form, under the name `file`.
pub(super) fn file(content_type: &str, body: &[u8]) -> Result<FormFile, Problem> {
    let boundary = content_type.split("boundary=").nth(1);
    let boundary = boundary.filter(|_| content_type.starts_with("multipart/form-data"));
    let Some(boundary) = boundary else {
        return Err(Problem::bad_request("Request body must be valid multipart form data"));
    };
    let mark = format!("--{}", boundary.split(';').next().unwrap_or_default().trim_matches('"'));
    let parts = split(body, mark.as_bytes());
    let file = parts.into_iter().find_map(of_part);
    file.ok_or_else(|| Problem::bad_request("file form field is required"))
}

/// Splits bytes at a mark.
fn split<'b>(mut bytes: &'b [u8], mark: &[u8]) -> Vec<&'b [u8]> {
    let mut parts = Vec::new();
    while let Some(at) = find(bytes, mark) {
        parts.push(&bytes[..at]);
        bytes = &bytes[at + mark.len()..];
    }
    parts.push(bytes);
    parts
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn of_part(part: &[u8]) -> Option<FormFile> {
    let at = find(part, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&part[..at]);
    let content = part[at + 4..].strip_suffix(b"\r\n")?;
    let value = |key: &str| {
        let value = head.split(&format!("{key}=\"")).nth(1)?;
        Some(value.split('"').next()?.to_owned())
    };
    if value(" name")? != "file" {
        return None;
    }
    let kind = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-type").then(|| value.trim().to_owned())
    });
    let name = value("filename")?;
    Some(FormFile { name, content_type: kind.unwrap_or_default(), content: content.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::file;

    #[test]
    fn the_file_of_a_form_is_found_by_its_name() {
        let body = b"--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n\
                     --X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.txt\"\r\n\
                     Content-Type: text/plain\r\n\r\nline\r\n\r\nend\r\n--X--\r\n";
        let found = file("multipart/form-data; boundary=X", body).expect("a file");
        assert_eq!((found.name.as_str(), found.content_type.as_str()), ("f.txt", "text/plain"));
        assert_eq!(found.content, b"line\r\n\r\nend");
        assert!(file("application/json", body).is_err());
    }
}
