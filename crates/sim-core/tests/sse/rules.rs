//! What the decoder promises beyond the standard's text.

use std::time::Duration;

use sim_core::sse::SseDecoder;
use sim_core::sse::TooLarge;

use crate::{Row, decode_with, owned, splits};

fn data_of(decoder: &mut SseDecoder, piece: &[u8]) -> Vec<String> {
    let mut frames = decoder.feed(piece);
    let mut data = Vec::new();
    while let Some(event) = frames.next() {
        data.push(event.map_or_else(|error| error.to_string(), |event| event.data.to_owned()));
    }
    data
}

#[test]
fn an_event_is_out_when_the_cr_of_its_blank_line_is_in() {
    let mut decoder = SseDecoder::new();
    assert!(data_of(&mut decoder, b"data: a\r\n").is_empty());
    assert_eq!(data_of(&mut decoder, b"\r"), ["a"]);
    assert!(
        data_of(&mut decoder, b"\n").is_empty(),
        "the line feed belongs to the carriage return"
    );
    assert!(data_of(&mut decoder, b"data: b\r").is_empty());
    assert_eq!(data_of(&mut decoder, b"\r"), ["b"]);
    assert_eq!(data_of(&mut decoder, b"data: c\n\n"), ["c"]);
}

#[test]
fn finish_hands_out_what_no_blank_line_follows() {
    let table: [(&[u8], Option<Row>); 12] = [
        (b"", None),
        (b"data: a\n\n", None),
        (b"data: a\n", Some(("message", "a", ""))),
        (b"data: a", Some(("message", "a", ""))),
        (b"data: a\r", Some(("message", "a", ""))),
        (b"data: a\r\n", Some(("message", "a", ""))),
        (b"\xEF\xBB\xBFdata: a\ndata: b", Some(("message", "a\nb", ""))),
        (b"event: e\nid: 1\ndata: a\nid: 23", Some(("e", "a", "1"))),
        (b"data: a\nevent: cut", Some(("message", "a", ""))),
        (b"event: e\nid: 1\n", None),
        (b": comment", None),
        (b"data: \xE6\xBC", Some(("message", "\u{FFFD}", ""))),
    ];
    for (stream, expected) in table {
        for pieces in splits(stream) {
            let mut decoder = SseDecoder::new();
            for piece in &pieces {
                data_of(&mut decoder, piece);
            }
            let event = decoder.finish().map(owned);
            let event = event.as_ref().map(|(e, d, i)| (e.as_str(), d.as_str(), i.as_str()));
            assert_eq!(event, expected, "{pieces:?}");
            assert_eq!(decoder.finish(), None, "only once: {pieces:?}");
        }
    }
}

#[test]
fn an_id_that_was_not_delivered_is_not_reported() {
    let mut decoder = SseDecoder::new();
    data_of(&mut decoder, b"id: 1\ndata: a\n\nid: 2\n");
    assert_eq!(decoder.finish(), None);
    assert_eq!(decoder.last_event_id(), "1");
    data_of(&mut decoder, b"data: b\n\n");
    assert_eq!(decoder.last_event_id(), "1");
}

#[test]
fn finish_and_restart_begin_a_new_stream() {
    for end in [|d: &mut SseDecoder| assert!(d.finish().is_some()), SseDecoder::restart] {
        let mut decoder = SseDecoder::new();
        data_of(&mut decoder, b"id: 1\nretry: 5\n\nevent: e\ndata: a\nid: 2\ndata: b");
        end(&mut decoder);
        assert_eq!(decoder.retry(), Some(Duration::from_millis(5)));
        let mut frames = decoder.feed(b"\xEF\xBB\xBFdata: c\n\n");
        let event = frames.next().expect("an event").expect("a small one");
        assert_eq!((event.event, event.data), ("message", "c"));
    }
}

#[test]
fn restart_forgets_a_carriage_return_and_a_skipped_event() {
    let mut decoder = SseDecoder::new().limit(8);
    assert_eq!(data_of(&mut decoder, b"data: far too large").len(), 1);
    decoder.restart();
    assert_eq!(data_of(&mut decoder, b"data: a\n\n"), ["a"]);
    data_of(&mut decoder, b"data: b\r");
    decoder.restart();
    assert!(data_of(&mut decoder, b"\ndata: c\n").is_empty());
    assert_eq!(data_of(&mut decoder, b"\n"), ["c"]);
}

#[test]
fn frames_dropped_early_leave_the_decoder_in_step() {
    let stream = b"data: a\n\ndata: b\n\nid: 4\ndata: c\n\ndata: d";
    let mut decoder = SseDecoder::new();
    {
        let mut frames = decoder.feed(stream);
        let first = frames.next().expect("an event").expect("a small one");
        assert_eq!(first.data, "a");
    }
    assert_eq!(decoder.last_event_id(), "4", "the rest was read");
    assert_eq!(data_of(&mut decoder, b"e\n\n"), ["de"], "nothing is torn, nothing comes twice");
    drop(decoder.feed(b"data: not taken\n\ndata: f"));
    assert_eq!(data_of(&mut decoder, b"\n\n"), ["f"]);
}

#[test]
fn next_reads_one_event_and_says_where_it_stopped() {
    let mut decoder = SseDecoder::new();
    let mut rest: &[u8] = b"data: a\n\ndata: b\r\n\r\ndata: c";
    assert_eq!(decoder.next(&mut rest).map(|e| e.map(|e| e.data)), Some(Ok("a")));
    assert_eq!(rest, b"data: b\r\n\r\ndata: c");
    assert_eq!(decoder.next(&mut rest).map(|e| e.map(|e| e.data)), Some(Ok("b")));
    assert_eq!(decoder.next(&mut rest), None);
    assert!(rest.is_empty());
    assert_eq!(decoder.next(&mut &b"\n\n"[..]).map(|e| e.map(|e| e.data)), Some(Ok("c")));
}

