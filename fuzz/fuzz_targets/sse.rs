//! However a stream is cut, its events are the same.
//!
//! The first byte of the input sets the limit, the second says how many bytes that follow are the lengths of
//! the pieces, taken in turn; the rest is the stream.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sim_core::SseDecoder;

/// What a stream leads to; an event that is too large is `None`.
type Seen = (Vec<Option<[String; 3]>>, String, Option<std::time::Duration>);

fn decode<'a>(limit: usize, pieces: impl Iterator<Item = &'a [u8]>, tolerant: bool) -> Seen {
    let mut decoder = SseDecoder::new().limit(limit);
    let mut events = Vec::new();
    for piece in pieces {
        let mut frames = decoder.feed(piece);
        while let Some(event) = frames.next() {
            events.push(event.ok().map(|e| [e.event, e.data, e.id].map(str::to_owned)));
        }
    }
    if tolerant {
        events.extend(decoder.finish().map(|e| Some([e.event, e.data, e.id].map(str::to_owned))));
    }
    (events, decoder.last_event_id().to_owned(), decoder.retry())
}

/// Cuts `stream` into pieces of the given lengths, over and over.
fn cut<'a>(mut stream: &'a [u8], lengths: &[u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    let mut lengths = lengths.iter().cycle();
    while !stream.is_empty() {
        // Never only empty pieces, and often long ones.
        let length = lengths.next().map_or(stream.len(), |n| usize::from(*n).max(1));
        let (piece, rest) = stream.split_at(length.min(stream.len()));
        pieces.push(piece);
        stream = rest;
    }
    pieces
}

fuzz_target!(|input: &[u8]| {
    let [limit, count, rest @ ..] = input else { return };
    let (lengths, stream) = rest.split_at(rest.len().min(usize::from(*count % 8)));
    let limit = if *limit == 0 { SseDecoder::DEFAULT_LIMIT } else { usize::from(*limit) };
    for tolerant in [false, true] {
        let whole = decode(limit, std::iter::once(stream), tolerant);
        assert_eq!(decode(limit, cut(stream, lengths).into_iter(), tolerant), whole);
        assert_eq!(decode(limit, stream.chunks(1), tolerant), whole);
    }
});
