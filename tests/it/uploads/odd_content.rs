//! Content that is not what it seems, uploaded over both clients, and a writer that fails. What cannot arrive as a whole
//! is an error of the source, and the server keeps nothing of it.

use std::error::Error as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Once;

use sim_mock::Sim;
use simstudio::bytes::Bytes;
use simstudio::file::FileSource;
use simstudio::files::CreateFileUpload;
use simstudio::transport::Source;
use simstudio::{Error, ErrorKind};

use super::{PART, both, content, create, sim};

/// Where the odd sources go wrong: in the middle of a part in the middle.
const WRONG: usize = 3 * PART + 1;

/// A source that is not what it says from some place on.
#[derive(Debug, Clone, Copy)]
enum Odd {
    Fails,
    EndsEarly,
    GivesMore,
}

impl Source for Odd {
    fn len(&self) -> u64 {
        6 * PART as u64
    }

    fn read(&self, offset: u64, length: usize) -> io::Result<Bytes> {
        let whole = vec![b'x'; length];
        if offset + (length as u64) < WRONG as u64 {
            return Ok(whole.into());
        }
        match self {
            Self::Fails => Err(io::Error::other("the disk is gone")),
            Self::EndsEarly => Ok(whole[1..].to_vec().into()),
            Self::GivesMore => Ok([&whole[..], b"x"].concat().into()),
        }
    }
}

/// A folder of its own for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("uploads-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// The text of an error and of all that led to it.
fn chain(error: &Error) -> String {
    let (mut text, mut next) = (error.to_string(), error.source());
    while let Some(error) = next {
        text = format!("{text}: {error}");
        next = error.source();
    }
    text
}

/// Checks that an upload ended with its source, and that nothing of it stayed.
fn assert_given_up(error: &Error, sim: &Sim, what: &str) {
    assert_eq!(error.kind(), &ErrorKind::Source, "{what}: {error:?}");
    let ended: Vec<_> = sim.uploads().into_iter().map(|upload| upload.status).collect();
    assert_eq!(ended, ["aborted"], "{what}: it is given up, and not begun anew");
    assert!(sim.files().is_empty(), "{what}");
    let requests = sim.requests();
    let mut parts: Vec<_> = requests.iter().filter(|request| request.method == "PUT").collect();
    parts.sort_by(|one, other| one.target.cmp(&other.target));
    let twice = parts.windows(2).find(|pair| pair[0].target == pair[1].target);
    assert!(twice.is_none(), "{what}: what cannot be read is not read again: {twice:?}");
}

#[test]
fn a_source_that_fails_or_is_not_as_long_as_it_says_ends_the_upload() {
    for (odd, why) in [
        (Odd::Fails, "the disk is gone"),
        (Odd::EndsEarly, "ended early"),
        (Odd::GivesMore, "more than"),
    ] {
        for at_once in [0, 3] {
            for which in 0..2 {
                let sim = sim();
                let client = &both(&sim)[which];
                let upload = client.uploading(create(6 * PART), odd).expect("an upload");
                let error = client.drive(upload, at_once).expect_err("it is odd");
                let what = format!("{odd:?}, {at_once} at once, client {which}");
                assert_given_up(&error, &sim, &what);
                assert!(chain(&error).contains(why), "{what}: {}", chain(&error));
            }
        }
    }
}

#[test]
fn a_size_that_lies_is_refused_before_anything_is_sent() {
    let sim = sim();
    for client in both(&sim) {
        for declared in [6 * PART - 1, 6 * PART + 1] {
            let upload = client.uploading(create(declared), content(6 * PART));
            let error = upload.map(drop).expect_err("it lies");
            let (declared, real) = (declared.to_string(), (6 * PART).to_string());
            assert_eq!(error.kind(), &ErrorKind::Request);
            assert!(error.message().contains(&declared) && error.message().contains(&real));
        }
    }
    assert!(sim.requests().is_empty());
}

#[test]
fn a_file_that_shrinks_while_it_is_sent_ends_the_upload() {
    let path = folder("shrinks").join("a.bin");
    for at_once in [0, 3] {
        for which in 0..2 {
            let sim = sim();
            let client = &both(&sim)[which];
            fs::write(&path, content(6 * PART)).expect("a file");
            let source = FileSource::open(&path).expect("a file");
            let (file, once) =
                (OpenOptions::new().write(true).open(&path).expect("a file"), Once::new());
            let upload = client.uploading(create(6 * PART), source).expect("an upload");
            let upload = upload.on_progress(move |_, _| {
                once.call_once(|| file.set_len(WRONG as u64).expect("it shrinks"));
            });
            let error = client.drive(upload, at_once).expect_err("half of it is gone");
            assert_given_up(&error, &sim, &format!("{at_once} at once, client {which}"));
        }
    }
}

#[test]
fn a_file_that_grows_while_it_is_sent_arrives_as_it_was_when_it_was_opened() {
    let (path, whole) = (folder("grows").join("a.bin"), content(6 * PART));
    for at_once in [0, 3] {
        for which in 0..2 {
            let sim = sim();
            let client = &both(&sim)[which];
            fs::write(&path, &whole).expect("a file");
            let source = FileSource::open(&path).expect("a file");
            let mut file = OpenOptions::new().append(true).open(&path).expect("a file");
            file.write_all(b"more").expect("it grows");
            let upload = client.uploading(create(6 * PART), source).expect("an upload");
            let upload = upload.on_progress(move |_, _| {
                (&file).write_all(b"and more").expect("it grows");
            });
            let file = client.drive(upload, at_once).expect("an upload").file.expect("a file");
            assert_eq!(sim.content(file.id.as_str()), Some(whole.clone()));
        }
    }
}

#[test]
fn a_file_of_5_gib_and_a_byte_is_refused_before_anything_is_sent() {
    const MOST: u64 = 5 * 1024 * 1024 * 1024;
    let path = folder("largest").join("a.bin");
    let sim = sim();
    for client in both(&sim) {
        for (size, taken) in [(MOST, true), (MOST + 1, false)] {
            // It takes no room on the disk.
            File::create(&path).and_then(|file| file.set_len(size)).expect("a sparse file");
            let source = FileSource::open(&path).expect("a file");
            let create = CreateFileUpload::new("ws-1", "a.bin", "a/b", source.len());
            let upload = client.uploading(create, source);
            assert_eq!(upload.is_ok(), taken, "{size}");
            if let Err(error) = upload {
                let text = error.to_string();
                assert!(text.contains("5368709121") && text.contains("5368709120"), "{text}");
            }
        }
    }
    assert!(sim.requests().is_empty());
    fs::remove_file(path).expect("it is ours");
}

/// A writer that has room for some bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let written = self.0.min(bytes.len());
        self.0 -= written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_writer_that_fails_ends_the_download_with_its_reason() {
    let sim = sim();
    let file = sim.add_file("a.bin", content(6 * PART));
    for client in both(&sim) {
        let mut full = Full(WRONG);
        let error = client.download_to(&file, &mut full).expect_err("it is full");
        assert_eq!((error.kind(), full.0), (&ErrorKind::Source, 0));
        let source = error.source().and_then(|source| source.downcast_ref::<io::Error>());
        assert_eq!(source.map(io::Error::kind), Some(io::ErrorKind::StorageFull));
    }
    assert_eq!(sim.requests().len(), 2, "it is not asked for again");
}
