//! Random streams, cut at random, against the reference.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use sim_core::sse::SseDecoder;

use crate::{decode, decode_with, reference};

const STREAMS: u64 = 6_000;

/// What a stream is put together from: much structure, a little of everything that needs care.
const PARTS: &[&[u8]] = &[
    // Whole events, as nearly all are.
    b"data: some text of a usual length\n\n",
    b"data: x\n\n",
    b"data: caf\xC3\xA9\n\n",
    b"data: caf\xE9\n\n",
    b"data: x\r\n\r\n",
    b"data: yz\r\n\r\n",
    b"data: x\r\r",
    b"data: x\n\r\n",
    b"event: e\ndata: x\n\n",
    // And all that they are made of.
    b"data: ",
    b"data:",
    b"data",
    b"event: ",
    b"event",
    b"id: ",
    b"id",
    b"retry: ",
    b":",
    b": ",
    b" ",
    b"\n",
    b"\n",
    b"\n\n",
    b"\n\n",
    b"\r",
    b"\r\r",
    b"\r\n",
    b"\r\n\r\n",
    b"\n\r",
    b"a",
    b"xyz",
    b"12",
    b"\0",
    b"{\"chunk\":\"some text of a usual length\"}",
    "漢".as_bytes(),
    "🦀".as_bytes(),
    b"\xEF\xBB\xBF",
    b"\xEF\xBB",
    b"\xF0\x9F",
    b"\xE6",
    b"\xBC",
    b"\xFF",
    b"dat",
    b"a: ",
];

fn stream(random: &mut StdRng) -> Vec<u8> {
    let mut stream = Vec::new();
    if random.random_ratio(1, 8) {
        stream.extend_from_slice(b"\xEF\xBB\xBF");
    }
    for _ in 0..random.random_range(0..40) {
        stream.extend_from_slice(PARTS.choose(random).expect("some parts"));
    }
    stream
}

fn cut<'a>(mut stream: &'a [u8], random: &mut StdRng) -> Vec<&'a [u8]> {
    let longest = *[1, 2, 5, 30, 200].choose(random).expect("some lengths");
    let mut pieces = Vec::new();
    while !stream.is_empty() {
        let (piece, rest) = stream.split_at(random.random_range(0..=longest.min(stream.len())));
        pieces.push(piece);
        stream = rest;
    }
    pieces
}

#[test]
fn random_streams_are_read_as_the_reference_reads_them() {
    for seed in 0..STREAMS {
        let mut random = StdRng::seed_from_u64(seed);
        let stream = stream(&mut random);
        let expected = reference::decode(&stream);
        assert_eq!(decode([&stream[..]]), expected, "seed {seed}, whole");
        for _ in 0..3 {
            let pieces = cut(&stream, &mut random);
            assert_eq!(decode(pieces.iter().copied()), expected, "seed {seed}, {pieces:?}");
        }
    }
}

#[test]
fn limits_and_the_tolerant_end_do_not_depend_on_the_cuts() {
    let mut given_up = 0;
    for seed in 0..STREAMS {
        let mut random = StdRng::seed_from_u64(seed);
        let stream = stream(&mut random);
        let limit = random.random_range(0..60);
        let with = |pieces: &[&[u8]]| {
            decode_with(SseDecoder::new().limit(limit), pieces.iter().copied(), true)
        };
        let whole = with(&[&stream]);
        given_up += whole.events.iter().filter(|(event, ..)| event == "TOO LARGE").count();
        let pieces = cut(&stream, &mut random);
        assert_eq!(with(&pieces), whole, "seed {seed}, limit {limit}, {pieces:?}");
    }
    assert!(given_up > 300, "{given_up}");
}

#[test]
fn one_decoder_serves_stream_after_stream() {
    let mut decoder = SseDecoder::new();
    for seed in 0..STREAMS {
        let mut random = StdRng::seed_from_u64(seed);
        let stream = stream(&mut random);
        let mut events = Vec::new();
        for piece in cut(&stream, &mut random) {
            let mut frames = decoder.feed(piece);
            while let Some(event) = frames.next() {
                let event = event.expect("far below the limit");
                events.push((event.event.to_owned(), event.data.to_owned()));
            }
        }
        decoder.restart();
        let expected = reference::decode(&stream).events.into_iter().map(|(e, d, _)| (e, d));
        assert_eq!(events, expected.collect::<Vec<_>>(), "seed {seed}");
    }
}
