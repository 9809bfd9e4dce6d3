//! A server on raw sockets that answers byte for byte and breaks the wire where it is told to.

use std::io::{BufRead, BufReader, Read};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use socket2::SockRef;

use crate::reply::End;
pub use crate::reply::Reply;

/// A request as it came over the wire.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The request line and the headers, as they were sent.
    pub head: String,
    /// The body; empty where the answer did not wait for it.
    pub body: Vec<u8>,
    /// The connection that it came on, counted from 0.
    pub connection: usize,
}

impl Seen {
    /// The method of the request line.
    pub fn method(&self) -> &str {
        self.head.split(' ').next().unwrap_or_default()
    }

    /// The target of the request line.
    pub fn target(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).first().copied()
    }

    /// The values of a header, one for each line that has it.
    pub fn headers(&self, name: &str) -> Vec<&str> {
        let headers = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        headers
            .filter(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
            .collect()
    }
}

/// The server: every request takes the next reply, and the last one serves for all that follow. It stops
/// listening when it is dropped.
#[derive(Debug)]
pub struct Script {
    address: SocketAddr,
    url: String,
    play: Play,
}

impl Script {
    /// Starts it on a port of its own.
    ///
    /// # Panics
    /// If the loopback interface has no port left.
    pub fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::start(replies, false)
    }

    /// Starts one that gives its reply to whoever says anything, and understands nothing of it: a peer for TLS.
    ///
    /// # Panics
    /// If the loopback interface has no port left.
    pub fn blind(reply: Reply) -> Self {
        Self::start([reply], true)
    }

    fn start(replies: impl IntoIterator<Item = Reply>, blind: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on the loopback interface");
        let address = listener.local_addr().expect("it is bound");
        let play = Play(Arc::new(Played {
            replies: Mutex::new(replies.into_iter().collect()),
            blind,
            ..Played::default()
        }));
        let script = Self {
            address,
            url: format!("{}://{address}", if blind { "https" } else { "http" }),
            play: play.clone(),
        };
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let (Ok(stream), play) = (stream, play.clone()) else { return };
                if play.0.over.load(Ordering::SeqCst) {
                    return;
                }
                thread::spawn(move || play.serve(&stream, number));
            }
        });
        script
    }

    /// Returns the base URL of the server, without a slash at its end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Sets how it answers the read that explains the answer to a synchronous start of the first generation. By
    /// default, the row explains nothing.
    #[must_use]
    pub fn with_row(self, row: Reply) -> Self {
        self.with_rows([row])
    }

    /// The same for several such reads. The last one serves for all that follow.
    #[must_use]
    pub fn with_rows(self, rows: impl IntoIterator<Item = Reply>) -> Self {
        *self.play.0.rows.lock().unwrap_or_else(PoisonError::into_inner) =
            rows.into_iter().collect();
        self
    }

    /// What reached it, in order, but for the reads that explain an answer.
    pub fn seen(&self) -> Vec<Seen> {
        self.play.0.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many reads explained an answer.
    pub fn looks(&self) -> usize {
        self.play.0.looks.load(Ordering::SeqCst)
    }

    /// How many stalled connections, and connections with an endless answer, the client has closed.
    pub fn left(&self) -> usize {
        self.play.0.left.load(Ordering::SeqCst)
    }

    /// How many requests broke off before their end.
    pub fn broken_off(&self) -> usize {
        self.play.0.broken_off.load(Ordering::SeqCst)
    }

    /// How many connections it has closed itself.
    pub fn closed(&self) -> usize {
        self.play.0.closed.load(Ordering::SeqCst)
    }

    /// How many of the connections that it closed the client has closed too.
    pub fn parted(&self) -> usize {
        self.play.0.parted.load(Ordering::SeqCst)
    }

    /// How many bytes of answers it could send so far; what fills the sockets on the way counts.
    pub fn sent(&self) -> u64 {
        self.play.0.sent.load(Ordering::SeqCst)
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        self.play.0.over.store(true, Ordering::SeqCst);
        // Wakes the listener; if it is gone, there is nobody to wake.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
    }
}

#[derive(Debug, Clone)]
struct Play(Arc<Played>);

#[derive(Debug, Default)]
struct Played {
    replies: Mutex<Vec<Reply>>,
    blind: bool,
    seen: Mutex<Vec<Seen>>,
    /// How a read is answered that explains an answer.
    rows: Mutex<Vec<Reply>>,
    looks: AtomicUsize,
    /// Whether such a read may come next.
    is_explained: AtomicBool,
    left: AtomicUsize,
    broken_off: AtomicUsize,
    closed: AtomicUsize,
    parted: AtomicUsize,
    sent: AtomicU64,
    over: AtomicBool,
}

