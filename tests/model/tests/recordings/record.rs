//! One recorded exchange.

use std::path::Path;

use serde_json::Value;

/// An exchange.
pub(crate) struct Record {
    /// The name of the file.
    pub(crate) name: String,
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) status: u16,
    pub(crate) answer: String,
}

impl Record {
    /// Reads all exchanges of a folder.
    pub(crate) fn all(folder: &Path) -> Vec<Self> {
        let entries = std::fs::read_dir(folder).expect("a folder");
        let files = entries.map(|entry| entry.expect("an entry").path());
        let mut files: Vec<_> =
            files.filter(|file| file.extension().is_some_and(|it| it == "json")).collect();
        files.sort();
        files.iter().filter_map(|file| Self::read(file)).collect()
    }

    fn read(file: &Path) -> Option<Self> {
        let name = file.file_stem()?.to_str()?.to_owned();
        let text = std::fs::read_to_string(file).ok()?;
        let json: Value = serde_json::from_str(&text).ok()?;
        let (request, answer) = (&json["request"], &json["response"]);
        let headers = request["headers"].as_array()?.iter().filter_map(|pair| {
            Some((pair[0].as_str()?.to_lowercase(), pair[1].as_str()?.to_owned()))
        });
        Some(Self {
            name,
            method: request["method"].as_str()?.to_owned(),
            target: request["target"].as_str()?.to_owned(),
            headers: headers.collect(),
            body: request["body"].as_str().unwrap_or_default().to_owned(),
            status: u16::try_from(answer["status"].as_u64()?).ok()?,
            answer: answer["body"].as_str().unwrap_or_default().to_owned(),
        })
    }

    /// Returns the value of a header of the request, or `None` if it was not sent.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// Returns whether the request starts a run.
    pub(crate) fn starts(&self) -> bool {
        self.method == "POST" && self.target.ends_with("/execute")
    }
}
