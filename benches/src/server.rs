//! The smallest server that can stream. It answers one connection after the other and allocates nothing
//! meanwhile, so that only the client's allocations are counted.

use std::fmt::Write as _;
use std::io::{Read, Result, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// The answer of the server.
#[derive(Debug)]
pub enum Script {
    /// Text and the result of a run, each frame an HTTP chunk, as fast as the client reads.
    Text {
        /// The number of frames in the stream.
        frames: usize,
        /// The number of frames that one write sends.
        at_once: usize,
    },
    /// One frame of text to each of this many connections, and then silence.
    Silence(usize),
}

/// The head of the answer to a streamed run.
pub const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\n\
                    date: Mon, 23 Nov 2026 18:26:45 GMT\r\ntransfer-encoding: chunked\r\n\r\n";

/// Starts the server and returns its base URL.
///
/// # Errors
///
/// Fails if no port is free.
pub fn start(script: Script) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    // The name is for profilers.
    let thread = thread::Builder::new().name("server".to_owned());
    thread.spawn(move || match script {
        Script::Text { frames, at_once } => {
            let (text, ends) = text(frames);
            let ends: Vec<usize> =
                ends.chunks(at_once).filter_map(|some| some.last().copied()).collect();
            for mut connection in listener.incoming().flatten() {
                // A client that has the result leaves.
                let _ = tell(&mut connection, &text, &ends);
            }
        }
        Script::Silence(most) => {
            let (text, ends) = text(3);
            let mut held = Vec::with_capacity(most);
            for mut connection in listener.incoming().flatten().take(most) {
                if tell(&mut connection, &text, &ends[..1]).is_ok() {
                    held.push(connection);
                }
            }
            // The connections stay open until the program ends.
            loop {
                thread::park();
            }
        }
    })?;
    Ok(url)
}

/// Returns the frames of a stream as chunks, and the end of each. The last two hold no text.
///
/// # Panics
///
/// Never: a stream is text.
pub fn text(frames: usize) -> (String, Vec<usize>) {
    let work = crate::stream::Workload::small(frames, crate::stream::Reads::AFrame);
    let events = String::from_utf8(work.bytes()).expect("it was made of text");
    let (mut text, mut ends) = (String::new(), Vec::new());
    for event in events.split_inclusive("\n\n") {
        write!(text, "{:x}\r\n{event}\r\n", event.len()).expect("a string takes it");
        ends.push(text.len());
    }
    text += "0\r\n\r\n";
    if let Some(last) = ends.last_mut() {
        *last = text.len();
    }
    (text, ends)
}

fn tell(connection: &mut TcpStream, text: &str, ends: &[usize]) -> Result<()> {
    connection.set_nodelay(true)?;
    let mut buffer = [0; 16 * 1024];
    let mut filled = 0;
    while !complete(&buffer[..filled]) {
        match connection.read(&mut buffer[filled..])? {
            0 => return Ok(()),
            read => filled += read,
        }
    }
    connection.write_all(HEAD.as_bytes())?;
    let mut start = 0;
    for end in ends {
        connection.write_all(&text.as_bytes()[start..*end])?;
        start = *end;
    }
    Ok(())
}

/// Returns whether a request is complete.
fn complete(read: &[u8]) -> bool {
    const NAME: &[u8] = b"content-length:";
    let Some(head) = read.windows(4).position(|end| end == b"\r\n\r\n") else { return false };
    let named =
        |line: &&[u8]| line.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME));
    let line = read[..head].split(|byte| *byte == b'\n').find(named);
    let number = line.and_then(|line| std::str::from_utf8(&line[NAME.len()..]).ok());
    let body = number.map_or(0, |number| number.trim().parse().unwrap_or(0));
    read.len() >= head + 4 + body
}
