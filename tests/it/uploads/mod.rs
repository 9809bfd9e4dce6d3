//! Uploads and downloads over real sockets, over both clients. The expected bytes are those of the file.

mod faults;
mod odd_content;

use std::io::Write;

use sim_mock::Sim;
use simstudio::bytes::Bytes;
use simstudio::files::{CreateFileUpload, DownloadFile, FileHead, FileUpload, FileUploading};
use simstudio::transport::Source;
use simstudio::{Result, reqwest, ureq};
use tokio::runtime::Runtime;

/// The size of a part of these servers, in bytes.
const PART: usize = 100_000;

fn sim() -> Sim {
    Sim::builder().workspace("ws-1").part_size(PART as u64).start().expect("a port")
}

#[allow(clippy::cast_possible_truncation)]
fn content(length: usize) -> Bytes {
    (0..length).map(|place| (place % 251) as u8).collect()
}

/// The two clients, and how each drives the same things.
enum Client {
    Blocking(ureq::Client),
    Async(reqwest::Client, Runtime),
}

fn both(sim: &Sim) -> [Client; 2] {
    let blocking = ureq::Client::builder().base_url(sim.url()).api_key(sim.key());
    let on_tokio = reqwest::Client::builder().base_url(sim.url()).api_key(sim.key());
    [
        Client::Blocking(blocking.build().expect("a client")),
        Client::Async(on_tokio.build().expect("a client"), Runtime::new().expect("a runtime")),
    ]
}

impl Client {
    fn uploading(&self, create: CreateFileUpload, content: impl Source) -> Result<FileUploading> {
        let api = match self {
            Self::Blocking(client) => client.api(),
            Self::Async(client, _) => client.api(),
        };
        create.upload(api, content)
    }

    /// Drives an upload, with so many parts at once; 0 drives it as one exchange.
    fn drive(&self, upload: FileUploading, at_once: usize) -> Result<FileUpload> {
        match (self, at_once) {
            (Self::Blocking(client), 0) => client.drive(upload),
            (Self::Blocking(client), _) => ureq::drive_parallel(client, upload.parallel(at_once)),
            (Self::Async(client, runtime), 0) => runtime.block_on(client.drive(upload)),
            (Self::Async(client, runtime), _) => {
                runtime.block_on(reqwest::drive_parallel(client, upload.parallel(at_once)))
            }
        }
    }

    fn upload(&self, content: &Bytes, at_once: usize) -> Result<FileUpload> {
        self.drive(self.uploading(create(content.len()), content.clone())?, at_once)
    }

    fn download(&self, file: &str) -> (Result<FileHead>, Vec<u8>) {
        let mut to = Vec::new();
        (self.download_to(file, &mut to), to)
    }

    fn download_to(&self, file: &str, to: impl Write) -> Result<FileHead> {
        let call = DownloadFile::new(file, "ws-1");
        match self {
            Self::Blocking(client) => ureq::download_to(client, call, to),
            Self::Async(client, runtime) => {
                runtime.block_on(reqwest::download_to(client, call, to))
            }
        }
    }
}

fn create(length: usize) -> CreateFileUpload {
    CreateFileUpload::new("ws-1", "a.bin", "application/octet-stream", length as u64)
}
