//! The upload and the download as a careful programmer writes them without an SDK: parts that are read while they are
//! sent, a check of each status, and pieces that go to a writer. A digest of what was written is kept, because a download
//! that is cut begins anew, and the file may have changed: without one there is nothing to compare with.

use std::fs::File;
use std::hash::Hasher as _;
use std::io::{Read as _, Seek as _, SeekFrom, Write};
use std::path::Path;

use futures_util::TryStreamExt as _;
use http_body::Frame;
use http_body_util::StreamBody;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio_util::codec::{BytesCodec, FramedRead};
use twox_hash::XxHash3_64;

use super::{PART, PIECE, SIZE};
use crate::calls::{KEY, Outcome};

const UPLOADS: &str = "/api/v2/files/uploads";

fn parts() -> u64 {
    SIZE.div_ceil(PART)
}

fn wanted() -> Value {
    json!({
        "workspaceId": "ws-1", "name": "a.bin", "contentType": "application/x", "size": SIZE,
    })
}

/// Returns the address of a part.
fn address(parts: &Value, at: u64) -> Outcome<&str> {
    let at = usize::try_from(at)?;
    parts["data"]["parts"][at]["url"].as_str().ok_or_else(|| "no address".into())
}

fn checked(status: http::StatusCode) -> Outcome {
    if status.is_success() { Ok(()) } else { Err(format!("the server answered {status}").into()) }
}

/// The hand-written transfers on ureq.
#[derive(Debug, Clone)]
pub struct Blocking {
    agent: ureq::Agent,
    base: String,
}

impl Blocking {
    /// Creates the client of a server at `base`.
    pub fn new(base: &str) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        Self { agent: config.build().into(), base: base.to_owned() }
    }

    fn json(&self, path: &str, body: &Value) -> Outcome<Value> {
        let request = self.agent.post(format!("{}{UPLOADS}{path}", self.base));
        let request = request.header("x-api-key", KEY).header("upload-token", "t");
        let mut answer = request.content_type("application/json").send(&body.to_string()[..])?;
        checked(answer.status())?;
        Ok(serde_json::from_slice(&answer.body_mut().read_to_vec()?)?)
    }

    /// Uploads a file in parts.
    ///
    /// # Errors
    /// If a request fails, or the file cannot be read.
    pub fn upload(&self, from: &Path) -> Outcome {
        let mut file = File::open(from)?;
        self.json("", &wanted())?;
        let numbers: Vec<u64> = (1..=parts()).collect();
        let urls = self.json("/up-1/parts?workspaceId=ws-1", &json!({ "partNumbers": numbers }))?;
        for at in 0..parts() {
            file.seek(SeekFrom::Start(at * PART))?;
            let part = ureq::SendBody::from_owned_reader(file.try_clone()?.take(PART));
            let request = self.agent.put(address(&urls, at)?).header("content-length", PART);
            checked(request.send(part)?.status())?;
        }
        self.json("/up-1/complete?workspaceId=ws-1", &json!({})).map(drop)
    }

    /// Downloads a file to a writer. Returns the digest of what was written.
    ///
    /// # Errors
    /// If the request fails, or the writer does.
    pub fn download(&self, mut to: impl Write) -> Outcome<u64> {
        let url = format!("{}/api/v2/files/file-1?workspaceId=ws-1", self.base);
        let answer = self.agent.get(url).header("x-api-key", KEY).call()?;
        checked(answer.status())?;
        let mut body = answer.into_body().into_reader();
        let (mut digest, mut piece) = (XxHash3_64::new(), vec![0; PIECE]);
        loop {
            match body.read(&mut piece)? {
                0 => return Ok(digest.finish()),
                read => {
                    digest.write(&piece[..read]);
                    to.write_all(&piece[..read])?;
                }
            }
        }
    }
}

/// The hand-written transfers on reqwest.
#[derive(Debug, Clone)]
pub struct Async {
    client: reqwest::Client,
    base: String,
}

impl Async {
    /// Creates the client of a server at `base`.
    ///
    /// # Errors
    /// If the client cannot be built.
    pub fn new(base: &str) -> Outcome<Self> {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Ok(Self { client: client.build()?, base: base.to_owned() })
    }

    async fn json(&self, path: &str, body: &Value) -> Outcome<Value> {
        let request = self.client.post(format!("{}{UPLOADS}{path}", self.base));
        let request = request.header("x-api-key", KEY).header("upload-token", "t");
        let request = request.header("content-type", "application/json").body(body.to_string());
        let answer = request.send().await?;
        checked(answer.status())?;
        Ok(serde_json::from_slice(&answer.bytes().await?)?)
    }

    /// Uploads a file in parts.
    ///
    /// # Errors
    /// If a request fails, or the file cannot be read.
    pub async fn upload(&self, from: &Path) -> Outcome {
        self.json("", &wanted()).await?;
        let numbers: Vec<u64> = (1..=parts()).collect();
        let asked = json!({ "partNumbers": numbers });
        let urls = self.json("/up-1/parts?workspaceId=ws-1", &asked).await?;
        for at in 0..parts() {
            let mut file = tokio::fs::File::open(from).await?;
            file.seek(SeekFrom::Start(at * PART)).await?;
            let pieces = FramedRead::with_capacity(file.take(PART), BytesCodec::new(), PIECE);
            let body = StreamBody::new(pieces.map_ok(|piece| Frame::data(piece.freeze())));
            let request = self.client.put(address(&urls, at)?).header("content-length", PART);
            checked(request.body(reqwest::Body::wrap(body)).send().await?.status())?;
        }
        self.json("/up-1/complete?workspaceId=ws-1", &json!({})).await.map(drop)
    }

    /// Downloads a file to a writer. Returns the digest of what was written.
    ///
    /// # Errors
    /// If the request fails, or the writer does.
    pub async fn download(&self, mut to: impl Write + Send) -> Outcome<u64> {
        let url = format!("{}/api/v2/files/file-1?workspaceId=ws-1", self.base);
        let mut answer = self.client.get(url).header("x-api-key", KEY).send().await?;
        checked(answer.status())?;
        let mut digest = XxHash3_64::new();
        while let Some(piece) = answer.chunk().await? {
            digest.write(&piece);
            to.write_all(&piece)?;
        }
        Ok(digest.finish())
    }
}
