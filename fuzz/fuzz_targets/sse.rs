//! However a stream is cut into pieces, its events are the same.
//!
//! The first byte of the input sets the limit. The second says how many of the following bytes are the lengths
//! of the pieces, used in turn. The rest is the stream.

#![no_main]

mod pieces;

use libfuzzer_sys::fuzz_target;
use sim_core::sse::SseDecoder;

use pieces::cut;

/// The events of a stream, the last id and the retry time. An event that is too large is `None`.
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
