//! However a streamed run is cut into pieces, its events are the same, and it has exactly one outcome.
//!
//! The first byte of the input says how many of the following bytes are the lengths of the pieces, used in
//! turn. The rest is the stream.

#![no_main]

mod pieces;

use libfuzzer_sys::fuzz_target;
use sim_core::{Result, RunEvent, RunId};
use sim_core::transport::{Collector, EventBuffer, RunEvents};

use pieces::cut;

/// The events, and the text of the error if that is the outcome.
type Seen = Vec<std::result::Result<RunEvent<'static>, String>>;

fn own(event: Result<RunEvent<'_>>) -> std::result::Result<RunEvent<'static>, String> {
    let lent = event.map_err(|error| format!("{error:?}, {error}, {:?}", error.body()))?;
    let owned = lent.clone().into_owned();
    assert_eq!(owned, lent, "owning an event changes it");
    Ok(owned)
}

fn events() -> RunEvents {
    RunEvents::new(Some(RunId::new("run-1")))
}

fn read<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Seen {
    let mut events = events();
    let mut seen = Seen::new();
    for mut piece in pieces {
        while let Some(event) = events.next(&mut piece) {
            seen.push(own(event));
        }
        assert!(piece.is_empty() || events.is_over(), "what is left of a piece is lost");
    }
    // The remaining bytes may be an event, and the outcome comes after it.
    while let Some(event) = events.end() {
        seen.push(own(event));
    }
    assert!(events.is_over());
    assert!(
        events.next(&mut &b"data: {\"chunk\":\"x\"}\n\n"[..]).is_none(),
        "an event after the last"
    );
    seen
}

/// Reads the stream in the way of the adapters, with the result that it reports at the end.
fn buffered(pieces: Vec<&[u8]>) -> Seen {
    let mut buffer = EventBuffer::new(events(), &b""[..]);
    let (mut seen, mut collector, mut collected) = (Seen::new(), Collector::default(), None);
    let mut take = |event: Result<RunEvent<'_>>| {
        assert!(collected.is_none(), "an event after the last");
        match event {
            Ok(event) => {
                seen.push(own(Ok(event.clone())));
                collected = collector.take(Ok(event));
            }
            Err(error) => {
                seen.push(own(Err(error)));
                collected = collector.take(Err(sim_core::Error::request("as seen")));
            }
        }
    };
    for piece in pieces {
        buffer.refill(|held| *held = piece);
        while buffer.next(&mut take).is_some() {}
    }
    while let Some(event) = buffer.end() {
        take(event);
    }
    assert!(collected.is_some(), "no outcome");
    seen
}

/// Rewrites the frames of a stream in a form that the fast path does not handle.
fn rewritten(stream: &[u8]) -> Vec<u8> {
    const START: &[u8] = b"{\"blockId\":";
    let mut out = Vec::new();
    for (n, byte) in stream.iter().enumerate() {
        out.push(*byte);
        if stream[n..].starts_with(START) {
            out.push(b' ');
        }
    }
    out
}

/// Returns the parts that do not depend on the form of a frame.
fn told(seen: &Seen) -> Vec<&RunEvent<'static>> {
    let raw = |event: &RunEvent<'_>| matches!(event, RunEvent::Other(other) if other.is_string());
    seen.iter().flatten().filter(|event| !raw(event)).collect()
}

fuzz_target!(|input: &[u8]| {
    let [count, rest @ ..] = input else { return };
    let (lengths, stream) = rest.split_at(rest.len().min(usize::from(*count % 8)));
    let whole = read(std::iter::once(stream));
    let outcome = |event: &std::result::Result<RunEvent<'_>, _>| match event {
        Ok(event) => event.result().is_some(),
        Err(_) => true,
    };
    assert_eq!(whole.iter().filter(|event| outcome(event)).count(), 1, "{whole:?}");
    assert!(whole.last().is_some_and(outcome), "{whole:?}");
    assert_eq!(read(cut(stream, lengths).into_iter()), whole);
    assert_eq!(read(stream.chunks(1)), whole);
    assert_eq!(buffered(cut(stream, lengths)), whole);
    assert_eq!(told(&read(std::iter::once(&rewritten(stream)[..]))), told(&whole));
});
