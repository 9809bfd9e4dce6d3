//! JSON as it was written: each scalar keeps its own characters, so that a program can change one and nothing else.

use std::fmt::Write as _;

use serde_json::{Map, Number, Value};

/// A JSON document whose scalars and keys are the source text, quotes and escapes included.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`, a boolean, a number or a string.
    Scalar(String),
    /// The items of an array.
    List(Vec<Json>),
    /// The keys and values of an object, in order.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads a document, or returns `None` if the text is not one.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut rest = text.trim_start_matches(BLANK);
        let json = value(&mut rest)?;
        rest.trim_start_matches(BLANK).is_empty().then_some(json)
    }

    /// Returns the value under a key of an object, or `None` if there is none.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(entries) = self else { return None };
        entries.iter().find(|(name, _)| unquoted(name) == key).map(|(_, value)| value)
    }

    /// Returns the value at a path of keys, or `None` if there is none.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |json, key| json.get(key))
    }

    /// Returns the text of a string, or `None` for anything else.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let Self::Scalar(scalar) = self else { return None };
        scalar.starts_with('"').then(|| unquoted(scalar))
    }

    /// Returns whether this is the scalar that is written so.
    #[must_use]
    pub fn is(&self, written: &str) -> bool {
        matches!(self, Self::Scalar(scalar) if scalar == written)
    }

    /// Returns the document as a program may see it: an unpaired surrogate is U+FFFD, an integer outside of `u64` and
    /// `i64` is the nearest `f64`, and a number that no `f64` holds is `null`.
    #[must_use]
    pub fn value(&self) -> Value {
        match self {
            Self::Scalar(scalar) => scalar_value(scalar),
            Self::List(items) => items.iter().map(Self::value).collect(),
            Self::Object(entries) => {
                let mut map = Map::new();
                for (name, value) in entries {
                    map.insert(unquoted(name), value.value());
                }
                Value::Object(map)
            }
        }
    }
}

impl std::fmt::Display for Json {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Scalar(scalar) => f.write_str(scalar),
            Self::List(items) => {
                f.write_char('[')?;
                for (at, item) in items.iter().enumerate() {
                    let comma = if at == 0 { "" } else { "," };
                    write!(f, "{comma}{item}")?;
                }
                f.write_char(']')
            }
            Self::Object(entries) => {
                f.write_char('{')?;
                for (at, (name, value)) in entries.iter().enumerate() {
                    let comma = if at == 0 { "" } else { "," };
                    write!(f, "{comma}{name}:{value}")?;
                }
                f.write_char('}')
            }
        }
    }
}

const BLANK: [char; 4] = [' ', '\t', '\r', '\n'];

fn scalar_value(scalar: &str) -> Value {
    match scalar {
        "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ if scalar.starts_with('"') => Value::String(unquoted(scalar)),
        _ if scalar.contains(['.', 'e', 'E']) || scalar == "-0" => float(scalar),
        _ => match (scalar.parse::<u64>(), scalar.parse::<i64>()) {
            (Ok(number), _) => Value::from(number),
            (_, Ok(number)) => Value::from(number),
            _ => float(scalar),
        },
    }
}

/// Reads a number as the nearest `f64`, as `std` does, which rounds correctly.
fn float(scalar: &str) -> Value {
    scalar.parse().ok().and_then(Number::from_f64).map_or(Value::Null, Value::Number)
}

/// Returns the text that a string stands for, with U+FFFD for each unpaired surrogate.
fn unquoted(string: &str) -> String {
    let inner = string.trim_start_matches('"');
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    if !inner.contains('\\') {
        return inner.to_owned();
    }
    let mut units: Vec<u16> = Vec::with_capacity(inner.len());
    let mut rest = inner.chars();
    while let Some(c) = rest.next() {
        let c = match (c, if c == '\\' { rest.next() } else { None }) {
            ('\\', Some('u')) => {
                let digits: String = rest.by_ref().take(4).collect();
                units.push(u16::from_str_radix(&digits, 16).unwrap_or(0xfffd));
                continue;
            }
            ('\\', Some('n')) => '\n',
            ('\\', Some('t')) => '\t',
            ('\\', Some('r')) => '\r',
            ('\\', Some('b')) => '\u{8}',
            ('\\', Some('f')) => '\u{c}',
            ('\\', Some(other)) => other,
            (c, _) => c,
        };
        units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
    }
    String::from_utf16_lossy(&units)
}

