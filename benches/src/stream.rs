//! Decoding event streams: the workloads, and each decoder behind the same function.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::hint::black_box;

use eventsource_stream::Eventsource as _;
use futures_util::{FutureExt as _, Stream, StreamExt as _, stream};
use serde::Deserialize;
use sim_core::SseDecoder;
use sse_core::SseEvent;
use sse_stream::SseByteStream;

/// The decoders that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// This workspace's.
    SimCore,
    /// The best correct peer.
    SseCore,
    /// The fastest peer on long lines.
    SseStream,
    /// The most used peer.
    EventsourceStream,
}

/// What is done with an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Its data is looked at as text.
    Framing,
    /// Its data is parsed into one flat struct.
    Json,
}

/// A stream and how it is read.
#[derive(Debug)]
pub struct Workload {
    /// For the table.
    pub name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The events in them.
    pub frames: usize,
    /// How many bytes a read returns.
    pub read: usize,
}

/// A frame of a Sim stream, borrowed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Flat<'a> {
    #[serde(borrow, default)]
    block_id: Cow<'a, str>,
    #[serde(borrow, default)]
    chunk: Cow<'a, str>,
    #[serde(borrow, default)]
    event: Cow<'a, str>,
}

impl Subject {
    /// All of them, the one to compare with first.
    pub const ALL: [Self; 4] =
        [Self::SseCore, Self::SimCore, Self::SseStream, Self::EventsourceStream];

    /// As on crates.io.
    pub fn name(self) -> &'static str {
        match self {
            Self::SimCore => "sim-core",
            Self::SseCore => "sse-core",
            Self::SseStream => "sse-stream",
            Self::EventsourceStream => "eventsource-stream",
        }
    }

    /// Whether it can do the work in a time that anybody would wait for.
    pub fn bears(self, work: &Workload) -> bool {
        // It searches a line from its start again at every read.
        let searched = work.bytes.len() / work.frames;
        self != Self::EventsourceStream || searched / work.read < 1000
    }

    /// Decodes the stream and returns how many events it had.
    ///
    /// # Panics
    ///
    /// On an event that cannot be read.
    pub fn decode(self, work: &Workload, depth: Depth) -> usize {
        match depth {
            Depth::Framing => self.each(work, |data| {
                black_box(data);
            }),
            Depth::Json => self.each(work, |data| {
                if data.starts_with('{') {
                    let flat: Flat<'_> = serde_json::from_str(data).expect("a frame");
                    black_box((&flat.block_id, &flat.chunk, &flat.event));
                }
            }),
        }
    }

    fn each(self, work: &Workload, mut see: impl FnMut(&str)) -> usize {
        let reads = work.bytes.chunks(work.read);
        let mut events = 0;
        match self {
            Self::SimCore => {
                let mut decoder = SseDecoder::new();
                for read in reads {
                    let mut frames = decoder.feed(read);
                    while let Some(event) = frames.next() {
                        see(event.expect("a small event").data);
                        events += 1;
                    }
                }
            }
            Self::SseCore => {
                let mut decoder = sse_core::SseDecoder::new();
                for mut read in reads {
                    while let Some(event) = decoder.next(&mut read) {
                        if let SseEvent::Message(event) = event.expect("a small event") {
                            see(&event.data);
                            events += 1;
                        }
                    }
                }
            }
            Self::SseStream => drain(SseByteStream::new(stream::iter(ok(reads))), |event| {
                see(&event.expect("an event").data.unwrap_or_default());
                events += 1;
            }),
            Self::EventsourceStream => drain(stream::iter(ok(reads)).eventsource(), |event| {
                see(&event.expect("an event").data);
                events += 1;
            }),
        }
        events
    }
}

fn ok<T>(items: impl Iterator<Item = T>) -> impl Iterator<Item = Result<T, Infallible>> {
    items.map(Ok)
}

/// Takes everything from a stream that is always ready.
fn drain<S: Stream + Unpin>(mut stream: S, mut see: impl FnMut(S::Item)) {
    while let Some(item) = stream.next().now_or_never().flatten() {
        see(item);
    }
}

impl Workload {
    /// Frames of a Sim stream of about 85 bytes, then the terminal ones.
    pub fn small(frames: usize, read: usize) -> Self {
        let mut text = String::new();
        for n in 0..frames - 2 {
            // 3 to 30 bytes, spread without a random source so that every run measures the same.
            let chunk = &"the quick brown fox jumps over"[..3 + n * 7919 % 28];
            let block = 0x5f2c_6a10_u64 + n as u64 % 3;
            writeln!(
                text,
                "data: {{\"blockId\":\"{block:08x}-4c1d-4e8a-9b7f-0123456789ab\",\"chunk\":\"{chunk}\"}}\n"
            )
            .expect("a string takes it");
        }
        text += "data: {\"event\":\"final\",\"data\":{\"success\":true,\"output\":{}}}\n\n";
        text += "data: \"[DONE]\"\n\n";
        Self::new("small frames", text, frames, read)
    }

    /// Frames of one data line of `size` bytes.
    pub fn long(size: usize, frames: usize, read: usize) -> Self {
        let line = format!("data: {{\"chunk\":\"{}\"}}\n\n", "x".repeat(size));
        Self::new(&format!("{} KiB lines", size >> 10), line.repeat(frames), frames, read)
    }

    fn new(name: &str, text: String, frames: usize, read: usize) -> Self {
        let name = format!("{name}, reads of {read}");
        Self { name, bytes: text.into_bytes(), frames, read }
    }
}
