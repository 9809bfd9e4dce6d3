//! One recorded exchange.

use std::collections::BTreeSet;
use std::path::Path;

use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;
use sim_platform::wire::Wire;

use super::compare::same;

/// A request that a client sent, and what a server answered.
pub(crate) struct Record {
    pub(crate) name: String,
    request: Value,
    response: Value,
}

/// The folders of recordings of resources, and how those begin there. Others are of runs alone.
const OF_RESOURCES: [(&str, &str); 5] = [
    ("recordings", "v2-"),
    ("recordings-2", "v2-"),
    ("recordings-2", "burn-nodep-deploy"),
    ("recordings-2", "hook-setup-"),
    ("recordings-2", "hook-redeploy-"),
];

impl Record {
    /// The records of resources, or `None` where there are none.
    pub(crate) fn of_resources() -> Option<Vec<Self>> {
        let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
        if !shared.join("recordings").is_dir() || !shared.join("recordings-2").is_dir() {
            eprintln!("skipped: the recordings are not here");
            return None;
        }
        let all = |(folder, start)| Self::all(&shared.join(folder), start);
        Some(OF_RESOURCES.into_iter().flat_map(all).collect())
    }

    /// The records of a folder that begin so and were answered, in order.
    fn all(folder: &Path, start: &str) -> Vec<Self> {
        let Ok(files) = std::fs::read_dir(folder) else { return Vec::new() };
        let paths = files.map(|file| file.expect("a file").path());
        let mut records: Vec<_> = paths
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .filter(|path| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(start)))
            .map(|path| Self::read(&path))
            .filter(|record| record.response["status"].is_u64())
            .collect();
        records.sort_by(|a, b| a.name.cmp(&b.name));
        records
    }

    fn read(path: &Path) -> Self {
        let text =
            std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut record: Value = serde_json::from_slice(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Self { name, request: record["request"].take(), response: record["response"].take() }
    }

    pub(crate) fn method(&self) -> &str {
        self.request["method"].as_str().unwrap_or_default()
    }

    fn target(&self) -> &str {
        self.request["target"].as_str().unwrap_or_default()
    }

    pub(crate) fn path(&self) -> &str {
        self.target().split('?').next().unwrap_or_default()
    }

    pub(crate) fn status(&self) -> StatusCode {
        let status = self.response["status"].as_u64().and_then(|status| status.try_into().ok());
        status.and_then(|status: u16| StatusCode::from_u16(status).ok()).expect("a status")
    }

    pub(crate) fn is_success(&self) -> bool {
        self.status().is_success()
    }

    pub(crate) fn wire(&self) -> Wire {
        Wire::new(self.target(), headers(&self.request), bytes(&self.request))
    }

    /// The headers of the answer, except those that a server sets for its own connection.
    pub(crate) fn headers(&self) -> Vec<(&str, &str)> {
        const OWN: [&str; 5] =
            ["connection", "content-length", "date", "keep-alive", "transfer-encoding"];
        headers(&self.response).filter(|(name, _)| !OWN.contains(&&*name.to_lowercase())).collect()
    }

    pub(crate) fn response(&self) -> http::Response<Bytes> {
        let mut response = http::Response::builder().status(self.status());
        for (name, value) in headers(&self.response) {
            response = response.header(name, value);
        }
        response.body(self.answer().into()).expect("a response")
    }

    /// The bytes that were sent.
    pub(crate) fn sent(&self) -> Bytes {
        bytes(&self.request).into()
    }

    pub(crate) fn answer(&self) -> Vec<u8> {
        bytes(&self.response)
    }

    pub(crate) fn answered(&self) -> Value {
        serde_json::from_slice(&self.answer()).unwrap_or_default()
    }

    /// What must not be shown of the request and the answer.
    pub(crate) fn secrets(&self) -> BTreeSet<String> {
        let mut secrets = BTreeSet::new();
        secrets.extend(self.wire().headers.remove("upload-token"));
        // A fault of the request is shown as it was sent.
        if self.is_success() {
            add_secrets(&self.wire().body.unwrap_or_default(), &mut secrets);
        }
        add_secrets(&self.answered(), &mut secrets);
        // A short one may be a part of something else.
        secrets.retain(|secret| secret.len() >= 8);
        secrets
    }

    /// Whether a request says the same: clients differ in what they encode, and in the order of things.
    pub(crate) fn is_what(&self, sent: &http::Request<Bytes>) -> bool {
        let headers = sent.headers().iter();
        let headers =
            headers.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        let target = sent.uri().path_and_query().expect("a target").as_str();
        let (ours, theirs) = (Wire::new(target, headers, sent.body().clone()), self.wire());
        let own = |wire: &Wire| wire.headers.get("upload-token").cloned();
        let form = theirs.headers.get("content-type").is_some_and(|t| t.starts_with("multipart/"));
        let bodies = match (&ours.body, &theirs.body) {
            _ if form => parts(&ours) == parts(&theirs),
            (Some(ours), Some(theirs)) => same(ours, theirs),
            (None, None) => ours.bytes == theirs.bytes,
            _ => false,
        };
        sent.method() == self.method()
            && ours.path == theirs.path
            && ours.query.keys().eq(theirs.query.keys())
            && ours.query.values().zip(theirs.query.values()).all(|(a, b)| a == b || is_json(a, b))
            && own(&ours) == own(&theirs)
            && bodies
    }
}

