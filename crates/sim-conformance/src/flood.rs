//! A server whose answers do not end, and that knows how much of them it got rid of.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

/// What no client may take, in bytes: from here on it counts as endless.
const ENOUGH: usize = 512 << 20;

/// Sends a beginning once and a piece again and again, until the client goes.
#[derive(Debug)]
pub(crate) struct Flood {
    url: String,
    sent: Receiver<usize>,
}

impl Flood {
    pub(crate) fn new(begin: impl AsRef<[u8]>, piece: impl AsRef<[u8]>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on the loopback interface");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let (begin, piece) = (begin.as_ref().to_vec(), piece.as_ref().repeat(64));
        let (told, sent) = channel();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (begin, piece, told) = (begin.clone(), piece.clone(), told.clone());
                thread::spawn(move || pour(&stream, &begin, &piece, &told));
            }
        });
        Self { url, sent }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// How many bytes went to one client until it closed its connection.
    ///
    /// # Panics
    /// If no client closes one.
    pub(crate) fn sent(&self) -> usize {
        self.sent.recv_timeout(Duration::from_secs(30)).expect("the client closes its connection")
    }
}

fn pour(mut stream: &TcpStream, begin: &[u8], piece: &[u8], told: &Sender<usize>) {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    // The body of a request may stay unread: nothing waits for it.
    while line != "\r\n" {
        line.clear();
        match reader.read_line(&mut line) {
            Ok(read) if read > 0 => {}
            _ => return,
        }
    }
    let mut sent = 0;
    let mut next = begin;
    while sent < ENOUGH && stream.write_all(next).is_ok() {
        sent += next.len();
        next = piece;
    }
    // The case may be over.
    let _ = told.send(sent);
}
