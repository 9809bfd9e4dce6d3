//! Downloads that break off: what is asked for next, and what the writer gets. The expected bytes are those of the file.

use std::time::Duration;

use http::{HeaderMap, Request, StatusCode};
use sim_core::operation::Answer;
use sim_core::transport::{Exchange as _, Phase, TransportError, TransportErrorKind};
use sim_core::{Endpoint as _, Error, Result};
use sim_platform::files::{DownloadFile, Downloading, FileHead};

use super::api;

const FILE: &[u8] = b"0123456789";

/// One answer: its status, its headers, the bytes that arrive, and whether it comes to its end.
struct Answers {
    status: u16,
    headers: Vec<(&'static str, String)>,
    bytes: &'static [u8],
    is_cut: bool,
}

fn whole(bytes: &'static [u8], length: usize) -> Answers {
    let headers = vec![("content-length", length.to_string()), ("content-type", "a/b".to_owned())];
    Answers { status: 200, headers, bytes, is_cut: bytes.len() < length }
}

fn lost() -> Error {
    TransportError::new(TransportErrorKind::Closed, Phase::Body).into()
}

/// Downloads from a server with these answers, in pieces of 3 bytes. Returns what was written and what was asked.
fn download(answers: Vec<Answers>) -> (Result<FileHead>, Vec<u8>, Vec<Request<()>>) {
    let (mut downloading, mut to, mut asked) =
        (Downloading::new(DownloadFile::new("file-1", "ws-1")), Vec::new(), Vec::new());
    for answer in answers {
        let request = api().call(downloading.request()).expect("a call").request();
        asked.push(request.map(drop));
        let mut response = http::Response::new(bytes::Bytes::new());
        *response.status_mut() = StatusCode::from_u16(answer.status).expect("a status");
        for (name, value) in answer.headers {
            response.headers_mut().insert(name, value.parse().expect("a value"));
        }
        let (head, _) = response.clone().into_parts();
        assert!(downloading.request().hands_over(&head));
        let head = downloading.request().decode(&Answer::new(response, None)).expect("a head");
        let step = || -> Result<Option<Duration>> {
            downloading.begun(head)?;
            for piece in answer.bytes.chunks(3) {
                to.extend_from_slice(downloading.piece(piece)?);
            }
            downloading.ended(answer.is_cut.then(lost), Duration::ZERO)
        };
        match step() {
            Ok(Some(_)) => {}
            Ok(None) => return (Ok(downloading.into_head()), to, asked),
            Err(error) => return (Err(error), to, asked),
        }
    }
    panic!("it goes on for ever");
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().expect("text"))
}

#[test]
fn a_download_that_is_cut_begins_anew_and_nothing_is_written_twice() {
    for first in [&FILE[..0], &FILE[..1], &FILE[..4], &FILE[..9]] {
        let (head, written, asked) = download(vec![whole(first, 10), whole(FILE, 10)]);
        assert_eq!(head.expect("a download").length, Some(10));
        assert_eq!(written, FILE);
        // v0.8.9 tells no tag and ignores ranges.
        assert!(asked.iter().all(|request| header(request.headers(), "range").is_none()));
    }
    let often = vec![whole(&FILE[..2], 10), whole(&FILE[..7], 10), whole(&FILE[..3], 10)];
    let mut often = often;
    often.push(whole(FILE, 10));
    assert_eq!(download(often).1, FILE);
}

#[test]
fn a_file_that_changed_meanwhile_is_an_error_and_no_mixture() {
    for second in [whole(b"01234x6789", 10), whole(b"0x23456789", 10), whole(b"012345678", 9)] {
        let (head, written, _) = download(vec![whole(&FILE[..6], 10), second]);
        assert!(head.expect_err("it changed").message().contains("changed"));
        assert_eq!(written, &FILE[..6], "only what is proven is written");
    }
    // It is shorter than what was written, and the server tells no length.
    let mut first = whole(&FILE[..6], 10);
    let mut second = whole(&FILE[..3], 3);
    first.headers.remove(0);
    second.headers.remove(0);
    let (head, written, _) = download(vec![first, second]);
    assert!(head.is_err() && written == FILE[..6]);
}

#[test]
fn only_the_rest_is_asked_for_where_the_server_tells_a_tag() {
    let tagged = |mut answer: Answers, tag: &str| {
        answer.headers.push(("etag", tag.to_owned()));
        answer
    };
    let rest = |range: &str| {
        let headers = vec![("content-range", range.to_owned())];
        Answers { status: 206, headers, bytes: &FILE[4..], is_cut: false }
    };
    let first = || tagged(whole(&FILE[..4], 10), "\"v1\"");
    let (head, written, asked) = download(vec![first(), tagged(rest("bytes 4-9/10"), "\"v1\"")]);
    assert!(head.is_ok() && written == FILE);
    let headers = asked[1].headers();
    assert_eq!(header(headers, "range"), Some("bytes=4-"));
    assert_eq!(header(headers, "if-range"), Some("\"v1\""));
    // The server may send the whole all the same.
    let (head, written, _) = download(vec![first(), tagged(whole(FILE, 10), "\"v1\"")]);
    assert!(head.is_ok() && written == FILE);
    for other in [
        tagged(rest("bytes 5-9/10"), "\"v1\""),
        tagged(rest("bytes 4-9/10"), "\"v2\""),
        rest("bytes 4-9/10"),
        tagged(whole(FILE, 10), "\"v2\""),
    ] {
        let (head, written, _) = download(vec![first(), other]);
        assert!(head.is_err() && written == FILE[..4], "another content is no rest of this one");
    }
    // A weak tag does not tell every change.
    let weak = tagged(whole(&FILE[..4], 10), "W/\"v1\"");
    let (head, _, asked) = download(vec![weak, whole(FILE, 10)]);
    assert!(head.is_ok() && header(asked[1].headers(), "range").is_none());
}

#[test]
fn a_download_without_news_ends_with_the_reason() {
    let answers = (0..9).map(|_| whole(&FILE[..4], 10)).collect();
    let (head, written, asked) = download(answers);
    assert_eq!(head.expect_err("it is lost").kind(), &sim_core::ErrorKind::Closed);
    assert_eq!((written, asked.len()), (FILE[..4].to_vec(), 4));
}
