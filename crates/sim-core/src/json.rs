//! Lenient readers: a result that was paid for is never lost to a hint that does not parse.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::rate_limit::point_in_time;

/// Text as it is, any other JSON but `null` as JSON text.
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

/// A duration in milliseconds, whole or not.
pub(crate) fn milliseconds(value: &Value) -> Option<Duration> {
    Duration::try_from_secs_f64(value.as_f64()? / 1000.0).ok()
}

/// A point in time as ISO text or as an epoch number.
pub(crate) fn timestamp(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => point_in_time(text),
        Value::Number(number) => point_in_time(&number.to_string()),
        _ => None,
    }
}

/// For fields: reads any JSON, and makes `None` of what `read` does not understand.
macro_rules! lenient {
    ($name:ident -> $type:ty, $read:expr) => {
        pub(crate) fn $name<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Option<$type>, D::Error> {
            Value::deserialize(deserializer).map(|value| $read(&value))
        }
    };
}

/// `#[serde(deserialize_with)]` functions; each field needs `#[serde(default)]` beside it.
pub(crate) mod field {
    use super::{Deserialize, Deserializer, Duration, Timestamp, Value};

    lenient!(milliseconds -> Duration, super::milliseconds);
    lenient!(timestamp -> Timestamp, super::timestamp);
    lenient!(count -> u64, |value: &Value| value.as_u64().or_else(|| whole(value)));
    lenient!(number -> f64, Value::as_f64);
    lenient!(text -> String, |value: &Value| value.as_str().map(str::to_owned));

    /// A count that a server wrote with a decimal point.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn whole(value: &Value) -> Option<u64> {
        value.as_f64().filter(|n| n.fract() == 0.0 && (0.0..9e15).contains(n)).map(|n| n as u64)
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
