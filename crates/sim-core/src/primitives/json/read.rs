//! Reading a whole text: as it is, and only if that fails once more with its damage repaired.

use serde::de::{DeserializeOwned, Error as _, IgnoredAny};
use serde_json::de::SliceRead;
use serde_json::{Deserializer, Error, Result};

use super::digits::KEEPS_DIGITS;
use super::repair::{Deep, MAX_DEPTH, repair};

/// Reads a text whose values matter. A value that is nested too deep is an error.
pub(crate) fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T> {
    read_with(without_mark(json), Deep::Refused)
}

/// Reads what is known to be UTF-8, as [`read`] does.
pub(crate) fn read_text<T: DeserializeOwned>(json: &str) -> Result<T> {
    if KEEPS_DIGITS {
        return read(json.as_bytes());
    }
    serde_json::from_str(json).or_else(|_| read(json.as_bytes()))
}

/// Reads a text that must not cost anything: a value that is nested too deep becomes `null`, and a text that cannot be
/// read is `None`.
pub(crate) fn read_hint<T: DeserializeOwned>(json: &[u8]) -> Option<T> {
    read_with(without_mark(json), Deep::Null).ok()
}

fn read_with<T: DeserializeOwned>(json: &[u8], deep: Deep) -> Result<T> {
    if KEEPS_DIGITS {
        return read_repaired(json, deep, None);
    }
    serde_json::from_slice(json).or_else(|error| read_repaired(json, deep, Some(error)))
}

/// Reads a text after its repair. `first` is the error that it gave as it was.
fn read_repaired<T: DeserializeOwned>(json: &[u8], deep: Deep, first: Option<Error>) -> Result<T> {
    let repaired = repair(json, deep);
    let is_same = repaired.json.is_none() && !repaired.is_deep;
    if let Some(error) = first.filter(|_| is_same) {
        return Err(error);
    }
    let mut deserializer = Deserializer::from_slice(repaired.json.as_deref().unwrap_or(json));
    // The repair bounds the depth.
    deserializer.disable_recursion_limit();
    whole(&mut deserializer).map_err(|error| match deep {
        Deep::Refused if repaired.is_cut => {
            Error::custom(format!("it is nested more than {MAX_DEPTH} levels deep"))
        }
        _ => error,
    })
}

fn whole<T: DeserializeOwned>(from: &mut Deserializer<SliceRead<'_>>) -> Result<T> {
    let read = T::deserialize(&mut *from)?;
    from.end().map(|()| read)
}

/// Returns a text with its damage repaired, or `None` if it has none. A value that is nested too deep can then be
/// skipped, but not read.
pub(crate) fn repaired(json: &[u8]) -> Option<Vec<u8>> {
    repair(without_mark(json), Deep::Refused).json
}

/// Returns whether a text is an object or a list, or several of them, to the last bracket. Nothing that follows could
/// change what it says.
pub(crate) fn is_whole(json: &[u8]) -> bool {
    let json = without_mark(json);
    let is_closed = matches!(json.trim_ascii_end().last(), Some(b'}' | b']'));
    is_closed && Deserializer::from_slice(json).into_iter::<IgnoredAny>().all(|value| value.is_ok())
}

