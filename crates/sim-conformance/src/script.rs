//! A server on raw sockets that answers byte for byte and breaks the wire where it is told to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// What happens to one request once it was read.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    bytes: Vec<u8>,
    end: End,
}

#[derive(Debug, Clone, Copy, Default)]
enum End {
    #[default]
    Close,
    KeepOpen,
    Stall,
}

impl Reply {
    /// Sends these bytes, then closes the connection. Without bytes the request was read for nothing.
    pub fn close(bytes: impl AsRef<[u8]>) -> Self {
        Self { bytes: bytes.as_ref().to_vec(), end: End::Close }
    }

    /// Sends these bytes, then waits for the next request on the same connection.
    pub fn keep_open(bytes: impl AsRef<[u8]>) -> Self {
        Self { end: End::KeepOpen, ..Self::close(bytes) }
    }

    /// Sends these bytes, then nothing more until the client closes the connection.
    pub fn stall(bytes: impl AsRef<[u8]>) -> Self {
        Self { end: End::Stall, ..Self::close(bytes) }
    }

    /// A whole answer with a JSON body, on a connection that stays open.
    pub fn json(status: u16, body: &str) -> Self {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}"
        );
        Self::keep_open(format!("{head}\r\n\r\n{body}"))
    }
}

/// A request as it came over the wire.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The request line and the headers, as they were sent.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
    /// The connection that it came on, counted from 0.
    pub connection: usize,
}

impl Seen {
    /// The target of the request line.
    pub fn target(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let headers = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        headers.filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }
}

/// The server: every request takes the next reply, and the last one serves for all that follow. It stops
/// listening when it is dropped.
#[derive(Debug)]
pub struct Script {
    url: String,
    over: Arc<AtomicBool>,
    seen: Arc<Mutex<Vec<Seen>>>,
    left: Arc<AtomicUsize>,
}

impl Script {
    /// Starts it on a port of its own.
    ///
    /// # Panics
    /// If the loopback interface has no port left.
    pub fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on the loopback interface");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let left = Arc::new(AtomicUsize::new(0));
        let play = Play {
            replies: Arc::new(Mutex::new(replies.into_iter().collect())),
            seen: Arc::clone(&seen),
            left: Arc::clone(&left),
        };
        let over = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&over);
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(stream), play) = (stream, play.clone()) else { return };
                thread::spawn(move || play.serve(&stream, number));
            }
        });
        Self { url, over, seen, left }
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What reached it, in order.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many stalled connections the client has closed.
    pub fn left(&self) -> usize {
        self.left.load(Ordering::SeqCst)
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        // It waits for a connection, and this is one.
        drop(TcpStream::connect(self.url.trim_start_matches("http://")));
    }
}

#[derive(Clone)]
struct Play {
    replies: Arc<Mutex<Vec<Reply>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    left: Arc<AtomicUsize>,
}

impl Play {
    fn serve(&self, stream: &TcpStream, connection: usize) {
        let mut reader = BufReader::new(stream);
        while let Some(seen) = read(&mut reader, connection) {
            crate::secrets::received(&seen.head, &seen.body);
            self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
            let Reply { bytes, end } = self.next();
            let mut writer = stream;
            if writer.write_all(&bytes).is_err() {
                return;
            }
            match end {
                End::KeepOpen => {}
                End::Close => {
                    let _ = stream.shutdown(Shutdown::Both);
                    return;
                }
                End::Stall => {
                    // Whatever comes now, it ends when the client goes.
                    let _ = std::io::copy(&mut reader, &mut std::io::sink());
                    self.left.fetch_add(1, Ordering::SeqCst);
                    return;
                }
            }
        }
    }

    fn next(&self) -> Reply {
        let mut replies = self.replies.lock().unwrap_or_else(PoisonError::into_inner);
        match replies.len() {
            0 => Reply::default(),
            1 => replies[0].clone(),
            _ => replies.remove(0),
        }
    }
}

/// Reads one request; `None` when the client is gone.
fn read(reader: &mut impl BufRead, connection: usize) -> Option<Seen> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let mut seen = Seen { head, body: Vec::new(), connection };
    let length = seen.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    reader.take(length).read_to_end(&mut seen.body).ok()?;
    Some(seen)
}
