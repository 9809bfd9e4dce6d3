//! The program that the soak of files starts and kills: this test binary, started once more. It uploads content that is
//! made while it is read, downloads the file, and compares what came with what went.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use sha2::{Digest as _, Sha256};
use simstudio::bytes::Bytes;
use simstudio::files::{CreateFileUpload, DownloadFile, FileUpload, FileUploading, ListFiles};
use simstudio::transport::Source;
use simstudio::{Result, UploadSession, reqwest, ureq};
use tokio::runtime::Runtime;

use crate::memory;
use crate::scale::number;

/// How many parts go at once.
const AT_ONCE: usize = 4;
/// How many uploads, and how many downloads, may end with an error before the program gives up.
const PASSES: usize = 10;
pub(crate) const WORKSPACE: &str = "ws-soak";

/// Content that looks random, made where it is read.
#[derive(Debug)]
pub(crate) struct Made(pub(crate) u64);

impl Source for Made {
    fn len(&self) -> u64 {
        self.0
    }

    fn read(&self, offset: u64, length: usize) -> io::Result<Bytes> {
        let first = offset / 8;
        let skipped = usize::try_from(offset % 8).expect("it is less than 8");
        let words = (skipped + length).div_ceil(8);
        let mut bytes = Vec::with_capacity(words * 8);
        for word in (first..).take(words) {
            bytes.extend_from_slice(&mixed(word).to_le_bytes());
        }
        Ok(Bytes::from(bytes).slice(skipped..skipped + length))
    }
}

/// Splitmix64 at this place.
fn mixed(place: u64) -> u64 {
    let mut bits = place.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// Returns the hash of the content.
pub(crate) fn hash_of(size: u64) -> String {
    let (mut hash, mut offset) = (Sha256::new(), 0);
    while offset < size {
        let length = usize::try_from((size - offset).min(65_536)).expect("it is small");
        hash.update(Made(size).read(offset, length).expect("it is made"));
        offset += length as u64;
    }
    text(hash)
}

pub(crate) fn text(hash: Sha256) -> String {
    format!("{:02x?}", &hash.finalize()[..])
}

/// A writer that keeps the hash of what it gets, and nothing else.
struct Hashing(Sha256);

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The work of a program: its folder, its size, its server, its transport.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    pub(crate) folder: PathBuf,
    pub(crate) size: u64,
    pub(crate) url: String,
    pub(crate) key: String,
    pub(crate) transport: &'static str,
}

impl Work {
    /// Starts the program.
    pub(crate) fn start(&self) -> Child {
        let program = std::env::current_exe().expect("this program has a path");
        Command::new(program)
            .args(["file_program::file_of_the_environment", "--exact", "--nocapture"])
            .env("SIM_SOAK_FOLDER_OF_FILES", &self.folder)
            .env("SIM_SOAK_SIZE", self.size.to_string())
            .env("SIM_SOAK_URL", &self.url)
            .env("SIM_SOAK_KEY", &self.key)
            .env("SIM_SOAK_TRANSPORT", self.transport)
            .env_remove("SIM_SOAK_SUMMARY")
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the program starts")
    }

    fn of_environment() -> Option<Self> {
        let variable = |name: &str| std::env::var(name).ok();
        let is_async = variable("SIM_SOAK_TRANSPORT")? == "reqwest";
        Some(Self {
            folder: variable("SIM_SOAK_FOLDER_OF_FILES")?.into(),
            size: number("SIM_SOAK_SIZE", 0),
            url: variable("SIM_SOAK_URL")?,
            key: variable("SIM_SOAK_KEY")?,
            transport: if is_async { "reqwest" } else { "ureq" },
        })
    }

    /// The memory of a client that has made one call, in KiB.
    pub(crate) fn idle(&self) -> Option<u64> {
        fs::read_to_string(self.folder.join("idle")).ok()?.parse().ok()
    }

