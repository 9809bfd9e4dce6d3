//! Decoding event streams: the workloads, and each decoder behind the same function.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt::{self, Write as _};
use std::hint::black_box;

use eventsource_stream::Eventsource as _;
use futures_util::{FutureExt as _, Stream, StreamExt as _, stream};
use serde::Deserialize;
use sim_core::RunEvent;
use sim_core::sse::SseDecoder;
use sim_core::transport::RunEvents;
use sse_core::SseEvent;
use sse_stream::SseByteStream;

/// The decoders that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The decoder of this workspace.
    SimCore,
    /// The fastest other crate that decodes correctly.
    SseCore,
    /// The fastest other crate on long lines.
    SseStream,
    /// The other crate that most programs use.
    EventsourceStream,
}

/// The use that is made of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// The data of the event is read as text.
    Framing,
    /// The data of the event is parsed into one flat struct, as one does by hand.
    Json,
    /// The data becomes a borrowed event of a run. Only this workspace does that.
    Lent,
    /// The data becomes an owned event of a run. Only this workspace does that.
    Owned,
}

/// A decoder and the use of its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way(pub Subject, pub Depth);

/// The ways that only decode events, with the baseline first.
pub const FRAMING: [Way; 4] = [
    Way(Subject::SseCore, Depth::Framing),
    Way(Subject::SimCore, Depth::Framing),
    Way(Subject::SseStream, Depth::Framing),
    Way(Subject::EventsourceStream, Depth::Framing),
];

/// The ways that decode typed events, with the baseline first.
pub const TYPED: [Way; 6] = [
    Way(Subject::SseCore, Depth::Json),
    Way(Subject::SimCore, Depth::Json),
    Way(Subject::SimCore, Depth::Lent),
    Way(Subject::SimCore, Depth::Owned),
    Way(Subject::SseStream, Depth::Json),
    Way(Subject::EventsourceStream, Depth::Json),
];

/// A stream and the way in which it is read.
#[derive(Debug)]
pub struct Workload {
    /// The name in the table.
    pub name: String,
    /// The bytes of the stream.
    pub bytes: Vec<u8>,
    /// The number of events in the stream.
    pub frames: usize,
    /// The number of bytes that a read returns.
    pub read: usize,
}

/// A borrowed frame of a Sim stream, with the fields that one writes by hand for text and the end.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Flat<'a> {
    /// The block that the text belongs to.
    #[serde(borrow, default)]
    pub block_id: Cow<'a, str>,
    /// The text of the frame.
    #[serde(borrow, default)]
    pub chunk: Cow<'a, str>,
    /// The kind of the frame, empty for text.
    #[serde(borrow, default)]
    pub event: Cow<'a, str>,
}

impl Way {
    /// Returns the way with this name, or `None` if there is none.
    pub fn named(name: &str) -> Option<Self> {
        FRAMING.into_iter().chain(TYPED).find(|way| way.to_string() == name)
    }

    /// Decodes the stream and returns the number of its events.
    ///
    /// # Panics
    ///
    /// Panics on an event that cannot be read, and if another crate is asked for the events of a run.
    pub fn decode(self, work: &Workload) -> usize {
        self.0.decode(work, self.1)
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(subject, depth) = self;
        write!(
            f,
            "{}, {}",
            subject.name(),
            match depth {
                Depth::Framing => "text",
                Depth::Json => "struct by hand",
                Depth::Lent => "event lent",
                Depth::Owned => "event owned",
            }
        )
    }
}

impl Subject {
    /// Returns its name on crates.io.
    pub fn name(self) -> &'static str {
        match self {
            Self::SimCore => "sim-core",
            Self::SseCore => "sse-core",
            Self::SseStream => "sse-stream",
            Self::EventsourceStream => "eventsource-stream",
        }
    }

    /// Returns whether it can do the work in reasonable time.
    pub fn bears(self, work: &Workload) -> bool {
        // This decoder searches a line from its start again at every read.
        let searched = work.bytes.len() / work.frames;
        self != Self::EventsourceStream || searched / work.read < 1000
    }

    fn decode(self, work: &Workload, depth: Depth) -> usize {
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
            Depth::Lent => self.events(work, |event| {
                black_box(&event);
            }),
            Depth::Owned => self.events(work, |event| {
                black_box(&event.into_owned());
            }),
        }
    }

    fn events(self, work: &Workload, mut see: impl FnMut(RunEvent<'_>)) -> usize {
        assert_eq!(self, Self::SimCore, "no other decoder knows runs");
        let mut reader = RunEvents::new(None);
        let mut events = 0;
        for mut read in work.bytes.chunks(work.read) {
            while let Some(event) = reader.next(&mut read) {
                see(event.expect("an event"));
                events += 1;
            }
        }
        // The reader stops at the result. The end mark after it is the last frame.
        events + usize::from(reader.is_over())
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

/// Takes every item from a stream that is always ready.
fn drain<S: Stream + Unpin>(mut stream: S, mut see: impl FnMut(S::Item)) {
    while let Some(item) = stream.next().now_or_never().flatten() {
        see(item);
    }
}

impl Workload {
    /// Returns frames of a Sim stream of about 85 bytes, and then the terminal ones.
    pub fn small(frames: usize, read: usize) -> Self {
        let mut text = String::new();
        for n in 0..frames - 2 {
            // The texts have 3 to 30 bytes, without a random source, so that every run measures the same.
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

    /// Returns frames of a Sim stream whose texts contain a line end. They must be unescaped, so they cannot be
    /// borrowed.
    pub fn escaped(frames: usize, read: usize) -> Self {
        let usual = Self::small(frames, read);
        let text = String::from_utf8(usual.bytes).expect("it was made of text");
        Self::new("small escaped frames", text.replace("the", "t\\ne"), frames, read)
    }

    /// Returns frames with one data line of `size` bytes.
    pub fn long(size: usize, frames: usize, read: usize) -> Self {
        let line = format!("data: {{\"chunk\":\"{}\"}}\n\n", "x".repeat(size));
        Self::new(&format!("{} KiB lines", size >> 10), line.repeat(frames), frames, read)
    }

    fn new(name: &str, text: String, frames: usize, read: usize) -> Self {
        let name = format!("{name}, reads of {read}");
        Self { name, bytes: text.into_bytes(), frames, read }
    }
}
