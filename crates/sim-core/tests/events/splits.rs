//! Streams cut at every byte.

use std::path::Path;

use serde_json::Value;

use super::{assert_one_outcome, shown, told};

const MADE_BY_HAND: [&str; 5] = [
    "data: {\"blockId\":\"a\",\"chunk\":\"h\u{e9}llo 世界 🚀\"}\n\ndata: {\"event\":\"final\",\"data\":{\"success\":true,\"output\":{}}}\n\ndata: \"[DONE]\"\n\n",
    "\u{feff}: a comment\r\ndata:{\"blockId\":\"a\",\"chunk\":\"x\\ny\\u2028\"}\r\n\r\ndata: {\"event\":\"error\",\"error\":\"Boom\"}\r\n\r\ndata: [DONE]\r\n\r\n",
    "event: message\rdata: {\"blockId\":\"a\",\rdata: \"chunk\":\"two lines\"}\r\rdata: {\"event\":\"done\",\"success\":true,\"output\":1}\r\r",
    "id: 7\nretry: 10\ndata: {\"blockId\":\"a\",\"event\":\"tool\",\"phase\":\"start\",\"id\":\"c\",\"name\":\"n\"}\n\ndata: {\"later\":[1]}\n\n",
    "data\n\ndata: \n\ndata: {\"blockId\":\"b\",\"event\":\"error\",\"error\":\"large\"}\n\ndata: \"[DONE]\"",
];

/// Asserts that a stream tells the same whole, in two pieces cut anywhere, byte by byte, and in `pieces`.
fn assert_same_however_cut(name: &str, body: &[u8], pieces: &[usize]) {
    let whole = told([body]);
    assert_one_outcome(&whole);
    for at in 0..=body.len() {
        let (first, second) = body.split_at(at);
        let cut = told([first, second]);
        assert_eq!(shown(&cut), shown(&whole), "{name} cut at {at}");
    }
    assert_eq!(shown(&told(body.chunks(1))), shown(&whole), "{name} byte by byte");
    let mut rest = body;
    let mut recorded = Vec::new();
    for size in pieces {
        let (piece, after) = rest.split_at((*size).min(rest.len()));
        recorded.push(piece);
        rest = after;
    }
    recorded.push(rest);
    assert_eq!(shown(&told(recorded)), shown(&whole), "{name} as it came");
}

#[test]
fn streams_made_by_hand_tell_the_same_however_they_are_cut() {
    for body in MADE_BY_HAND {
        assert_same_however_cut(body, body.as_bytes(), &[7, 1, 30]);
    }
}

#[test]
fn recorded_streams_tell_the_same_however_they_are_cut() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/recordings");
    let Ok(files) = std::fs::read_dir(folder) else {
        eprintln!("skipped: the recordings are not here");
        return;
    };
    let mut count = 0;
    for path in files.map(|file| file.expect("a file").path()) {
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let Ok(json) = serde_json::from_slice::<Value>(&std::fs::read(&path).expect("a recording"))
        else {
            continue;
        };
        let response = &json["response"];
        let Some(body) = response["body"].as_str().filter(|body| body.starts_with("data: ")) else {
            continue;
        };
        let sizes = response["chunk_sizes"].as_array().into_iter().flatten();
        let sizes: Vec<_> =
            sizes.filter_map(Value::as_u64).filter_map(|size| usize::try_from(size).ok()).collect();
        assert_same_however_cut(&name, body.as_bytes(), &sizes);
        count += 1;
    }
    assert!(count >= 40, "{count} streams");
}
