//! One row for each thing that the standard says of an event stream.

use crate::{Row, decode, splits};

struct Case {
    name: &'static str,
    stream: &'static [u8],
    events: &'static [Row],
    last_event_id: &'static str,
    retry_millis: Option<u128>,
}

const fn case(name: &'static str, stream: &'static [u8], events: &'static [Row]) -> Case {
    Case { name, stream, events, last_event_id: "", retry_millis: None }
}

impl Case {
    const fn id(mut self, id: &'static str) -> Self {
        self.last_event_id = id;
        self
    }

    const fn retry(mut self, millis: u128) -> Self {
        self.retry_millis = Some(millis);
        self
    }
}

const CASES: &[Case] = &[
    case("one event", b"data: a\n\n", &[("message", "a", "")]),
    case("two events", b"data: a\n\ndata: b\n\n", &[("message", "a", ""), ("message", "b", "")]),
    case("several data lines", b"data: a\ndata: b\ndata: c\n\n", &[("message", "a\nb\nc", "")]),
    case("data lines around other fields", b"data: a\nid: 1\ndata: b\n\n", &[("message", "a\nb", "1")])
        .id("1"),
    case("trailing empty data line", b"data: a\ndata:\n\n", &[("message", "a\n", "")]),
    case("leading empty data line", b"data\ndata: a\n\n", &[("message", "\na", "")]),
    case("data without colon", b"data\n\n", &[("message", "", "")]),
    case("two data without colon", b"data\ndata\n\n", &[("message", "\n", "")]),
    case("data with nothing after the colon", b"data:\n\n", &[("message", "", "")]),
    case("data with one space after the colon", b"data: \n\n", &[("message", "", "")]),
    case("no space after the colon", b"data:a\n\n", &[("message", "a", "")]),
    case("one space is removed, not two", b"data:  a\n\n", &[("message", " a", "")]),
    case("a tab stays", b"data:\ta\n\n", &[("message", "\ta", "")]),
    case("a space at the end stays", b"data: a \n\n", &[("message", "a ", "")]),
    case("a colon in the value", b"data: a: b\n\n", &[("message", "a: b", "")]),
    case("a colon first in the value", b"data::a\n\n", &[("message", ":a", "")]),
    case("a space before the colon is part of the name", b"data : a\n\n", &[]),
    case("a space before the name is part of it", b" data: a\n\n", &[]),
    case("names are told apart by case", b"Data: a\nDATA: b\n\n", &[]),
    case("longer and shorter names are others", b"datax: a\ndat: b\ndata2\n\n", &[]),
    case("unknown fields", b"foo: 1\ndata: a\nbar\n: x\nbaz:\n\n", &[("message", "a", "")]),
    case("CR only", b"data: a\rdata: b\r\rdata: c\r\r", &[("message", "a\nb", ""), ("message", "c", "")]),
    case("CRLF", b"data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", &[("message", "a\nb", ""), ("message", "c", "")]),
    case("all line ends mixed", b"data: a\r\ndata: b\rdata: c\n\r\ndata: d\r\n\r", &[("message", "a\nb\nc", ""), ("message", "d", "")]),
    case("LF CR is two line ends", b"data: a\n\rdata: b\n\r", &[("message", "a", ""), ("message", "b", "")]),
    case("CR CR LF is a line end and a blank line", b"data: a\r\r\ndata: b\r\r\n", &[("message", "a", ""), ("message", "b", "")]),
    case("a line end after a dispatch on CR is swallowed once", b"data\r\r\n\ndata\n\n", &[("message", "", ""), ("message", "", "")]),
    case("BOM", b"\xEF\xBB\xBFdata: a\n\n", &[("message", "a", "")]),
    case("second BOM is part of the name", b"\xEF\xBB\xBF\xEF\xBB\xBFdata: a\n\ndata: b\n\n", &[("message", "b", "")]),
    case("BOM at the second line is part of the name", b"\n\xEF\xBB\xBFdata: a\n\n", &[]),
    case("BOM in a value stays", b"data: \xEF\xBB\xBFa\n\n", &[("message", "\u{FEFF}a", "")]),
    case("half a BOM is part of the name", b"\xEF\xBBdata: a\n\ndata: b\n\n", &[("message", "b", "")]),
    case("BOM before a blank line", b"\xEF\xBB\xBF\ndata: a\n\n", &[("message", "a", "")]),
    case("BOM alone", b"\xEF\xBB\xBF", &[]),
    case("comments", b": one\n:two\n:\n\ndata: a\n: data: b\n\n", &[("message", "a", "")]),
    case("a comment does not split an event", b"data: a\n:\ndata: b\n\n", &[("message", "a\nb", "")]),
    case("comments alone", b": ping\n\n: ping\n\n", &[]),
    case("event name", b"event: add\ndata: a\n\n", &[("add", "a", "")]),
    case("event name after the data", b"data: a\nevent: add\n\n", &[("add", "a", "")]),
    case("event name is reset", b"event: add\ndata: a\n\ndata: b\n\n", &[("add", "a", ""), ("message", "b", "")]),
    case("event name is reset by a block without data", b"event: add\n\ndata: b\n\n", &[("message", "b", "")]),
    case("last event name wins", b"event: a\nevent: b\ndata: x\n\n", &[("b", "x", "")]),
    case("an empty event name is a message", b"event: a\nevent\ndata: x\n\n", &[("message", "x", "")]),
    case("id", b"id: 7\ndata: a\n\n", &[("message", "a", "7")]).id("7"),
    case("id stays", b"id: 7\ndata: a\n\ndata: b\n\n", &[("message", "a", "7"), ("message", "b", "7")]).id("7"),
    case("empty id resets it", b"id: 7\ndata: a\n\nid\ndata: b\n\n", &[("message", "a", "7"), ("message", "b", "")]),
    case("last id wins", b"id: 7\nid: 8\ndata: a\n\n", &[("message", "a", "8")]).id("8"),
    case("id with NUL is ignored", b"id: 7\nid: 8\09\ndata: a\n\n", &[("message", "a", "7")]).id("7"),
    case("id without data counts", b"id: 7\n\ndata: a\n\n", &[("message", "a", "7")]).id("7"),
    case("id without a blank line does not count yet", b"id: 7\n\nid: 8\ndata: b\n", &[]).id("7"),
    case("retry", b"retry: 1500\n\n", &[]).retry(1500),
    case("retry counts without a blank line", b"retry: 1500\n", &[]).retry(1500),
    case("retry is digits only", b"retry: 15\nretry: 1s\nretry: -1\nretry: +1\nretry: 1.5\nretry:  1\nretry: \xD9\xA1\n\n", &[]).retry(15),
    case("retry without digits is ignored", b"retry: 15\nretry\nretry:\n\n", &[]).retry(15),
    case("retry with leading zeros", b"retry: 0010\n\n", &[]).retry(10),
    case("retry past all counting", b"retry: 99999999999999999999999\n\n", &[]).retry(u64::MAX as u128),
    case("end without blank line", b"data: a\n\ndata: b\n", &[("message", "a", "")]),
    case("end within a line", b"data: a\n\ndata: b", &[("message", "a", "")]),
    case("empty stream", b"", &[]),
    case("blank lines", b"\n\n\n\r\r\n\ndata: a\n\n\n\n", &[("message", "a", "")]),
    case("NUL in data stays", b"data: a\0b\n\n", &[("message", "a\0b", "")]),
    case("text beyond ASCII", "data: größer 漢字 🦀\n\n".as_bytes(), &[("message", "größer 漢字 🦀", "")]),
    case("U+2028, U+0085, VT and FF are no line ends", "data: a\u{2028}b\u{85}c\x0Bd\x0Ce\n\n".as_bytes(), &[("message", "a\u{2028}b\u{85}c\x0Bd\x0Ce", "")]),
    case("invalid byte", b"data: a\xFFb\n\n", &[("message", "a\u{FFFD}b", "")]),
    case("cut sequence is one replacement", b"data: \xF0\x9F\xA6b\n\n", &[("message", "\u{FFFD}b", "")]),
    case("cut sequence at the end of a line", b"data: a\xE6\xBC\ndata: b\n\n", &[("message", "a\u{FFFD}\nb", "")]),
    case("a line end never completes a sequence", b"data: a\xE6\n\xBC\xA2\n\n", &[("message", "a\u{FFFD}", "")]),
    case("surrogates and overlong forms", b"data: \xED\xA0\x80 \xC0\xAF\n\n", &[("message", "\u{FFFD}\u{FFFD}\u{FFFD} \u{FFFD}\u{FFFD}", "")]),
    case("invalid event name and id", b"event: \xFFe\nid: \xFEi\ndata: a\n\n", &[("\u{FFFD}e", "a", "\u{FFFD}i")]).id("\u{FFFD}i"),
    case("invalid byte in a name", b"da\xFFta: a\n\n", &[]),
    case("the stock example of the standard", b"data: YHOO\ndata: +2\ndata: 10\n\n", &[("message", "YHOO\n+2\n10", "")]),
    case("the id example of the standard", b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n", &[("message", "first event", "1"), ("message", "second event", "")]),
];

#[test]
fn every_case_holds_at_every_split() {
    for case in CASES {
        for pieces in splits(case.stream) {
            let seen = decode(pieces.iter().copied());
            let events: Vec<_> =
                seen.events.iter().map(|(e, d, i)| (e.as_str(), d.as_str(), i.as_str())).collect();
            let context = (case.name, &pieces);
            assert_eq!(events, case.events, "{context:?}");
            assert_eq!(seen.last_event_id, case.last_event_id, "{context:?}");
            assert_eq!(seen.retry_millis, case.retry_millis, "{context:?}");
        }
    }
}

#[test]
fn the_reference_agrees_with_every_case() {
    for case in CASES {
        assert_eq!(crate::reference::decode(case.stream), decode([case.stream]), "{}", case.name);
    }
}
