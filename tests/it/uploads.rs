//! Uploads and downloads over real sockets, over both clients: the content that arrives, and what the server keeps of
//! what failed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sim_mock::{Fault, Faults, Scope, Sim};
use simstudio::bytes::Bytes;
use simstudio::files::{CreateFileUpload, DownloadFile, FileHead, FileUpload, FileUploading};
use simstudio::{CancelToken, ErrorKind, Result, reqwest, ureq};
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
    fn uploading(&self, create: CreateFileUpload, content: &Bytes) -> FileUploading {
        let api = match self {
            Self::Blocking(client) => client.api(),
            Self::Async(client, _) => client.api(),
        };
        create.upload(api, content.clone()).expect("an upload")
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
        self.drive(self.uploading(create(content), content), at_once)
    }

    fn download(&self, file: &str) -> (Result<FileHead>, Vec<u8>) {
        let (call, mut to) = (DownloadFile::new(file, "ws-1"), Vec::new());
        let head = match self {
            Self::Blocking(client) => ureq::download_to(client, call, &mut to),
            Self::Async(client, runtime) => {
                runtime.block_on(reqwest::download_to(client, call, &mut to))
            }
        };
        (head, to)
    }
}

fn create(content: &Bytes) -> CreateFileUpload {
    CreateFileUpload::new("ws-1", "a.bin", "application/octet-stream", content.len() as u64)
}

#[test]
fn content_arrives_as_it_is_whole_or_in_parts_one_after_the_other_or_at_once() {
    let sim = sim();
    for client in both(&sim) {
        for length in [0, 1, PART - 1, PART, PART + 1, 3 * PART, 7 * PART + 5] {
            let content = content(length);
            for at_once in [0, 1, 4] {
                let upload = client.upload(&content, at_once).expect("an upload");
                let file = upload.file.expect("a file");
                assert_eq!(sim.content(file.id.as_str()), Some(content.clone()), "{length}");
                let (head, downloaded) = client.download(file.id.as_str());
                assert_eq!(head.expect("a download").length, Some(length as u64));
                assert_eq!(downloaded, content, "{length}");
            }
        }
    }
    let plane = sim.requests();
    let plane = plane.iter().filter(|request| request.path().starts_with("/api/v2/uploads/"));
    assert!(plane.clone().count() > 30);
    assert!(plane.into_iter().all(|request| request.header("x-api-key").is_none()));
}

#[test]
fn faults_on_the_way_of_the_bytes_are_survived_and_the_content_is_right() {
    let in_parts = [Fault::CloseUnread, Fault::CutHead, Fault::GatewayPage, Fault::Overloaded(0)];
    // The storage has the bytes, and refuses them when they are sent again.
    let as_a_whole = [Fault::CloseAfterRead];
    for (length, at_once, faults) in [(4 * PART, 4, &in_parts[..]), (PART, 0, &as_a_whole)] {
        let sim = sim();
        for client in both(&sim) {
            let content = content(length);
            sim.set_faults(Faults::script(faults.iter().copied()).only(Scope::Bytes));
            let upload = client.upload(&content, at_once).expect("an upload");
            let file = upload.file.expect("a file");
            assert_eq!(sim.content(file.id.as_str()), Some(content.clone()));
            sim.set_faults(Faults::script([Fault::CutBody]).only(Scope::Bytes));
            let (head, downloaded) = client.download(file.id.as_str());
            assert!(head.is_ok() && downloaded == content, "{:?}", head.err());
        }
        assert!(sim.faults().values().sum::<usize>() >= 2 * (faults.len() + 1), "all happened");
        assert!(sim.uploads().iter().all(|upload| upload.status == "completed"));
    }
}

#[test]
fn addresses_that_expire_in_the_middle_are_asked_for_again() {
    for at_once in [0, 3] {
        let sim = Arc::new(sim());
        for client in both(&sim) {
            let (content, server) = (content(6 * PART), Arc::clone(&sim));
            let expired = AtomicU64::new(0);
            let upload =
                client.uploading(create(&content), &content).on_progress(move |done, _| {
                    if done > 2 * PART as u64 && expired.fetch_add(1, Ordering::Relaxed) == 0 {
                        server.expire_addresses();
                    }
                });
            let file = client.drive(upload, at_once).expect("an upload").file.expect("a file");
            assert_eq!(sim.content(file.id.as_str()), Some(content));
        }
        let asked = sim.requests().iter().filter(|r| r.path().ends_with("/parts")).count();
        assert!(asked >= 4, "each upload asked twice: {asked}");
    }
}

#[test]
fn an_upload_that_is_cancelled_in_the_middle_is_given_up_on_the_server() {
    for at_once in [0, 3] {
        let sim = sim();
        for client in both(&sim) {
            let (content, token) = (content(6 * PART), CancelToken::new());
            let cancel = token.clone();
            let upload = client.uploading(create(&content).cancel(&token), &content);
            let upload = upload.on_progress(move |done, _| {
                if done > PART as u64 {
                    cancel.cancel();
                }
            });
            assert!(client.drive(upload, at_once).expect_err("cancelled").is_cancelled());
        }
        let ended: Vec<_> = sim.uploads().into_iter().map(|upload| upload.status).collect();
        assert_eq!(ended, ["aborted", "aborted"]);
        assert!(sim.files().is_empty());
    }
}

#[test]
fn a_deadline_ends_an_upload_to_storage_that_is_silent() {
    for at_once in [0, 3] {
        let sim = sim();
        for client in both(&sim) {
            let content = content(2 * PART);
            sim.set_faults(Faults::seeded(1).share(1.0).among([Fault::Stall]).only(Scope::Bytes));
            let create = create(&content).deadline(Duration::from_millis(300));
            let error = client.drive(client.uploading(create, &content), at_once);
            assert!(error.expect_err("it is silent").is_timeout());
        }
        assert!(sim.uploads().iter().all(|upload| upload.status == "aborted"));
    }
}

#[test]
fn a_file_whose_bytes_are_gone_is_an_error_and_no_empty_file() {
    let sim = sim();
    let file = sim.add_file("a.txt", "hello");
    sim.lose_content(&file);
    for client in both(&sim) {
        let (head, downloaded) = client.download(&file);
        assert_eq!(head.expect_err("the bytes are gone").kind(), &ErrorKind::Closed);
        assert!(downloaded.is_empty());
    }
}