#[test]
fn an_uncut_event_is_lent_from_the_piece() {
    let piece = b"data: some text\n\n".to_vec();
    let mut decoder = SseDecoder::new();
    let mut rest = &piece[..];
    let data = decoder.next(&mut rest).expect("an event").expect("a small one").data;
    assert!(piece.as_ptr_range().contains(&data.as_ptr()));
}

#[test]
fn the_limit_counts_the_data_and_the_line_at_hand() {
    // (limit, stream, what comes out)
    let table: [(usize, &[u8], &[&str]); 9] = [
        (7, b"data: a\n\n", &["a"]),
        (6, b"data: a\n\n", &["TOO LARGE"]),
        (7, b"data: a\n\ndata: bc\n\ndata: d\n\n", &["a", "TOO LARGE", "d"]),
        (8, b"data: a\ndata: b\n\n", &["a\nb"]),
        (7, b"data: a\ndata: b\n\n", &["TOO LARGE"]),
        (7, b"data: long\n\ndata: a\n\n", &["TOO LARGE", "a"]),
        (7, b"data: long\r\ndata: x\r\n\r\ndata: a\r\n\r\n", &["TOO LARGE", "a"]),
        (7, b": a long comment\ndata: a\n: and one\n\n", &["a"]),
        (7, b"event: long\ndata: x\n\ndata: a\n\n", &["TOO LARGE", "a"]),
    ];
    for (limit, stream, expected) in table {
        for pieces in splits(stream) {
            let seen = decode_with(SseDecoder::new().limit(limit), pieces.iter().copied(), false);
            let shown: Vec<_> = seen
                .events
                .iter()
                .map(|(event, data, _)| if event == "TOO LARGE" { event } else { data }.as_str())
                .collect();
            assert_eq!(shown, expected, "limit {limit}, {pieces:?}");
        }
    }
}

#[test]
fn nothing_is_kept_of_an_event_that_is_given_up() {
    for pieces in
        splits(b"id: 1\ndata: a\n\nid: 2\nevent: e\ndata: far too long\nid: 3\n\ndata: b\n\n")
    {
        let seen = decode_with(SseDecoder::new().limit(12), pieces.iter().copied(), false);
        assert_eq!(seen.last_event_id, "1", "{pieces:?}");
        assert_eq!(seen.events.last(), Some(&("message".into(), "b".into(), "1".into())));
    }
}

#[test]
fn the_error_names_the_limit() {
    let mut decoder = SseDecoder::new().limit(3);
    let mut frames = decoder.feed(b"data: a");
    let error: TooLarge = frames.next().expect("an outcome").expect_err("too large");
    assert_eq!(error.limit, 3);
    assert_eq!(error.to_string(), "an event of the stream is larger than 3 bytes");
}

#[test]
fn a_byte_order_mark_is_one_at_the_start_of_a_later_stream_alone() {
    let mut decoder = SseDecoder::new();
    data_of(&mut decoder, b"data: a");
    assert!(decoder.finish().is_some());
    assert_eq!(data_of(&mut decoder, b"data: b\n\n"), ["b"]);
    assert!(data_of(&mut decoder, b"\xEF\xBB\xBFdata: c\n\n").is_empty(), "an unknown field");
}

#[test]
fn what_is_held_is_counted_and_not_shown() {
    let mut decoder = SseDecoder::new();
    assert!(decoder.feed(b"id: 7\ndata: S3CR\ndata: S").next().is_none());
    let shown = format!("{decoder:?}");
    assert!(shown.contains("SseDecoder") && shown.contains("6 bytes"), "{shown}");
    assert!(!shown.contains("S3"), "{shown}");
    let shown = format!("{:?}", decoder.feed(b"more"));
    assert!(shown.starts_with("Frames") && shown.contains("4 bytes"), "{shown}");
}

#[test]
fn the_limit_is_the_same_for_an_event_in_one_piece_and_byte_by_byte() {
    for (limit, length) in (1..=14).flat_map(|limit| (0..=9).map(move |length| (limit, length))) {
        let stream = format!("data: {}\n\ndata: b\n\n", "a".repeat(length));
        let seen = |pieces: Vec<&[u8]>| decode_with(SseDecoder::new().limit(limit), pieces, false);
        let bytewise = seen(stream.as_bytes().chunks(1).collect());
        assert_eq!(seen(vec![stream.as_bytes()]), bytewise, "{length} within {limit}");
    }
}

/// What follows is another line, whether or not all of it is there.
#[test]
fn the_last_line_that_looks_like_json_and_is_no_field_is_kept() {
    let mut decoder = SseDecoder::new();
    for (piece, stray) in [
        ("data: {}\n\n", ""),
        ("{\"error\":", "{\"error\":"),
        ("\"full\"}", "{\"error\":\"full\"}"),
        ("\n", "{\"error\":\"full\"}"),
        ("eve", "{\"error\":\"full\"}"),
        ("nt: x\n\n", "{\"error\":\"full\"}"),
        ("no JSON\n", "{\"error\":\"full\"}"),
        ("{}\n", "{}"),
    ] {
        data_of(&mut decoder, piece.as_bytes());
        assert_eq!(decoder.stray(), stray.as_bytes(), "{piece}");
    }
}
