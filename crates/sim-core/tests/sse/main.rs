//! The decoder of event streams against the standard, against a slow reference and against bad input.

mod bad_input;
mod cases;
mod random;
mod reference;
mod rules;

use sim_core::sse::SseDecoder;

/// An event as a table writes it: `(event, data, id)`.
type Row = (&'static str, &'static str, &'static str);

/// The same by value.
type Owned = (String, String, String);

/// What a stream led to, with everything that outlives its events.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    events: Vec<Owned>,
    last_event_id: String,
    retry_millis: Option<u128>,
}

fn owned(event: sim_core::sse::Event<'_>) -> Owned {
    (event.event.to_owned(), event.data.to_owned(), event.id.to_owned())
}

/// Feeds the pieces; an event that is too large shows as one named `TOO LARGE`.
fn decode_with<'a>(
    mut decoder: SseDecoder,
    pieces: impl IntoIterator<Item = &'a [u8]>,
    tolerant: bool,
) -> Seen {
    let mut events = Vec::new();
    for piece in pieces {
        let mut frames = decoder.feed(piece);
        while let Some(event) = frames.next() {
            events.push(event.map_or(("TOO LARGE".into(), String::new(), String::new()), owned));
        }
    }
    if tolerant {
        events.extend(decoder.finish().map(owned));
    }
    Seen {
        events,
        last_event_id: decoder.last_event_id().to_owned(),
        retry_millis: decoder.retry().map(|retry| retry.as_millis()),
    }
}

fn decode<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Seen {
    decode_with(SseDecoder::new(), pieces, false)
}

/// Every way to feed `stream` that a test of all splits tries: whole, cut in two anywhere, byte by byte, and
/// byte by byte with empty pieces between.
fn splits(stream: &[u8]) -> Vec<Vec<&[u8]>> {
    let mut ways = vec![vec![stream], stream.chunks(1).collect()];
    ways.push(stream.chunks(1).flat_map(|byte| [byte, &[]]).collect());
    ways.extend((0..=stream.len()).map(|at| vec![&stream[..at], &stream[at..]]));
    ways
}
