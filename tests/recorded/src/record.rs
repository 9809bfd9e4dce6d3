//! One recorded exchange.

use std::path::Path;

use percent_encoding::percent_decode_str;
use serde_json::Value;

/// A request that a client sent, and what a server answered.
#[derive(Debug, Clone)]
pub struct Record {
    /// The name of the file, without its end.
    pub name: String,
    request: Value,
    /// The status of the answer.
    pub status: u16,
    /// The headers of the answer, except those of its own connection.
    pub headers: Vec<(String, String)>,
    /// The body of the answer.
    pub body: String,
}

impl Record {
    /// Reads the records of a folder with chosen names, in order.
    ///
    /// # Panics
    /// If the folder cannot be read.
    #[must_use]
    pub fn all(folder: &Path, chosen: impl Fn(&str) -> bool) -> Vec<Self> {
        let files = std::fs::read_dir(folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let paths: Vec<_> = files.filter_map(|file| Some(file.ok()?.path())).collect();
        let json = paths.iter().filter(|path| path.extension().is_some_and(|end| end == "json"));
        let named = json.filter_map(|path| Some((path.file_stem()?.to_str()?, path)));
        let chosen = named.filter(|(name, _)| chosen(name));
        let mut records: Vec<_> =
            chosen.filter_map(|(name, path)| Self::read(name, path)).collect();
        records.sort_by(|a, b| a.name.cmp(&b.name));
        records
    }

    fn read(name: &str, path: &Path) -> Option<Self> {
        let text = std::fs::read(path).ok()?;
        let mut record: Value = serde_json::from_slice(&text).ok()?;
        let response = record["response"].take();
        let headers = pairs(&response).filter(|(name, _)| !OWN.contains(name));
        Some(Self {
            name: name.to_owned(),
            request: record["request"].take(),
            status: u16::try_from(response["status"].as_u64()?).ok()?,
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            body: response["body"].as_str().unwrap_or_default().to_owned(),
        })
    }

    /// Returns the method of the request.
    #[must_use]
    pub fn method(&self) -> &str {
        self.request["method"].as_str().unwrap_or_default()
    }

    /// Returns the parts of the path of the request, decoded.
    #[must_use]
    pub fn path(&self) -> Vec<String> {
        let path = self.target().split('?').next().unwrap_or_default();
        path.trim_start_matches('/').split('/').map(decoded).collect()
    }

    /// Returns a parameter of the query, or `None` if it is not there.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        let (_, query) = self.target().split_once('?')?;
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| decoded(value))
    }

    /// Returns the path and the query of the request, as they were sent.
    #[must_use]
    pub fn target(&self) -> &str {
        self.request["target"].as_str().unwrap_or_default()
    }

    /// Returns a header of the request, or `None` if it was not sent.
    #[must_use]
    pub fn sent_header(&self, name: &str) -> Option<&str> {
        pairs(&self.request).find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// Returns the headers of the request.
    pub fn sent_headers(&self) -> impl Iterator<Item = (&str, &str)> {
        pairs(&self.request)
    }

    /// Returns the body of the request; empty if it is no text.
    #[must_use]
    pub fn sent_body(&self) -> &str {
        self.request["body"].as_str().unwrap_or_default()
    }

    /// Returns the body of the request as JSON; `null` if it is none.
    #[must_use]
    pub fn sent(&self) -> Value {
        serde_json::from_str(self.sent_body()).unwrap_or_default()
    }

    /// Returns a header of the answer, or `None` if it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| &**value)
    }

    /// Returns whether the answer is a stream of events.
    #[must_use]
    pub fn is_stream(&self) -> bool {
        let kind = self.header("content-type").unwrap_or_default();
        self.status == 200 && kind.starts_with("text/event-stream")
    }
}

/// The headers that a server sets for its own connection.
const OWN: [&str; 4] = ["connection", "content-length", "keep-alive", "transfer-encoding"];

fn pairs(side: &Value) -> impl Iterator<Item = (&str, &str)> {
    let pairs = side["headers"].as_array().into_iter().flatten();
    pairs.filter_map(|pair| Some((pair[0].as_str()?, pair[1].as_str()?)))
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
