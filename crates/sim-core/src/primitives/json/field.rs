//! `#[serde(deserialize_with)]` functions that accept any JSON and return `None` for values that they do not
//! understand. The field needs `#[serde(default)]` as well.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::scalar::Scalar;
use super::{read, read_hint};

macro_rules! lenient {
    ($(#[$doc:meta])* $name:ident -> $type:ty, $read:expr) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// If the input is not valid JSON.
        pub fn $name<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Option<$type>, D::Error> {
            Scalar::deserialize(deserializer).map($read)
        }
    };
}

lenient!(
    /// Reads a duration in milliseconds, which may have a fraction.
    milliseconds -> Duration, |scalar| scalar.milliseconds());
lenient!(
    /// Reads a point in time: ISO text, epoch seconds or epoch milliseconds.
    timestamp -> Timestamp, |scalar| scalar.timestamp());
lenient!(
    /// Reads a count, including one that the server wrote with a decimal point.
    count -> u64, |scalar| scalar.count());
lenient!(
    /// Reads a number of any kind.
    number -> f64, |scalar| scalar.number());
lenient!(
    /// Reads a text, owned.
    text -> String, |scalar| match scalar {
    Scalar::Text(text) => Some(text.into_owned()),
    _ => None,
});

/// Reads an id or a word of a vocabulary. An empty text is none.
///
/// # Errors
/// If the input is not valid JSON.
pub fn word<'de, D: Deserializer<'de>, T: for<'a> From<&'a str>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(text(deserializer)?.filter(|word| !word.is_empty()).map(|word| T::from(&word)))
}

/// Reads a text; any other JSON is empty.
///
/// # Errors
/// If the input is not valid JSON.
pub fn string<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    text(deserializer).map(Option::unwrap_or_default)
}

/// Reads an id or a word of a vocabulary. Any other JSON is the empty word, for a field that must not cost the rest.
///
/// # Errors
/// If the input is not valid JSON.
pub fn known<'de, D: Deserializer<'de>, T: for<'a> From<&'a str>>(
    deserializer: D,
) -> Result<T, D::Error> {
    word(deserializer).map(|id| id.unwrap_or_else(unnamed))
}

/// Returns the empty word, for `#[serde(default)]` beside [`known`].
pub fn unnamed<T: for<'a> From<&'a str>>() -> T {
    T::from("")
}

/// Reads a boolean; any value except `true` is false.
///
/// # Errors
/// If the input is not valid JSON.
pub fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Scalar::deserialize(deserializer).map(|scalar| matches!(scalar, Scalar::Yes))
}

/// Reads a boolean.
///
/// # Errors
/// If the input is not valid JSON.
pub fn yes_or_no<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Scalar::deserialize(deserializer).map(|scalar| match scalar {
        Scalar::Yes => Some(true),
        Scalar::No => Some(false),
        _ => None,
    })
}

/// Reads text, borrowed where possible.
///
/// # Errors
/// If the input is not valid JSON.
pub fn lent<'a, 'de: 'a, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Cow<'a, str>>, D::Error> {
    Scalar::deserialize(deserializer).map(|scalar| match scalar {
        Scalar::Text(text) => Some(text),
        _ => None,
    })
}

/// Reads text or `null`, borrowed where possible.
///
/// # Errors
/// If the value is neither text nor `null`, or if the input is not valid JSON.
pub fn name<'a, 'de: 'a, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Cow<'a, str>>, D::Error> {
    match Scalar::deserialize(deserializer)? {
        Scalar::Text(text) => Ok(Some(text)),
        Scalar::Null => Ok(None),
        _ => Err(D::Error::custom("expected text or null")),
    }
}

/// Reads an object. Any other JSON is `None`, and so is an object that does not parse.
///
/// # Errors
/// If the input is not valid JSON.
pub fn object<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let json = Box::<RawValue>::deserialize(deserializer)?;
    Ok(if json.get().starts_with('{') { read(json.get().as_bytes()).ok() } else { None })
}

/// Reads an object. Any other JSON is the default, and so is an object that does not parse.
///
/// # Errors
/// If the input is not valid JSON.
pub fn or_default<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    object(deserializer).map(Option::unwrap_or_default)
}

/// Reads a list. An item that does not parse is left out, and any other JSON is the empty list.
///
/// # Errors
/// If the input is not valid JSON.
pub fn list<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Ok(list_or_none(deserializer)?.unwrap_or_default())
}