    /// The hash of what was downloaded.
    pub(crate) fn downloaded(&self) -> Option<String> {
        fs::read_to_string(self.folder.join("hash")).ok()
    }
}

/// Replaces a file as a whole: after a kill there is the old one or the new one.
fn store(path: &Path, text: impl AsRef<[u8]>) {
    let next = path.with_extension("next");
    fs::write(&next, text).expect("the disk has room");
    fs::rename(next, path).expect("both are in one folder");
}

enum Client {
    Blocking(ureq::Client),
    Async(reqwest::Client, Runtime),
}

impl Client {
    fn new(work: &Work) -> Self {
        if work.transport == "ureq" {
            let client = ureq::Client::builder().base_url(&work.url).api_key(&work.key);
            return Self::Blocking(client.build().expect("a client"));
        }
        let client = reqwest::Client::builder().base_url(&work.url).api_key(&work.key);
        Self::Async(client.build().expect("a client"), Runtime::new().expect("a runtime"))
    }

    fn warm(&self) {
        let list = ListFiles::new(WORKSPACE);
        let listed = match self {
            Self::Blocking(client) => client.call(list),
            Self::Async(client, runtime) => runtime.block_on(client.call(list)),
        };
        drop(listed.expect("a list"));
    }

    fn uploading(&self, size: u64) -> Result<FileUploading> {
        let create = CreateFileUpload::new(WORKSPACE, "soak.bin", "application/x", size);
        let content = Made(size);
        match self {
            Self::Blocking(client) => create.upload(client.api(), content),
            Self::Async(client, _) => create.upload(client.api(), content),
        }
    }

    fn upload(&self, upload: FileUploading) -> Result<FileUpload> {
        let upload = upload.parallel(AT_ONCE);
        match self {
            Self::Blocking(client) => ureq::drive_parallel(client, upload),
            Self::Async(client, runtime) => {
                runtime.block_on(reqwest::drive_parallel(client, upload))
            }
        }
    }

    fn download(&self, file: &str) -> Result<String> {
        let (call, mut to) = (DownloadFile::new(file, WORKSPACE), Hashing(Sha256::new()));
        match self {
            Self::Blocking(client) => ureq::download_to(client, call, &mut to)?,
            Self::Async(client, runtime) => {
                runtime.block_on(reqwest::download_to(client, call, &mut to))?
            }
        };
        Ok(text(to.0))
    }
}

/// Tries until it goes well: what ends with a typed error is done once more.
fn again<T>(what: &str, mut attempt: impl FnMut() -> Result<T>) -> T {
    for _ in 0..PASSES {
        match attempt() {
            Ok(done) => return done,
            Err(error) => eprintln!("{what}: {error}"),
        }
    }
    panic!("no {what} went well");
}

/// The program that the soak of files starts; in an ordinary run of the tests it has nothing to do.
#[test]
fn file_of_the_environment() {
    let Some(work) = Work::of_environment() else { return };
    let client = Client::new(&work);
    client.warm();
    store(&work.folder.join("idle"), memory::now(std::process::id()).to_string());
    let (session, uploaded) = (work.folder.join("session"), work.folder.join("uploaded"));
    let file = fs::read_to_string(&uploaded).unwrap_or_else(|_| {
        let upload = again("upload", || {
            let keep = session.clone();
            let mut upload = client.uploading(work.size)?.on_session(move |now| {
                store(&keep, serde_json::to_vec(now).expect("it serialises"));
            });
            if let Ok(stored) = fs::read(&session) {
                let stored: UploadSession = serde_json::from_slice(&stored).expect("it is whole");
                upload = upload.resume(stored)?;
            }
            client.upload(upload).inspect_err(|_| drop(fs::remove_file(&session)))
        });
        let file = upload.file.expect("a file").id.to_string();
        store(&uploaded, &file);
        file
    });
    store(&work.folder.join("hash"), again("download", || client.download(&file)));
}