impl Play {
    fn serve(&self, stream: &TcpStream, connection: usize) {
        // Each piece leaves by itself, as it was written.
        let _ = stream.set_nodelay(true);
        let mut reader = BufReader::new(stream);
        if self.0.blind {
            if reader.fill_buf().is_ok_and(|bytes| !bytes.is_empty()) {
                let reply = self.next();
                let _ = reply.send(stream, &self.0.sent);
                self.end(reply.end, stream, &mut reader);
            }
            return;
        }
        while let Some(mut seen) = read_head(&mut reader, connection) {
            let explains = self.0.is_explained.load(Ordering::SeqCst) && is_look(&seen.head);
            if explains {
                crate::secrets::received(&seen.head, &seen.body);
                self.0.looks.fetch_add(1, Ordering::SeqCst);
                let row = next(&self.0.rows).unwrap_or_else(no_row);
                if row.send(stream, &self.0.sent).is_err() {
                    return;
                }
                continue;
            }
            self.0.is_explained.store(is_sync_start(&seen.head), Ordering::SeqCst);
            let reply = self.next();
            if !reply.early && read_body(&mut reader, &mut seen).is_none() {
                self.0.broken_off.fetch_add(1, Ordering::SeqCst);
                return;
            }
            crate::secrets::received(&seen.head, &seen.body);
            self.0.seen.lock().unwrap_or_else(PoisonError::into_inner).push(seen.clone());
            if reply.send(stream, &self.0.sent).is_err() {
                self.0.left.fetch_add(1, Ordering::SeqCst);
                return;
            }
            let reads_late = reply.early && !matches!(reply.end, End::Reset | End::Ignore);
            if reads_late && read_body(&mut reader, &mut seen).is_none() {
                return;
            }
            if reply.end != End::KeepOpen {
                return self.end(reply.end, stream, &mut reader);
            }
        }
    }

    /// Ends a connection.
    fn end(&self, end: End, stream: &TcpStream, reader: &mut impl Read) {
        match end {
            End::KeepOpen => {}
            End::Close => {
                let _ = stream.shutdown(Shutdown::Write);
                self.0.closed.fetch_add(1, Ordering::SeqCst);
                // What was sent and never read would make a reset of it.
                let _ = std::io::copy(reader, &mut std::io::sink());
                self.0.parted.fetch_add(1, Ordering::SeqCst);
            }
            End::Reset => {
                // Closing sends a reset instead of an end.
                let _ = SockRef::from(stream).set_linger(Some(Duration::ZERO));
            }
            End::Ignore => {
                while !self.0.over.load(Ordering::SeqCst) {
                    thread::sleep(Duration::from_millis(10));
                }
            }
            End::Stall => {
                // Whatever comes now, it ends when the client goes.
                let _ = std::io::copy(reader, &mut std::io::sink());
                self.0.left.fetch_add(1, Ordering::SeqCst);
            }
        }
    }

    fn next(&self) -> Reply {
        next(&self.0.replies).unwrap_or_default()
    }
}

/// Takes the next reply of a list, whose last one serves for all that follow.
fn next(replies: &Mutex<Vec<Reply>>) -> Option<Reply> {
    let mut replies = replies.lock().unwrap_or_else(PoisonError::into_inner);
    if replies.len() > 1 { Some(replies.remove(0)) } else { replies.first().cloned() }
}

/// Reads the head of a request; `None` when the client is gone.
pub(crate) fn read_head(reader: &mut impl BufRead, connection: usize) -> Option<Seen> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    Some(Seen { head, body: Vec::new(), connection })
}

/// Reads the body of a request; `None` when the client is gone.
pub(crate) fn read_body(reader: &mut impl BufRead, seen: &mut Seen) -> Option<()> {
    let length = seen.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let read = reader.take(length).read_to_end(&mut seen.body).ok()?;
    (read as u64 == length).then_some(())
}

/// Whether a request is the read that explains the answer to a start, if it comes right after it.
pub(crate) fn is_look(head: &str) -> bool {
    let target = head.split(' ').nth(1).unwrap_or_default();
    head.starts_with("GET ")
        && target.contains("/executions/")
        && target.ends_with("?includeOutput=true")
}

/// Whether a request is a synchronous start of the first generation.
pub(crate) fn is_sync_start(head: &str) -> bool {
    let target = head.split(' ').nth(1).unwrap_or_default();
    let is_async = head.to_ascii_lowercase().contains("x-execution-mode");
    head.starts_with("POST ")
        && target.ends_with("/execute")
        && !target.contains("/v2/")
        && !is_async
}

/// A row in a state that nobody knows, so that it explains nothing.
pub(crate) const NO_ROW: &str = r#"{"executionId":"r","workflowId":"w","status":"later"}"#;

fn no_row() -> Reply {
    Reply::json(200, NO_ROW)
}
