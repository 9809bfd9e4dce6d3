//! The kinds of files that become documents.

use http::StatusCode;

use crate::wire::v2::problem::Problem;

/// The endings, with their types. The first one is what a file without a type gets.
const KINDS: [(&str, &[&str]); 16] = [
    ("pdf", &["application/pdf", "application/x-pdf"]),
    ("csv", &["text/csv", "application/csv"]),
    ("doc", &["application/msword"]),
    ("docx", &["application/vnd.openxmlformats-officedocument.wordprocessingml.document"]),
    ("txt", &["text/plain"]),
    ("md", &["text/markdown", "text/x-markdown", "text/plain"]),
    ("xlsx", &["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"]),
    ("xls", &["application/vnd.ms-excel"]),
    ("ppt", &["application/vnd.ms-powerpoint"]),
    ("pptx", &["application/vnd.openxmlformats-officedocument.presentationml.presentation"]),
    ("html", &["text/html"]),
    ("htm", &["text/html"]),
    ("json", &["application/json"]),
    ("jsonl", &["application/jsonl", "application/x-ndjson"]),
    ("yaml", &["text/yaml", "application/yaml", "application/x-yaml"]),
    ("yml", &["text/yaml", "application/yaml", "application/x-yaml"]),
];

/// Returns the type of a document, or the refusal of a file that cannot be one.
pub(super) fn check(name: &str, declared: &str) -> Result<String, Problem> {
    let refuse = |message| Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message);
    let all: Vec<&str> = KINDS.iter().map(|(ending, _)| *ending).collect();
    let supported = format!("Supported types are: {}", all.join(", "));
    let Some((_, ending)) = name.rsplit_once('.') else {
        return Err(refuse(format!("Unsupported file type for \"{name}\". {supported}")));
    };
    let ending = ending.to_lowercase();
    let Some((_, types)) = KINDS.iter().find(|(known, _)| *known == ending) else {
        return Err(refuse(format!("Unsupported file type: {ending}. {supported}")));
    };
    let plain = declared.split(';').next().unwrap_or_default().trim();
    let says_nothing = plain.is_empty() || plain == "application/octet-stream";
    if !says_nothing && !types.contains(&plain) {
        return Err(refuse(format!(
            "MIME type {plain} does not match file extension {ending}. Expected: {}",
            types.join(", ")
        )));
    }
    Ok(if says_nothing { types[0] } else { plain }.to_owned())
}
