//! What the decoder takes from the allocator. One test function: the counters are the process's.

use std::alloc::System;

use sim_core::sse::SseDecoder;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, Stats, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// Feeds `stream` in pieces of `size` bytes and counts the outcomes.
fn feed(decoder: &mut SseDecoder, stream: &[u8], size: usize) -> (usize, usize) {
    let (mut events, mut errors) = (0, 0);
    for piece in stream.chunks(size) {
        let mut frames = decoder.feed(piece);
        while let Some(event) = frames.next() {
            if event.is_ok() { events += 1 } else { errors += 1 }
        }
    }
    (events, errors)
}

fn measure<T>(work: impl FnOnce() -> T) -> (T, Stats) {
    let region = Region::new(ALLOCATOR);
    let result = work();
    (result, region.change())
}

/// Bytes held at the end of `stats` that were not held at its beginning.
fn held(stats: &Stats) -> usize {
    stats.bytes_allocated.saturating_sub(stats.bytes_deallocated)
}

#[test]
fn memory_is_bounded_and_kept() {
    events_in_steady_state_allocate_nothing();
    a_long_line_in_small_pieces_is_copied_once();
    an_endless_line_holds_no_more_than_the_limit();
    the_room_for_an_outsized_event_is_given_back();
    the_cost_of_one_event_grows_with_its_size_alone();
    a_large_event_is_handed_out_in_no_more_room_than_it_needs();
}

fn events_in_steady_state_allocate_nothing() {
    let small = "data: {\"blockId\":\"5f2c\",\"chunk\":\"some text\"}\n\n".repeat(1000);
    let named = "id: 17\nevent: add\ndata: one\ndata: two\n: note\n\n".repeat(1000);
    let crlf = "data: one\r\ndata: two\r\n\r\n".repeat(1000);
    let long = format!("data: {}\n\n", "x".repeat(64 * KIB)).repeat(10);
    let invalid = b"event: \xFF\ndata: caf\xE9\n\n".repeat(1000);
    for stream in [small.as_bytes(), named.as_bytes(), crlf.as_bytes(), long.as_bytes(), &invalid] {
        for size in [1, 7, 1500, 16 * KIB, MIB] {
            let mut decoder = SseDecoder::new();
            let first = feed(&mut decoder, stream, size);
            // The thread that runs the tests allocates too, now and then.
            let calls = || {
                let (again, stats) = measure(|| feed(&mut decoder, stream, size));
                assert_eq!(first, again);
                assert!(again.0 >= 10 && again.1 == 0, "{again:?}");
                (stats.allocations, stats.reallocations, stats.deallocations)
            };
            let fewest = std::iter::repeat_with(calls).take(5).find(|calls| *calls == (0, 0, 0));
            assert!(fewest.is_some(), "pieces of {size}: {:?}", stream.get(..20));
        }
    }
}

fn a_long_line_in_small_pieces_is_copied_once() {
    let stream = format!("data: {}\n\n", "x".repeat(MIB));
    for size in [1, 64, 1500] {
        let mut decoder = SseDecoder::new();
        let (_, stats) = measure(|| feed(&mut decoder, stream.as_bytes(), size));
        assert!(stats.allocations + stats.reallocations < 64, "{stats:?}");
        assert!(stats.bytes_allocated < 3 * MIB, "{stats:?}");
    }
}

fn an_endless_line_holds_no_more_than_the_limit() {
    let mut decoder = SseDecoder::new().limit(9 * MIB);
    let piece = vec![b'x'; 64 * KIB];
    let (mut errors, mut peak) = (0, 0);
    let region = Region::new(ALLOCATOR);
    for at in 0..1600 {
        let piece = if at == 0 { &b"data: "[..] } else { &piece };
        errors += feed(&mut decoder, piece, piece.len()).1;
        peak = peak.max(held(&region.change()));
    }
    assert_eq!(errors, 1, "100 MiB of one line are one error");
    assert!(peak <= 9 * MIB + KIB, "{peak} bytes held");
    assert!(held(&region.change()) <= 129 * KIB, "{}", held(&region.change()));
    assert_eq!(feed(&mut decoder, b"\n\ndata: a\n\n", 100), (1, 0), "and the stream goes on");
}

fn the_room_for_an_outsized_event_is_given_back() {
    let large = format!("data: {}\n\n", "x".repeat(4 * MIB));
    let unknown = format!("unknown: {}\n\n", "x".repeat(4 * MIB));
    let lossy = [b"data: \xFF".as_slice(), &vec![b'x'; 4 * MIB], b"\n\n"].concat();
    let named = format!("event: {}\ndata\n\n", "x".repeat(4 * MIB));
    for stream in [large.as_bytes(), unknown.as_bytes(), &lossy, named.as_bytes()] {
        for size in [1500, 8 * MIB] {
            let mut decoder = SseDecoder::new();
            let (_, stats) = measure(|| {
                feed(&mut decoder, stream, size);
                feed(&mut decoder, b"data: a\n\n", 100)
            });
            assert!(held(&stats) <= 3 * 128 * KIB, "{} held", held(&stats));
        }
    }
}

/// What a decoder takes from the allocator while a stream of one event grows from 1 to 10 to 100 times its size.
/// Doubling a buffer costs a trip more for each doubling; anything that grows with the reads shows.
fn the_cost_of_one_event_grows_with_its_size_alone() {
    let line = |size: usize| format!("data: {}\n\n", "x".repeat(size));
    let lines = |size: usize| "data: x\n".repeat(size / 8) + "\n";
    let comments = |size: usize| ": x\n".repeat(size / 4) + "data: x\n\n";
    let ids = |size: usize| "id: 7\r\n".repeat(size / 7) + "data: x\n\n";
    let shapes: [(&dyn Fn(usize) -> String, bool); 4] =
        [(&line, true), (&lines, true), (&comments, false), (&ids, false)];
    for (shape, grows) in shapes {
        for reads in [1, 64, 1500, 16 * KIB] {
            for size in [16 * KIB, 160 * KIB, 1600 * KIB] {
                let stream = shape(size);
                let (seen, stats) =
                    measure(|| feed(&mut SseDecoder::new(), stream.as_bytes(), reads));
                assert_eq!(seen, (1, 0));
                let trips = stats.allocations + stats.reallocations;
                let doublings = size.ilog2() as usize + 8;
                assert!(trips <= if grows { doublings } else { 16 }, "{trips}, reads of {reads}");
                let bytes = stats.bytes_allocated;
                assert!(bytes <= if grows { 5 * size } else { 4 * KIB }, "{bytes} for {size}");
            }
        }
    }
}

/// Who reads a large event needs as much room again, so its buffer has no spare room by then.
fn a_large_event_is_handed_out_in_no_more_room_than_it_needs() {
    const SIZE: usize = 10_000_000;
    let stream = format!("data: {}\n\n", "x".repeat(SIZE));
    for size in [64, 1500, 16 * KIB] {
        let mut decoder = SseDecoder::new();
        let region = Region::new(ALLOCATOR);
        let mut room = 0;
        for piece in stream.as_bytes().chunks(size) {
            let mut frames = decoder.feed(piece);
            if let Some(event) = frames.next() {
                assert_eq!(event.expect("far below the limit").data.len(), SIZE);
                room = held(&region.change());
            }
        }
        assert!((SIZE..SIZE + 4 * KIB).contains(&room), "{room}, reads of {size}");
    }
}