fn value(rest: &mut &str) -> Option<Json> {
    match rest.chars().next()? {
        '[' => {
            let mut items = Vec::new();
            while follows(rest, items.is_empty(), ']')? {
                items.push(value(rest)?);
            }
            Some(Json::List(items))
        }
        '{' => {
            let mut entries = Vec::new();
            while follows(rest, entries.is_empty(), '}')? {
                let name = string(rest)?;
                *rest = rest.trim_start_matches(BLANK).strip_prefix(':')?;
                *rest = rest.trim_start_matches(BLANK);
                entries.push((name, value(rest)?));
            }
            Some(Json::Object(entries))
        }
        '"' => string(rest).map(Json::Scalar),
        _ => {
            let end = rest.find([',', ']', '}', ' ', '\t', '\r', '\n']).unwrap_or(rest.len());
            let (scalar, after) = rest.split_at(end);
            *rest = after;
            let number = || scalar.parse::<f64>().is_ok() && scalar.starts_with(NUMBER);
            (matches!(scalar, "null" | "true" | "false") || number())
                .then(|| Json::Scalar(scalar.to_owned()))
        }
    }
}

const NUMBER: [char; 11] = ['-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/// Moves to the next entry of an array or an object. Returns whether there is one.
fn follows(rest: &mut &str, first: bool, end: char) -> Option<bool> {
    if first {
        *rest = &rest[1..];
    }
    *rest = rest.trim_start_matches(BLANK);
    if let Some(after) = rest.strip_prefix(end) {
        *rest = after;
        return Some(false);
    }
    if !first {
        *rest = rest.strip_prefix(',')?.trim_start_matches(BLANK);
    }
    Some(true)
}

/// Takes a string with its quotes.
fn string(rest: &mut &str) -> Option<String> {
    let mut escaped = false;
    let body = rest.strip_prefix('"')?;
    let end = body.char_indices().find(|(_, c)| {
        let ends = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    let (string, after) = rest.split_at(end?.0 + 2);
    *rest = after;
    Some(string.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_read_is_written_as_it_was() {
        for text in
            ["null", "[]", "{}", r#"{"a":[1,2.50,"x\"\\"],"b":{"c":true}}"#, r#"["\ud83d"]"#]
        {
            assert_eq!(Json::read(text).map(|json| json.to_string()).as_deref(), Some(text));
        }
        assert_eq!(
            Json::read(" { \"a\" : [ 1 , 2 ] } ").map(|json| json.to_string()).as_deref(),
            Some(r#"{"a":[1,2]}"#)
        );
        for odd in ["", "{", "[1", "[1 2]", "{\"a\"}", "nul", "1 2", "\"", "<html>", "inf"] {
            assert_eq!(Json::read(odd), None, "{odd}");
        }
    }

    #[test]
    fn values_are_what_a_program_may_see() {
        let value = |text: &str| Json::read(text).expect("JSON").value();
        assert_eq!(value(r#""\ud83d|\ud83d\ude00\n""#), json!("\u{fffd}|\u{1f600}\n"));
        assert_eq!(value("18446744073709551615"), json!(u64::MAX));
        assert_eq!(value("-9223372036854775808"), json!(i64::MIN));
        assert_eq!(value("23.862114999908954"), json!(23.862_114_999_908_954_f64));
        assert_eq!(value("[1e400,-0]"), json!([null, -0.0]));
    }
}
