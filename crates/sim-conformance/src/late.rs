//! A server that reads a request only when it is told to, and tells what came of it.

use std::io::{BufReader, Write as _, copy, sink};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::script::{Seen, read_body, read_head};
use crate::tools::bound;

/// What it keeps of a request that it does not read, in bytes: so little that a large one has no room on its way.
const ROOM: usize = 256 << 10;
/// Longer than anything takes.
const LONG: Duration = Duration::from_secs(30);

/// Serves one connection.
#[derive(Debug)]
pub(crate) struct Late {
    url: String,
    begun: Receiver<()>,
    go: Sender<()>,
    read: Receiver<(Option<Seen>, u64)>,
}

impl Late {
    pub(crate) fn new(body: &'static str) -> Self {
        let socket = bound();
        socket.set_recv_buffer_size(ROOM).expect("a buffer");
        socket.listen(1).expect("it listens");
        let listener = TcpListener::from(socket);
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let ((begins, begun), (go, told), (reads, read)) = (channel(), channel(), channel());
        thread::spawn(move || {
            let Ok((stream, _)) = listener.accept() else { return };
            // Whoever waits for any of it learns by the silence that it did not come.
            let _ = stream.peek(&mut [0]).map(|_| begins.send(()));
            let _ = told.recv().map(|()| reads.send(serve(&stream, body)));
        });
        Self { url, begun, go, read }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Waits until a request begins to come.
    ///
    /// # Panics
    /// If none comes.
    pub(crate) fn begun(&self) {
        self.begun.recv_timeout(LONG).expect("a request comes");
    }

    /// Reads, answers, and waits for the client to go. Gives the request if it came to its end, and how many bytes
    /// came beside it.
    ///
    /// # Panics
    /// If the client does not go.
    pub(crate) fn read(&self) -> (Option<Seen>, u64) {
        self.go.send(()).expect("it waits for that");
        self.read.recv_timeout(LONG).expect("the client closes its connection")
    }
}

fn serve(mut stream: &TcpStream, body: &str) -> (Option<Seen>, u64) {
    let mut reader = BufReader::new(stream);
    let seen = read_head(&mut reader, 0).and_then(|mut seen| {
        read_body(&mut reader, &mut seen)?;
        crate::secrets::received(&seen.head, &seen.body);
        let length = body.len();
        let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}");
        write!(stream, "{head}\r\n\r\n{body}").ok()?;
        Some(seen)
    });
    // One that was reset has nothing more.
    (seen, copy(&mut reader, &mut sink()).unwrap_or(0))
}
