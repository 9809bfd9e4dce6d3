//! One recorded exchange.

use std::path::Path;

use serde_json::{Value, json};
use simstudio::Generation;

/// A request that a client sent, and what a server answered.
pub(crate) struct Record {
    pub(crate) name: String,
    request: Value,
    response: Value,
}

impl Record {
    /// Reads the records of a folder with chosen names, in order.
    pub(crate) fn all(folder: &Path, chosen: impl Fn(&str) -> bool) -> Vec<Self> {
        let files = std::fs::read_dir(folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let paths: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
        let named = paths.iter().filter_map(|path| Some((path.file_stem()?.to_str()?, path)));
        let json = named
            .filter(|(name, path)| chosen(name) && path.extension().is_some_and(|e| e == "json"));
        let mut records: Vec<_> = json.map(|(name, path)| Self::read(name, path)).collect();
        records.sort_by(|a, b| a.name.cmp(&b.name));
        records
    }

    fn read(name: &str, path: &Path) -> Self {
        let text = std::fs::read(path).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut record: Value =
            serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        Self {
            name: name.to_owned(),
            request: record["request"].take(),
            response: record["response"].take(),
        }
    }

    pub(crate) fn method(&self) -> &str {
        self.request["method"].as_str().unwrap_or_default()
    }

    pub(crate) fn target(&self) -> &str {
        self.request["target"].as_str().unwrap_or_default()
    }

    /// Returns the path and the query, as they were sent.
    pub(crate) fn path_and_query(&self) -> (&str, &str) {
        self.target().split_once('?').unwrap_or((self.target(), ""))
    }

    /// Returns the generation of the request.
    pub(crate) fn generation(&self) -> Generation {
        if self.target().starts_with("/api/v2/") { Generation::V2 } else { Generation::V1 }
    }

    /// Returns the run id that was sent, or `None` without one.
    pub(crate) fn sent_id(&self) -> Option<&str> {
        self.sent_header("x-run-id").or_else(|| self.sent_header("x-execution-id"))
    }

    /// Returns the protocol for events that was sent, or `None` without one.
    pub(crate) fn sent_protocol(&self) -> Option<&str> {
        self.sent_header("x-sim-stream-protocol")
    }

    pub(crate) fn sent_header(&self, name: &str) -> Option<&str> {
        header(&self.request, name)
    }

    /// Returns the body that was sent, if it is JSON.
    pub(crate) fn sent(&self) -> Option<Value> {
        serde_json::from_str(self.request["body"].as_str()?).ok()
    }

    pub(crate) fn status(&self) -> u16 {
        self.response["status"]
            .as_u64()
            .and_then(|status| status.try_into().ok())
            .unwrap_or_default()
    }

    pub(crate) fn answer(&self) -> &str {
        self.response["body"].as_str().unwrap_or_default()
    }

    /// Returns the JSON of the answer. For an answer in lines it is the value of the last line.
    pub(crate) fn answered(&self) -> Option<Value> {
        if !header(&self.response, "content-type")?.starts_with("application/x-ndjson") {
            return serde_json::from_str(self.answer()).ok();
        }
        let last: Value = serde_json::from_str(self.answer().trim_end().lines().last()?).ok()?;
        last.get("data").map(|data| json!({ "data": data }))
    }

    /// Returns whether the answer is the stream of a run from its start.
    pub(crate) fn is_streamed_run(&self) -> bool {
        self.is_stream() && self.path_and_query().0.ends_with("/execute")
    }

    /// Returns whether the answer is a stream.
    pub(crate) fn is_stream(&self) -> bool {
        header(&self.response, "content-type")
            .is_some_and(|kind| kind.starts_with("text/event-stream"))
    }

    /// Returns the answer in the pieces in which it arrived. There are none if its bytes were not kept.
    pub(crate) fn chunks(&self) -> Vec<&[u8]> {
        let mut rest = self.answer().as_bytes();
        if rest.is_empty() {
            return Vec::new();
        }
        let sizes = self.response["chunk_sizes"].as_array().into_iter().flatten();
        let mut chunks = Vec::new();
        for size in sizes {
            let size = size.as_u64().and_then(|size| size.try_into().ok()).expect("a size");
            let (chunk, after) = rest.split_at_checked(size).expect("no more than the whole");
            chunks.push(chunk);
            rest = after;
        }
        assert!(rest.is_empty(), "{}: the chunks are the whole", self.name);
        chunks
    }

    /// Returns the headers of the answer, except those that a server sets for its own connection.
    pub(crate) fn headers(&self) -> Vec<(&str, &str)> {
        const OWN: [&str; 5] =
            ["connection", "content-length", "date", "keep-alive", "transfer-encoding"];
        pairs(&self.response).filter(|(name, _)| !OWN.contains(name)).collect()
    }
}

fn pairs(side: &Value) -> impl Iterator<Item = (&str, &str)> {
    let pairs = side["headers"].as_array().into_iter().flatten();
    pairs.filter_map(|pair| Some((pair[0].as_str()?, pair[1].as_str()?)))
}

fn header<'a>(side: &'a Value, name: &str) -> Option<&'a str> {
    pairs(side).find(|(n, _)| *n == name).map(|(_, value)| value)
}
