//! The streams that are decoded, and the pieces in which they arrive.

use std::fmt::Write as _;

use bytes::Bytes;

use super::Tally;

/// How much of a stream one read returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// So many bytes.
    Of(usize),
    /// One event with its blank line.
    AFrame,
}

/// A stream and the reads in which it arrives.
#[derive(Debug)]
pub struct Workload {
    /// Names the stream and the reads, for the table.
    pub name: String,
    /// What a decoder must make of it.
    pub expected: Tally,
    reads: Vec<Bytes>,
    rounds: usize,
}

/// A stream as it is written: its bytes, where its frames end, and the bytes of their data.
struct Stream {
    name: String,
    text: String,
    ends: Vec<usize>,
    data: usize,
}

impl Workload {
    /// Returns frames of a Sim stream of about 85 bytes, and then the terminal ones.
    pub fn small(frames: usize, reads: Reads) -> Self {
        let mut stream = Stream::new("small frames".to_owned());
        for n in 0..frames - 2 {
            stream.data_line(&small(n, "the quick brown fox jumps over"));
        }
        stream.data_line("{\"event\":\"final\",\"data\":{\"success\":true,\"output\":{}}}");
        stream.data_line("\"[DONE]\"");
        stream.read(reads)
    }

    /// Returns the same, but each text has a line end in it: it must be unescaped and cannot be lent.
    pub fn escaped(frames: usize, reads: Reads) -> Self {
        let mut stream = Stream::new("small escaped frames".to_owned());
        for n in 0..frames - 2 {
            stream.data_line(&small(n, "t\\ne quick brown fox jumps over"));
        }
        stream.data_line("{\"event\":\"final\",\"data\":{\"success\":true,\"output\":{}}}");
        stream.data_line("\"[DONE]\"");
        stream.read(reads)
    }

    /// Returns frames of one data line whose text has `size` bytes.
    pub fn long(size: usize, frames: usize, reads: Reads) -> Self {
        let mut stream = Stream::new(format!("{} KiB lines", size >> 10));
        for _ in 0..frames {
            stream.data_line(&format!("{{\"chunk\":\"{}\"}}", "x".repeat(size)));
        }
        stream.read(reads)
    }

    /// Returns the same in Greek: nearly every character has two bytes.
    pub fn greek(size: usize, frames: usize, reads: Reads) -> Self {
        let mut stream = Stream::new(format!("{} KiB lines in Greek", size >> 10));
        let words = "καλημέρα κόσμε ";
        for _ in 0..frames {
            stream.data_line(&format!("{{\"chunk\":\"{}\"}}", words.repeat(size / words.len())));
        }
        stream.read(reads)
    }

    /// Returns frames that use what the format has: lines that end in CRLF, comments, names, ids, and data of
    /// several lines.
    pub fn mixed(frames: usize, reads: Reads) -> Self {
        let mut stream = Stream::new("CRLF, comments, ids, multi-line".to_owned());
        for n in 0..frames {
            let text = small(n, "the quick brown fox jumps over");
            let (lines, data) = match n % 4 {
                0 => (format!(": keep-alive\r\nid: {n}\r\ndata: {text}\r\n"), text.len()),
                1 => (format!("event: update\r\ndata: {text}\r\n"), text.len()),
                2 => (
                    format!("event: note\r\nid: {n}\r\ndata: {text}\r\ndata: and more of it\r\n"),
                    text.len() + "\nand more of it".len(),
                ),
                _ => (format!("data: {text}\r\n"), text.len()),
            };
            stream.frame(&lines, "\r\n", data);
        }
        stream.read(reads)
    }

    /// Returns the last event of a run whose output is one text of `size` bytes, in one line.
    pub fn last(size: usize, reads: Reads) -> Self {
        Self::line(&format!("a final frame of {} MB", size / 1_000_000), &last(size), reads)
    }

