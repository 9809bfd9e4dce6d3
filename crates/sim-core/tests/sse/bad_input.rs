//! Streams that nobody should send.

use sim_core::sse::SseDecoder;

use crate::{decode, decode_with, splits};

const MIB: usize = 1 << 20;

#[test]
fn every_pair_and_triple_of_odd_bytes_is_read_without_a_panic() {
    let odd = [0, b'\n', b'\r', b':', b' ', b'a', 0xEF, 0xBB, 0xBF, 0xF0, 0xFF];
    for a in odd {
        for b in odd {
            for c in odd {
                let stream = [a, b, c, b'\n', b'\n'];
                let whole = decode_with(SseDecoder::new(), [&stream[..]], true);
                for pieces in splits(&stream) {
                    assert_eq!(decode_with(SseDecoder::new(), pieces.iter().copied(), true), whole);
                }
            }
        }
    }
}

#[test]
fn a_stream_of_nul_bytes_is_one_long_unknown_field() {
    let zeros = vec![0; MIB];
    assert!(decode([&zeros[..], b"\n\ndata: a\n\n"]).events.len() == 1);
}

#[test]
fn half_a_character_at_the_end_is_replaced_only_if_it_is_handed_out() {
    for pieces in splits(b"data: \xF0\x9F\xA6") {
        let seen = decode_with(SseDecoder::new(), pieces.iter().copied(), true);
        assert_eq!(seen.events[0].1, "\u{FFFD}");
        assert!(decode(pieces).events.is_empty());
    }
}

#[test]
fn many_lines_over_the_limit_are_one_error() {
    let stream = "data: 0123456789\n".repeat(1000) + "\ndata: a\n\n";
    for size in [1, 7, 1500, stream.len()] {
        let seen =
            decode_with(SseDecoder::new().limit(1000), stream.as_bytes().chunks(size), false);
        let names: Vec<_> = seen.events.iter().map(|(event, ..)| event.as_str()).collect();
        assert_eq!(names, ["TOO LARGE", "message"], "pieces of {size}");
    }
}

#[test]
fn empty_data_lines_without_end_are_bounded_too() {
    let mut decoder = SseDecoder::new().limit(1000);
    let errors = (0..5000).filter(|_| decoder.feed(b"data\n").next().is_some()).count();
    assert_eq!(errors, 1);
}

#[test]
fn the_default_limit_is_64_mib() {
    let line = vec![b'x'; MIB];
    let mut decoder = SseDecoder::new();
    let mut too_large_at = None;
    for at in 0..100 {
        if decoder.feed(if at == 0 { b"data: " } else { &line }).next().is_some() {
            assert!(too_large_at.replace(at).is_none(), "one error for one event");
        }
    }
    assert_eq!(too_large_at, Some(64), "63 MiB and six bytes fit, 64 MiB and six bytes do not");
}
