//! Files on disk, the odd ones too: what becomes of each before anything is sent.
#![cfg(feature = "files")]

use std::fs;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use simstudio::FileInput;
use simstudio::file::{FileInputExt as _, FileSource};
use simstudio::serde_json::{Value, json, to_value};
use simstudio::transport::Source as _;

/// A folder of its own for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("files-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn wire(file: &FileInput) -> Value {
    to_value(file).expect("JSON")
}

#[test]
fn a_file_goes_with_its_base_name_and_the_type_that_its_ending_says() {
    let folder = folder("plain");
    for (name, mime) in [
        ("a.txt", "text/plain"),
        ("b.pdf", "application/pdf"),
        ("c.csv", "text/csv"),
        ("d", "application/octet-stream"),
    ] {
        let path = folder.join(name);
        fs::write(&path, "hello").expect("a file");
        let data = format!("data:{mime};base64,aGVsbG8=");
        let expected = json!({"type": "file", "data": data, "name": name, "mime": mime});
        assert_eq!(wire(&FileInput::from_path(&path).expect("a file")), expected);
    }
}

#[test]
fn an_empty_file_is_a_file() {
    let path = folder("empty").join("a.txt");
    fs::write(&path, "").expect("a file");
    let file = FileInput::from_path(&path).expect("a file");
    assert_eq!(wire(&file)["data"], "data:text/plain;base64,");
    assert_eq!(FileSource::open(&path).expect("a file").len(), 0);
}

#[test]
fn a_folder_or_a_missing_file_is_an_error_that_names_it() {
    let folder = folder("missing");
    for path in [folder.clone(), folder.join("nothing.txt")] {
        let error = FileInput::from_path(&path).expect_err("no file");
        assert_eq!(error.code(), "INVALID_REQUEST");
        assert!(error.message().contains(&path.display().to_string()), "{error}");
        assert!(FileSource::open(&path).is_err());
    }
}

#[test]
fn a_file_that_is_too_large_to_inline_is_an_error_that_names_the_way_out() {
    let path = folder("large").join("a.bin");
    let most = 10 * 1024 * 1024 / 4 * 3;
    fs::File::create(&path).and_then(|file| file.set_len(most)).expect("a sparse file");
    assert!(FileInput::from_path(&path).is_ok());
    fs::File::create(&path).and_then(|file| file.set_len(most + 1)).expect("a sparse file");
    let error = FileInput::from_path(&path).expect_err("too large");
    assert!(error.message().contains("upload"), "{error}");
}

#[test]
fn a_reader_that_fails_or_never_ends_is_an_error() {
    struct Fails;

    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the cable is out"))
        }
    }

    let half = io::repeat(b'x').take(1000).chain(Fails);
    let error = FileInput::from_reader("a.txt", "text/plain", half).expect_err("it fails");
    assert!(error.message().contains("a.txt: the cable is out"), "{error}");
    let error =
        FileInput::from_reader("b.txt", "text/plain", io::repeat(b'x')).expect_err("endless");
    assert!(error.message().contains("upload"), "{error}");
}

#[test]
fn a_file_that_grows_is_read_as_it_was_and_one_that_shrinks_is_an_error() {
    let path = folder("changes").join("a.txt");
    fs::write(&path, "0123456789").expect("a file");
    let source = FileSource::open(&path).expect("a file");
    let mut file = fs::OpenOptions::new().append(true).open(&path).expect("a file");
    file.write_all(b"more").expect("it grows");
    assert_eq!(source.len(), 10);
    assert_eq!(source.read(0, 10).expect("it is there"), "0123456789");
    assert_eq!(source.read(4, 3).expect("it is there"), "456");
    file.set_len(5).expect("it shrinks");
    let error = source.read(0, 10).expect_err("half of it is gone");
    assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
}

#[test]
fn the_room_of_a_piece_is_used_again_once_nobody_has_the_piece() {
    let path = folder("pieces").join("a.txt");
    fs::write(&path, "0123456789").expect("a file");
    let source = FileSource::open(&path).expect("a file");
    let read = |offset, length| source.read(offset, length).expect("it is there");
    let (first, second) = (read(0, 4), read(4, 4));
    let place = first.as_ptr();
    drop(first);
    let third = read(1, 4);
    assert_eq!(third.as_ptr(), place);
    let rest = read(8, 2);
    assert_eq!([&second[..], &third, &rest], [b"4567", b"1234", &b"89"[..]], "what is held stays");
    for _ in 0..100 {
        assert!(!read(0, 4).is_unique(), "the source has it, too, to take its room back");
    }
    // However many pieces are held, it remembers a few of them.
    let held: Vec<_> = (0..100).map(|_| read(0, 4)).collect();
    assert!(held.iter().all(|piece| piece == "0123"));
    let alone = held.iter().filter(|piece| piece.is_unique()).count();
    assert!(alone >= 84, "{alone} of 100 belong to their holder alone");
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_is_followed_and_a_pipe_is_no_file() {
    let folder = folder("links");
    fs::write(folder.join("a.txt"), "hello").expect("a file");
    let link = folder.join("link.csv");
    std::os::unix::fs::symlink(folder.join("a.txt"), &link).expect("a link");
    let file = wire(&FileInput::from_path(&link).expect("a file"));
    assert_eq!(
        (&file["name"], &file["data"]),
        (&json!("link.csv"), &json!("data:text/csv;base64,aGVsbG8="))
    );
    let pipe = folder.join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    let (done, ended) = mpsc::channel();
    thread::spawn(move || {
        done.send((FileInput::from_path(&pipe).is_err(), FileSource::open(&pipe).is_err()))
    });
    // Nobody writes to the pipe, so whoever opened it would wait for ever.
    assert_eq!(ended.recv_timeout(Duration::from_secs(30)), Ok((true, true)));
}
