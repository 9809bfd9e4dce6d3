//! The smallest server that can answer the call: HTTP/1.1 with keep-alive and one thread for each connection.
//! It allocates nothing while it answers, so that only the client's allocations are counted.

use std::io::{Read, Result, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use super::wire::body;

/// Starts the server and returns its base URL.
///
/// # Errors
/// If there is no port to listen on.
pub fn start() -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    thread::spawn(move || {
        let answer = answer();
        for connection in listener.incoming().flatten() {
            let answer = answer.clone();
            // A client that leaves ends only its own connection.
            thread::spawn(move || serve(connection, answer.as_bytes()));
        }
    });
    Ok(url)
}

/// Returns the answer to the call.
pub fn answer() -> String {
    let body = body();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: 5f3c2a90\r\n\
         date: Mon, 23 Nov 2026 18:26:45 GMT\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn serve(mut connection: TcpStream, answer: &[u8]) -> Result<()> {
    connection.set_nodelay(true)?;
    let mut buffer = [0; 16 * 1024];
    let mut filled = 0;
    loop {
        if let Some(length) = complete(&buffer[..filled]) {
            connection.write_all(answer)?;
            buffer.copy_within(length..filled, 0);
            filled -= length;
        } else {
            match connection.read(&mut buffer[filled..])? {
                0 => return Ok(()),
                read => filled += read,
            }
        }
    }
}

/// Returns the length of the request at the start of the bytes, or `None` until it is complete.
pub fn complete(read: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"content-length:";
    let head = read.windows(4).position(|end| end == b"\r\n\r\n")? + 4;
    let named =
        |line: &&[u8]| line.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME));
    let line = read[..head].split(|byte| *byte == b'\n').find(named);
    let number = line.and_then(|line| std::str::from_utf8(&line[NAME.len()..]).ok());
    let body = number.map_or(0, |number| number.trim().parse().unwrap_or(0));
    (read.len() >= head + body).then_some(head + body)
}

#[cfg(test)]
mod tests {
    use super::complete;

    #[test]
    fn a_request_is_complete_with_its_body() {
        let request = b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(complete(request), Some(request.len()));
        assert_eq!(complete(&request[..request.len() - 1]), None);
        assert_eq!(complete(&request[..20]), None);
        assert_eq!(complete(b"GET / HTTP/1.1\r\n\r\n"), Some(18));
    }
}