    /// Returns one event with this data.
    pub fn line(name: &str, data: &str, reads: Reads) -> Self {
        let mut stream = Stream::new(name.to_owned());
        stream.data_line(data);
        stream.read(reads)
    }

    /// Repeats the stream so many times. What a decoder allocates once spreads over more frames, and the reads
    /// stay in the processor's cache, as the buffer of a transport does.
    pub fn repeat(mut self, rounds: usize) -> Self {
        let Tally { events, errors, bytes } = self.expected;
        self.expected = Tally { events: events * rounds, errors, bytes: bytes * rounds };
        self.rounds *= rounds;
        self
    }

    /// Returns the reads, one after the other.
    pub fn reads(&self) -> impl Iterator<Item = &Bytes> {
        std::iter::repeat_n(&self.reads, self.rounds).flatten()
    }

    /// Returns the whole stream.
    pub fn bytes(&self) -> Vec<u8> {
        self.reads().map(|read| &read[..]).collect::<Vec<_>>().concat()
    }

    /// Returns how many events the stream has.
    pub fn frames(&self) -> usize {
        self.expected.events
    }

    /// Returns the size of the stream in bytes.
    pub fn size(&self) -> usize {
        self.reads().map(Bytes::len).sum()
    }
}

/// Returns the JSON of the last event of a run whose output is one text of `size` bytes.
pub fn last(size: usize) -> String {
    let words = "All work and no play makes Jack a dull boy. ";
    let text = words.repeat(size / words.len());
    format!(
        "{{\"event\":\"final\",\"data\":{{\"success\":true,\"output\":{{\"content\":\"{text}\"}}}}}}"
    )
}

/// Returns the JSON of one text of a stream. It has 3 to 30 bytes of `text`, spread without a random source so
/// that every run measures the same.
fn small(n: usize, text: &str) -> String {
    let (chunk, block) = (&text[..3 + n * 7919 % 28], 0x5f2c_6a10_u64 + n as u64 % 3);
    format!("{{\"blockId\":\"{block:08x}-4c1d-4e8a-9b7f-0123456789ab\",\"chunk\":\"{chunk}\"}}")
}

impl Stream {
    fn new(name: String) -> Self {
        Self { name, text: String::new(), ends: Vec::new(), data: 0 }
    }

    fn data_line(&mut self, data: &str) {
        self.frame(&format!("data: {data}\n"), "\n", data.len());
    }

    fn frame(&mut self, lines: &str, blank: &str, data: usize) {
        self.text += lines;
        self.text += blank;
        self.ends.push(self.text.len());
        self.data += data;
    }

    fn read(mut self, reads: Reads) -> Workload {
        let expected = Tally { events: self.ends.len(), errors: 0, bytes: self.data };
        let mut ends = self.ends;
        match reads {
            Reads::Of(size) => {
                write!(self.name, ", reads of {size}").expect("a string takes it");
                ends = (0..self.text.len()).step_by(size).skip(1).collect();
                ends.push(self.text.len());
            }
            Reads::AFrame => self.name += ", a frame a read",
        }
        let reads = place(self.text.as_bytes(), &ends);
        Workload { name: self.name, expected, reads, rounds: 1 }
    }
}

/// Cuts a stream into reads that lie at addresses of all kinds.
///
/// How far a read is from a decoder's buffer, modulo the size of a page, can double the time of a copy. A
/// stream in one piece keeps that distance for a whole line; it would measure luck.
fn place(stream: &[u8], ends: &[usize]) -> Vec<Bytes> {
    let mut memory = Vec::new();
    let mut places = Vec::new();
    let mut start = 0;
    for (n, end) in ends.iter().enumerate() {
        let read = &stream[start..*end];
        if read.len() > 1000 {
            memory.resize(memory.len() + n * 1367 % 4096, 0);
        }
        places.push(memory.len()..memory.len() + read.len());
        memory.extend_from_slice(read);
        start = *end;
    }
    let memory = Bytes::from(memory);
    places.into_iter().map(|place| memory.slice(place)).collect()
}
