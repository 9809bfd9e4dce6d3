//! Lenient readers: a field that does not parse must not lose a result that the caller paid for.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use jiff::Timestamp;
use serde::de::value::MapAccessDeserializer;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::primitives::time::{epoch, point_in_time};

/// Returns text as it is, `None` for `null`, and any other JSON as JSON text.
pub(crate) fn into_text(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

pub(crate) fn into_list(value: Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(list) => Some(list),
        _ => None,
    }
}

/// Reads a duration in milliseconds, which may have a fraction.
pub(crate) fn milliseconds(value: &Value) -> Option<Duration> {
    Duration::try_from_secs_f64(value.as_f64()? / 1000.0).ok()
}

/// Reads a point in time from ISO text or an epoch number.
pub(crate) fn timestamp(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => point_in_time(text),
        Value::Number(number) => point_in_time(&number.to_string()),
        _ => None,
    }
}

/// An object, or `None` for any other JSON.
struct Lenient<T>(Option<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyObject<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for AnyObject<T> {
            type Value = Lenient<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any JSON")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Lenient<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(|value| Lenient(Some(value)))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Lenient<T>, A::Error> {
                AnyScalar.visit_seq(seq).map(|_| Lenient(None))
            }

            fn visit_str<E>(self, _: &str) -> Result<Lenient<T>, E> {
                Ok(Lenient(None))
            }

            fn visit_i64<E>(self, _: i64) -> Result<Lenient<T>, E> {
                Ok(Lenient(None))
            }

            fn visit_u64<E>(self, _: u64) -> Result<Lenient<T>, E> {
                Ok(Lenient(None))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Lenient<T>, E> {
                Ok(Lenient(None))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Lenient<T>, E> {
                Ok(Lenient(None))
            }

            fn visit_unit<E>(self) -> Result<Lenient<T>, E> {
                Ok(Lenient(None))
            }
        }

        deserializer.deserialize_any(AnyObject(PhantomData))
    }
}

/// One scalar of any JSON, borrowed where possible; lists and objects are skipped.
enum Scalar<'a> {
    Text(Cow<'a, str>),
    Whole(i64),
    Number(f64),
    Yes,
    Null,
    Other,
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyScalar)
    }
}

struct AnyScalar;

impl<'de> Visitor<'de> for AnyScalar {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Whole(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Scalar<'de>, E> {
        Ok(i64::try_from(number).map_or(Scalar::Other, Scalar::Whole))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Number(number))
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Scalar<'de>, E> {
        Ok(if yes { Scalar::Yes } else { Scalar::Other })
    }

    fn visit_unit<E>(self) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Scalar<'de>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }
}

impl Scalar<'_> {
    #[allow(clippy::cast_precision_loss)]
    fn number(&self) -> Option<f64> {
        match self {
            Self::Whole(number) => Some(*number as f64),
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    fn milliseconds(&self) -> Option<Duration> {
        Duration::try_from_secs_f64(self.number()? / 1000.0).ok()
    }

    fn timestamp(&self) -> Option<Timestamp> {
        match self {
            Self::Text(text) => point_in_time(text),
            Self::Whole(number) => epoch(*number),
            _ => None,
        }
    }

    /// Reads a count, including one that the server wrote with a decimal point.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn count(&self) -> Option<u64> {
        match self {
            Self::Whole(number) => u64::try_from(*number).ok(),
            Self::Number(n) => (n.fract() == 0.0 && (0.0..9e15).contains(n)).then_some(*n as u64),
            _ => None,
        }
    }
}

/// `#[serde(deserialize_with)]` functions that accept any JSON and return `None` for values that they do not
/// understand. The field needs `#[serde(default)]` as well.
pub(crate) mod field {
    use serde::de::Error as _;

    use super::{Cow, Deserialize, Deserializer, Duration, Lenient, Scalar, Timestamp};

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

    /// Reads an id or a word of a vocabulary.
    ///
    /// # Errors
    /// If the input is not valid JSON.
    pub fn word<'de, D: Deserializer<'de>, T: for<'a> From<&'a str>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        Ok(text(deserializer)?.map(|word| T::from(&word)))
    }

    /// Reads a boolean; any value except `true` is false.
    ///
    /// # Errors
    /// If the input is not valid JSON.
    pub fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
        Scalar::deserialize(deserializer).map(|scalar| matches!(scalar, Scalar::Yes))
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

    /// Reads an object; any other JSON is `None`.
    ///
    /// # Errors
    /// If a field of the object does not parse, or if the input is not valid JSON.
    pub fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        Lenient::deserialize(deserializer).map(|Lenient(object)| object)
    }

    /// Reads a list; `null` is the empty list.
    ///
    /// # Errors
    /// If the value is neither a list nor `null`, or if an item does not parse.
    pub fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
        deserializer: D,
    ) -> Result<Vec<T>, D::Error> {
        Option::deserialize(deserializer).map(Option::unwrap_or_default)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn durations_are_floats_and_odd_ones_are_nothing() {
        assert_eq!(
            milliseconds(&json!(39.330_920_000_000_33)),
            Some(Duration::from_nanos(39_330_920))
        );
        assert_eq!(milliseconds(&json!(1500)), Some(Duration::from_millis(1500)));
        for odd in [json!(-1), json!("12"), json!(null), json!(1e300), json!({})] {
            assert_eq!(milliseconds(&odd), None, "{odd}");
        }
    }

    #[test]
    fn any_error_becomes_text() {
        assert_eq!(into_text(json!("x")).as_deref(), Some("x"));
        assert_eq!(into_text(json!({"message": "x"})).as_deref(), Some(r#"{"message":"x"}"#));
        assert_eq!(into_text(json!(null)), None);
    }
}
