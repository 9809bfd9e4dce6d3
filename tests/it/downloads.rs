//! Downloads that stay on the connection: whole, cut, refused, and given up, over both clients.

use std::io::{self, Read, Write as _};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use simstudio::files::{DownloadFile, FileHead};
use simstudio::{ErrorKind, Result, reqwest, ureq};
use tokio::runtime::Runtime;

/// More than the connection and the clients hold, so that a server notices who does not read.
const SIZE: usize = 16 * 1024 * 1024;

/// A server of one connection that sends a head, and then `sent` bytes of the promised ones. It ends with the head of the
/// request and the number of bytes that went out.
fn server(head: &str, sent: usize) -> (String, JoinHandle<(String, usize)>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("it is bound"));
    let head = head.to_owned();
    let thread = thread::spawn(move || {
        let (mut client, _) = listener.accept().expect("a client");
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            client.read_exact(&mut byte).expect("a request");
            request.push(byte[0]);
        }
        client.write_all(head.as_bytes()).expect("the client reads the head");
        let mut out = 0;
        while out < sent {
            let piece: Vec<u8> = (out..sent.min(out + 65_536)).map(byte_at).collect();
            if client.write_all(&piece).is_err() {
                break;
            }
            out += piece.len();
        }
        (String::from_utf8(request).expect("text"), out)
    });
    (base, thread)
}

#[allow(clippy::cast_possible_truncation)]
fn byte_at(place: usize) -> u8 {
    (place % 251) as u8
}

fn head(length: usize) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/csv\r\ncontent-length: {length}\r\n\
         content-disposition: attachment; filename=\"a.csv\"\r\n\r\n"
    )
}

/// What a client made of a download: the head, and the number of right bytes before the end, or how it broke.
type Downloaded = (FileHead, Result<usize, ErrorKind>);

fn blocking(base: &str, most: usize) -> Result<Downloaded> {
    let client = ureq::Client::builder().base_url(base).api_key("sk-sim-key").build()?;
    let (head, mut body) = client.open(DownloadFile::new("file-1", "ws-1").streamed())?;
    let (mut read, mut piece) = (0, [0; 10_000]);
    while read < most {
        match body.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => read += right(&piece[..length], read),
            Err(error) => {
                let again = body.read(&mut piece);
                assert!(again.is_err(), "what is cut never looks whole");
                return Ok((head, Err(kind(error))));
            }
        }
    }
    Ok((head, Ok(read)))
}

fn kind(error: io::Error) -> ErrorKind {
    error.downcast::<simstudio::Error>().expect("an error of the SDK").kind().clone()
}

fn right(piece: &[u8], place: usize) -> usize {
    assert!(piece.iter().enumerate().all(|(n, byte)| *byte == byte_at(place + n)));
    piece.len()
}

async fn asynchronous(base: &str, most: usize) -> Result<Downloaded> {
    let client = reqwest::Client::builder().base_url(base).api_key("sk-sim-key").build()?;
    let (head, mut body) = client.open(DownloadFile::new("file-1", "ws-1").streamed()).await?;
    let mut read = 0;
    while read < most {
        match body.next().await {
            None => break,
            Some(Ok(piece)) => read += right(&piece, read),
            Some(Err(error)) => {
                assert!(body.next().await.is_none());
                return Ok((head, Err(error.kind().clone())));
            }
        }
    }
    Ok((head, Ok(read)))
}

/// Downloads over each client, and gives what came of it and how much the server could send.
fn over_both(answer: &str, sent: usize, most: usize) -> Vec<(Result<Downloaded>, usize)> {
    let runtime = Runtime::new().expect("a runtime");
    let over = |download: &dyn Fn(&str) -> Result<Downloaded>| {
        let (base, server) = server(answer, sent);
        let downloaded = download(&base);
        let (request, out) = server.join().expect("the server ends");
        let line = "GET /api/v2/files/file-1?workspaceId=ws-1 HTTP/1.1\r\n";
        assert!(request.starts_with(line), "{request}");
        (downloaded, out)
    };
    vec![
        over(&|base| blocking(base, most)),
        over(&|base| runtime.block_on(asynchronous(base, most))),
    ]
}

#[test]
fn a_download_arrives_whole_with_what_its_head_says() {
    for (downloaded, out) in over_both(&head(SIZE), SIZE, usize::MAX) {
        let (head, read) = downloaded.expect("a download");
        assert_eq!((read, out), (Ok(SIZE), SIZE));
        assert_eq!(head.name.as_deref(), Some("a.csv"));
        assert_eq!(head.content_type.as_deref(), Some("text/csv"));
        assert_eq!(head.length, Some(SIZE as u64));
    }
}

#[test]
fn a_download_that_is_cut_is_an_error_and_no_end() {
    for (downloaded, _) in over_both(&head(SIZE), SIZE / 2, usize::MAX) {
        let (_, read) = downloaded.expect("its head came");
        assert_eq!(read, Err(ErrorKind::Closed));
    }
}

#[test]
fn a_download_is_not_read_ahead_into_memory() {
    for (downloaded, out) in over_both(&head(SIZE), SIZE, 1000) {
        assert!(downloaded.expect("its head came").1.expect("some bytes") >= 1000);
        assert!(out < SIZE, "who does not read lets the server wait: {out}");
    }
}

#[test]
fn a_refused_download_is_the_refusal() {
    let body = r#"{"error":{"code":"NOT_FOUND","message":"File not found"}}"#;
    let refusal = format!(
        "HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    for (downloaded, _) in over_both(&refusal, 0, usize::MAX) {
        let error = downloaded.expect_err("a refusal");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(404));
        assert!(error.message().contains("File not found"), "{error}");
    }
}
