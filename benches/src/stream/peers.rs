//! The decoders that are compared: each reads a stream and shows the text of its events.

use std::convert::Infallible;
use std::error::Error;
use std::num::NonZeroUsize;
use std::pin::pin;

use bytes::{Bytes, BytesMut};
use futures_util::{FutureExt as _, Stream, StreamExt as _, stream};
use http_body::Frame;
use http_body_util::StreamBody;
use sim_core::sse::SseDecoder;
use sse_core::SseEvent;
use sse_parse::SseParser;
use sse_stream::SseByteStream;
use tokio_util::codec::Decoder;

use super::{Tally, Workload};

type AnyError = Box<dyn Error + Send + Sync>;

/// The decoders that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// This workspace's decoder.
    SimCore,
    /// The most correct peer.
    SseCore,
    /// A peer that validates long lines with SIMD.
    SseStream,
    /// A peer that copies each read first.
    SseParse,
    /// A peer that lends from the reads by counting references.
    Sseer,
    /// The most used peer.
    EventsourceStream,
    /// A fork of the most used peer.
    EventsourceStream2,
    /// A peer without a transport of its own.
    Eventsrc,
    /// A peer that gathers a whole event before it looks at it.
    Russe,
    /// A codec for tokio's framed readers.
    TokioSseCodec,
    /// A peer that reads HTTP bodies.
    HttpBody,
}

/// All decoders but this workspace's.
pub const PEERS: [Subject; 10] = [
    Subject::SseCore,
    Subject::SseStream,
    Subject::SseParse,
    Subject::Sseer,
    Subject::EventsourceStream,
    Subject::EventsourceStream2,
    Subject::Eventsrc,
    Subject::Russe,
    Subject::TokioSseCodec,
    Subject::HttpBody,
];

/// Returns the version of a crate in the lock file, or nothing for one that is not there.
pub fn version(name: &str) -> &'static str {
    let lock = include_str!("../../../Cargo.lock");
    let entry = lock.split("[[package]]").find(|entry| {
        entry.lines().any(|line| line.strip_prefix("name = ") == Some(&format!("{name:?}")))
    });
    let version = entry.and_then(|entry| entry.lines().find_map(|l| l.strip_prefix("version = ")));
    version.unwrap_or_default().trim_matches('"')
}

impl Subject {
    /// Returns the name of the crate.
    pub fn name(self) -> &'static str {
        match self {
            Self::SimCore => "sim-core",
            Self::SseCore => "sse-core",
            Self::SseStream => "sse-stream",
            Self::SseParse => "sse-parse",
            Self::Sseer => "sseer",
            Self::EventsourceStream => "eventsource-stream",
            Self::EventsourceStream2 => "eventsource-stream2",
            Self::Eventsrc => "eventsrc",
            Self::Russe => "russe",
            Self::TokioSseCodec => "tokio_sse_codec",
            Self::HttpBody => "http-body-server-sent-events",
        }
    }

    pub(super) fn each(self, work: &Workload, mut see: impl FnMut(&str)) -> Tally {
        let mut tally = Tally::default();
        let mut take = |text: Option<&str>| match text {
            Some(text) => {
                see(text);
                tally.events += 1;
                tally.bytes += text.len();
            }
            None => tally.errors += 1,
        };
        match self {
            Self::SimCore => {
                let mut decoder = SseDecoder::new();
                for read in work.reads() {
                    let mut frames = decoder.feed(read);
                    while let Some(event) = frames.next() {
                        take(event.ok().map(|event| event.data));
                    }
                }
            }
            Self::SseCore => {
                // Its default would refuse the largest events.
                let limit = NonZeroUsize::new(SseDecoder::DEFAULT_LIMIT).expect("not zero");
                let mut decoder = sse_core::SseDecoder::with_limit(limit);
                for read in work.reads() {
                    let mut read = &read[..];
                    while let Some(event) = decoder.next(&mut read) {
                        match event {
                            Ok(SseEvent::Message(event)) => take(Some(&event.data)),
                            Ok(SseEvent::Retry(_)) => {}
                            Err(_) => take(None),
                        }
                    }
                }
            }
            Self::SseStream => {
                let reads = work.reads().map(|read| Ok::<_, Infallible>(&read[..]));
                drain(SseByteStream::new(stream::iter(reads)), |event| {
                    take(event.ok().and_then(|event| event.data).as_deref());
                });
            }
            Self::SseParse => {
                let mut parser = SseParser::new();
                for read in work.reads() {
                    parser.feed(read);
                    while let Some(event) = parser.next_event() {
                        take(Some(&event.data));
                    }
                }
            }
            Self::Sseer => {
                let reads = work.reads().cloned().map(Ok::<Bytes, Infallible>);
                drain(sseer::EventStream::new(stream::iter(reads)), |event| {
                    take(event.ok().as_ref().map(|event| &*event.data));
                });
            }
            Self::EventsourceStream => {
                let reads = work.reads().map(|read| Ok::<_, Infallible>(&read[..]));
                drain(eventsource_stream::EventStream::new(stream::iter(reads)), |event| {
                    take(event.ok().as_ref().map(|event| &*event.data));
                });
            }
            Self::EventsourceStream2 => {
                let reads = work.reads().map(|read| Ok::<_, Infallible>(&read[..]));
                drain(eventsource_stream2::EventStream::new(stream::iter(reads)), |event| {
                    take(event.ok().as_ref().map(|event| &*event.data));
                });
            }
            Self::Eventsrc => {
                let reads = work.reads().map(|read| Ok::<_, Infallible>(&read[..]));
                drain(eventsrc::EventStream::new(stream::iter(reads)), |event| {
                    take(event.ok().as_ref().map(eventsrc::Event::data));
                });
            }
            Self::Russe => framed(russe::Decoder::default(), work, |event| match event {
                Ok(russe::Event::Message(event)) => take(Some(&event.data)),
                Ok(_) => {}
                Err(_) => take(None),
            }),
            Self::TokioSseCodec => {
                let decoder = tokio_sse_codec::SseDecoder::<String>::new();
                framed(decoder, work, |event| match event {
                    Ok(tokio_sse_codec::Frame::Event(event)) => take(Some(&event.data)),
                    Ok(_) => {}
                    Err(_) => take(None),
                });
            }
            Self::HttpBody => {
                let reads = work.reads().cloned().map(|read| Ok::<_, AnyError>(Frame::data(read)));
                let body = StreamBody::new(stream::iter(reads));
                let events = http_body_server_sent_events::decode(body).into_event_stream();
                drain(pin!(events), |event| match event {
                    Ok(event) => {
                        if let Some(data) = &event.data {
                            take(Some(data));
                        }
                    }
                    Err(_) => take(None),
                });
            }
        }
        tally
    }
}

/// Appends each read to one buffer, as tokio's framed readers do, and takes what the decoder finds.
fn framed<D: Decoder>(
    mut decoder: D,
    work: &Workload,
    mut see: impl FnMut(Result<D::Item, D::Error>),
) {
    let mut buffer = BytesMut::new();
    for read in work.reads() {
        buffer.extend_from_slice(read);
        loop {
            match decoder.decode(&mut buffer) {
                Ok(Some(item)) => see(Ok(item)),
                Ok(None) => break,
                Err(error) => {
                    see(Err(error));
                    break;
                }
            }
        }
    }
}

/// Takes everything from a stream that is always ready.
fn drain<S: Stream + Unpin>(mut stream: S, mut see: impl FnMut(S::Item)) {
    while let Some(item) = stream.next().now_or_never().flatten() {
        see(item);
    }
}
