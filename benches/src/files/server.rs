//! The smallest server that takes a file in parts and gives it back: HTTP/1.1 with keep-alive, one thread for each
//! connection.

use std::io::{Error, Read, Result, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use super::{PART, PIECE, SIZE};

/// Starts the server and returns its base URL.
///
/// # Errors
/// If there is no port to listen on.
pub fn start() -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    let base = url.clone();
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let base = base.clone();
            // A client that leaves ends only its own connection.
            thread::spawn(move || serve(connection, &base));
        }
    });
    Ok(url)
}

fn serve(mut connection: TcpStream, base: &str) -> Result<()> {
    connection.set_nodelay(true)?;
    let mut buffer = vec![0; PIECE];
    loop {
        let mut filled = 0;
        let head = loop {
            match buffer[..filled].windows(4).position(|end| end == b"\r\n\r\n") {
                Some(end) => break end + 4,
                None => match connection.read(&mut buffer[filled..])? {
                    0 => return Ok(()),
                    read => filled += read,
                },
            }
        };
        let asked = String::from_utf8_lossy(&buffer[..head]).into_owned();
        let mut left = length(&asked).saturating_sub(filled - head);
        let mut body = buffer[head..filled].to_vec();
        let is_part = asked.starts_with("PUT");
        while left > 0 {
            let read = connection.read(&mut buffer)?;
            if read == 0 {
                return Err(Error::other("the body is cut"));
            }
            left = left.saturating_sub(read);
            if !is_part {
                body.extend_from_slice(&buffer[..read]);
            }
        }
        if asked.starts_with("GET") {
            give(&mut connection, &buffer)?;
        } else {
            let answer = answer(&asked, &body, base);
            write!(
                connection,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{answer}",
                answer.len()
            )?;
        }
    }
}

/// Returns the length of the body of a request.
fn length(head: &str) -> usize {
    let line = |line: &&str| line.to_ascii_lowercase().starts_with("content-length:");
    let value = head.lines().find(line).and_then(|line| line.split(':').nth(1));
    value.and_then(|value| value.trim().parse().ok()).unwrap_or(0)
}

fn give(connection: &mut TcpStream, bytes: &[u8]) -> Result<()> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\n";
    write!(connection, "{head}content-length: {SIZE}\r\n\r\n")?;
    for _ in 0..SIZE / PIECE as u64 {
        connection.write_all(bytes)?;
    }
    Ok(())
}

fn answer(head: &str, body: &[u8], base: &str) -> String {
    let path = head.split(' ').nth(1).unwrap_or_default();
    let path = path.split('?').next().unwrap_or_default();
    let session = |status| format!(r#"{{"id":"up-1","status":"{status}"}}"#);
    match path.trim_start_matches("/api/v2/files/uploads") {
        _ if head.starts_with("PUT") => String::new(),
        "" => format!(
            r#"{{"data":{{"session":{},"uploadToken":"t","transfer":{{"method":"multipart","partSize":{PART},"partCount":{}}}}}}}"#,
            session("uploading"),
            SIZE.div_ceil(PART)
        ),
        "/up-1/parts" => {
            let asked: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
            let part = |number: &serde_json::Value| {
                format!(r#"{{"partNumber":{number},"url":"{base}/plane/{number}","headers":{{}}}}"#)
            };
            let numbers = asked["partNumbers"].as_array();
            let parts: Vec<_> = numbers.into_iter().flatten().map(part).collect();
            format!(r#"{{"data":{{"parts":[{}]}}}}"#, parts.join(","))
        }
        _ => format!(r#"{{"data":{}}}"#, session("completed")),
    }
}