/// Returns the text without a byte order mark.
pub(crate) fn without_mark(json: &[u8]) -> &[u8] {
    json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn value(text: &str) -> Option<Value> {
        read(text.as_bytes()).ok()
    }

    /// A list in lists, as deep as this.
    fn nested(depth: usize) -> String {
        "[".repeat(depth) + &"]".repeat(depth)
    }

    #[test]
    fn the_size_of_a_number_tells_whether_it_keeps_its_digits() {
        assert_eq!(serde_json::from_str::<Value>("1e400").is_ok(), KEEPS_DIGITS);
    }

    #[test]
    fn half_a_character_becomes_the_replacement_and_costs_nothing_else() {
        for (text, read) in [
            (r#"{"a":"\ud83d","b":1}"#, json!({"a": "\u{fffd}", "b": 1})),
            (r#"["x\uDE00y"]"#, json!(["x\u{fffd}y"])),
            (r#"["\ud83d\ude00 \ud83d"]"#, json!(["😀 \u{fffd}"])),
            (r#"["\ud83d\ud83d\ude00"]"#, json!(["\u{fffd}😀"])),
            (r#"["\ud83d\n\"\\ud83d"]"#, json!(["\u{fffd}\n\"\\ud83d"])),
            (r#"["\ud83d\u0041"]"#, json!(["\u{fffd}A"])),
            (r#"{"\ud83d":"\ude00"}"#, json!({"\u{fffd}": "\u{fffd}"})),
        ] {
            assert_eq!(value(text), Some(read), "{text}");
        }
        assert!(read::<String>(b"\"a\xffb\"").is_err(), "that is no JSON");
    }

    #[test]
    fn numbers_are_exact_or_the_nearest_or_null() {
        for (text, number) in [
            ("23.862114999908954", json!(23.862_114_999_908_954)),
            ("18446744073709551615", json!(u64::MAX)),
            ("-9223372036854775808", json!(i64::MIN)),
            ("18446744073709551616", json!(18_446_744_073_709_551_616_f64)),
            ("-9223372036854775809", json!(-9_223_372_036_854_775_808_f64)),
            ("1E2", json!(100.0)),
            ("2.50", json!(2.5)),
            ("5e-324", json!(5e-324)),
            ("1e-400", json!(0.0)),
            ("1e400", json!(null)),
            ("-1e400", json!(null)),
        ] {
            assert_eq!(value(text), Some(number.clone()), "{text}");
            let text = format!(r#"{{"a":{text},"b":"1e400"}}"#);
            assert_eq!(value(&text), Some(json!({"a": number, "b": "1e400"})), "{text}");
        }
    }

    #[test]
    fn a_text_may_be_deep_but_not_deeper_than_its_bound() {
        for depth in [127, 128, 129, MAX_DEPTH] {
            assert!(value(&nested(depth)).is_some(), "{depth}");
        }
        let error = read::<Value>(nested(MAX_DEPTH + 1).as_bytes()).expect_err("too deep");
        assert!(error.to_string().contains("256 levels"), "{error}");
        let damaged = read::<u8>(br#""\ud83d""#).expect_err("it is no number");
        assert!(damaged.to_string().starts_with("invalid type: string"), "{damaged}");
        for text in [nested(100_000), "[".repeat(100_000), "{\"a\":".repeat(100_000)] {
            assert!(value(&text).is_none());
        }
    }

    #[test]
    fn what_nobody_reads_may_be_as_deep_as_it_likes() {
        #[derive(serde::Deserialize)]
        struct Flat {
            a: u8,
        }
        let text = format!(r#"{{"deep":{},"a":7,"b":"\ud83d"}}"#, nested(100_000));
        assert_eq!(read::<Flat>(text.as_bytes()).ok().map(|flat| flat.a), Some(7));
        let hint = read_hint::<Value>(format!("[1,{}]", nested(100_000)).as_bytes());
        assert_eq!(hint.and_then(|hint| hint.get(0).cloned()), Some(json!(1)));
    }

    #[test]
    fn what_is_too_deep_ends_with_its_last_bracket() {
        let lists = MAX_DEPTH - 1;
        let deep = "[".repeat(lists) + r#"["]",[{}],"\"]"]"# + &"]".repeat(lists);
        let read = read_hint::<Value>(format!(r#"{{"x":{deep},"a":7}}"#).as_bytes());
        assert_eq!(read.expect("JSON")["a"], 7);
        let many = format!("[{}[]]", "[{}],".repeat(2 * MAX_DEPTH));
        assert!(value(&many).is_some(), "what stands beside each other is not deep");
    }

    #[test]
    fn only_what_is_damaged_is_repaired() {
        assert_eq!(repaired(br#"["\ud83d"]"#).as_deref(), Some(&br#"["\ufffd"]"#[..]));
        assert_eq!(
            repaired("\u{feff}\"\\ude00\"".as_bytes()).as_deref(),
            Some(&br#""\ufffd""#[..])
        );
        assert_eq!(repaired(b"[1]"), None);
        for (depth, is_deep) in [(127, false), (128, true)] {
            assert_eq!(repair(nested(depth).as_bytes(), Deep::Refused).is_deep, is_deep, "{depth}");
        }
        let beside = format!("[{}[]]", "[],".repeat(200));
        assert!(!repair(beside.as_bytes(), Deep::Refused).is_deep);
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        assert_eq!(value("\u{feff}[1]"), Some(json!([1])));
        assert_eq!(value("\u{feff}\u{feff}[1]"), None);
    }

    #[test]
    fn a_text_is_whole_once_its_last_bracket_is_there() {
        let text = "{\"a\":[1,\"}\"]}\n{\"b\":2}";
        let is_whole = |length: usize| super::is_whole(&text.as_bytes()[..length]);
        let lengths: Vec<_> = (0..=text.len()).filter(|length| is_whole(*length)).collect();
        assert_eq!(lengths, [13, 14, text.len()]);
        for cut in ["", "1", "12", "\"a\"", "null", "[1]]", "[1] x]"] {
            assert!(!super::is_whole(cut.as_bytes()), "{cut}");
        }
    }

    #[test]
    fn what_is_no_json_stays_an_error() {
        for text in [
            "",
            " ",
            "{",
            "[1,]",
            "\"a",
            "\"\\ud8",
            "\"\\u",
            "\"\\",
            "tru",
            "1e",
            "-",
            "{}x",
            "\"\\ud83d\" x",
        ] {
            assert_eq!(value(text), None, "{text}");
        }
    }
}