/// Reads a list that must be there. An item that does not parse is left out.
///
/// # Errors
/// If the value is not a list, or if the input is not valid JSON.
pub fn items<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    list_or_none(deserializer)?.ok_or_else(|| D::Error::custom("expected a list"))
}

/// Reads a list. An item that does not parse is left out, and any other JSON is `None`.
///
/// # Errors
/// If the input is not valid JSON.
pub fn list_or_none<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<Vec<T>>, D::Error> {
    let json = Box::<RawValue>::deserialize(deserializer)?;
    let items: Option<Vec<&RawValue>> = serde_json::from_str(json.get()).ok();
    let read = |item: &RawValue| read(item.get().as_bytes()).ok();
    Ok(items.map(|items| items.into_iter().filter_map(read).collect()))
}

/// Reads an object as a map. A value that does not parse is left out, and any other JSON is `None`.
///
/// # Errors
/// If the input is not valid JSON.
pub fn entries_or_none<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<BTreeMap<String, T>>, D::Error> {
    let json = Box::<RawValue>::deserialize(deserializer)?;
    let entries: Option<BTreeMap<String, &RawValue>> = serde_json::from_str(json.get()).ok();
    let read = |(name, value): (String, &RawValue)| {
        read(value.get().as_bytes()).ok().map(|value| (name, value))
    };
    Ok(entries.map(|entries| entries.into_iter().filter_map(read).collect()))
}

/// Reads any JSON that nothing depends on. A part that is nested too deep becomes `null`, as does a value that cannot
/// be read.
///
/// # Errors
/// If the input is not valid JSON.
pub fn any<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    let json = Box::<RawValue>::deserialize(deserializer)?;
    Ok(read_hint(json.get().as_bytes()).unwrap_or_default())
}

/// Reads any JSON that nothing depends on, as [`any`] does; `null` is `None`.
///
/// # Errors
/// If the input is not valid JSON.
pub fn any_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    any(deserializer).map(|value| Some(value).filter(|value| !value.is_null()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Deserializer, json};

    use super::*;

    type Map = BTreeMap<String, u8>;

    /// Reads each text with a reader.
    macro_rules! read {
        ($reader:expr, $texts:expr) => {
            $texts.map(|text: &str| $reader(&mut Deserializer::from_str(text)).ok())
        };
    }

    const SCALARS: [&str; 6] = [r#""x""#, r#""""#, "true", "false", "null", "[7]"];

    #[test]
    fn a_scalar_of_another_kind_is_nothing() {
        let owned = |text: &str| Some(text.to_owned());
        assert_eq!(read!(string, SCALARS), ["x", "", "", "", "", ""].map(owned));
        assert_eq!(read!(flag, SCALARS), [false, false, true, false, false, false].map(Some));
        let answers = [None, None, Some(true), Some(false), None, None];
        assert_eq!(read!(yes_or_no, SCALARS), answers.map(Some));
        let named = read!(|from| name(from).map(|name| name.map(Cow::into_owned)), SCALARS);
        let expected = [Some(owned("x")), Some(owned("")), None, None, Some(None), None];
        assert_eq!(named, expected, "only null is no name");
    }

    #[test]
    fn what_does_not_parse_costs_nothing_else() {
        let lists = ["[1,\"x\",3]", "[]", "7", "null", "{}"];
        assert_eq!(
            read!(list::<_, u8>, lists),
            [vec![1, 3], vec![], vec![], vec![], vec![]].map(Some)
        );
        let some = [Some(vec![1, 3]), Some(vec![]), None, None, None];
        assert_eq!(read!(list_or_none::<_, u8>, lists), some.clone().map(Some));
        assert_eq!(read!(items::<_, u8>, lists), some, "a list must be there");
        let maps = [r#"{"a":1,"b":"x"}"#, "{}", "7", "null", "[]"];
        let one = Map::from([("a".to_owned(), 1)]);
        let some = [Some(one.clone()), Some(Map::new()), None, None, None];
        assert_eq!(read!(entries_or_none::<_, u8>, maps), some.map(Some));
        let whole = [r#"{"a":1}"#, r#"{"a":1,"b":"x"}"#, "7"];
        let expected = [one, Map::new(), Map::new()];
        assert_eq!(read!(or_default::<_, Map>, whole), expected.map(Some));
    }

    #[test]
    fn any_json_is_kept_and_null_is_none() {
        let read = read!(any_or_none, ["null", "7", r#"{"a":null}"#]);
        assert_eq!(read, [None, Some(json!(7)), Some(json!({"a": null}))].map(Some));
    }
}