/// Adds the values of fields that hold secrets, and what in addresses gives access.
fn add_secrets(json: &Value, secrets: &mut BTreeSet<String>) {
    const SECRET: [&str; 7] = [
        "uploadToken",
        "upload-token",
        "password",
        "apiKey",
        "credentials",
        "oauthClientSecret",
        "token",
    ];
    match json {
        Value::Object(fields) => {
            for (name, value) in fields {
                let text = value.as_str().unwrap_or_default();
                let address = text.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
                let is_value = name == "value" && fields.contains_key("scope");
                match address {
                    _ if SECRET.contains(&&**name) || is_value => {
                        secrets.extend(value.as_str().map(str::to_owned));
                    }
                    Some((_, path)) if fields.contains_key("expiresAt") => {
                        secrets.insert(path.to_owned());
                    }
                    _ if name == "headers" => {
                        let values = value.as_object().into_iter().flatten();
                        let named = values.filter(|(name, _)| *name != "Content-Type");
                        secrets.extend(
                            named.filter_map(|(_, value)| value.as_str().map(str::to_owned)),
                        );
                    }
                    _ => add_secrets(value, secrets),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| add_secrets(value, secrets)),
        _ => {}
    }
}

/// Whether two texts are the same JSON.
fn is_json(one: &str, other: &str) -> bool {
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    read(one).is_some_and(|one| read(other).is_some_and(|other| same(&one, &other)))
}

/// The lines of the heads of a form's parts, and what is between them.
fn parts(wire: &Wire) -> Option<(BTreeSet<String>, String)> {
    let boundary = wire.headers.get("content-type")?.split_once("boundary=")?.1.trim_matches('"');
    let form = String::from_utf8_lossy(&wire.bytes).replace(boundary, "BOUNDARY");
    let (head, rest) = form.split_once("\r\n\r\n")?;
    let lines = head.lines().map(|line| match line.split_once(": ") {
        Some((name, value)) => format!("{}: {value}", name.to_lowercase()),
        None => line.to_owned(),
    });
    Some((lines.collect(), rest.to_owned()))
}

fn headers(side: &Value) -> impl Iterator<Item = (&str, &str)> {
    let pairs = side["headers"].as_array().into_iter().flatten();
    pairs.filter_map(|pair| Some((pair[0].as_str()?, pair[1].as_str()?)))
}

fn bytes(side: &Value) -> Vec<u8> {
    match (side["body"].as_str(), side["body_base64"].as_str()) {
        (Some(text), _) => text.as_bytes().to_vec(),
        (None, Some(encoded)) => unbase64(encoded),
        (None, None) => Vec::new(),
    }
}

fn unbase64(encoded: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0_u32);
    for letter in encoded.bytes().take_while(|letter| *letter != b'=') {
        let value = LETTERS.iter().position(|l| *l == letter).expect("Base64");
        bits = (bits << 6) | u32::try_from(value).expect("six bits");
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held).to_le_bytes()[0]);
        }
    }
    bytes
}
