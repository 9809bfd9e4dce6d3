//! Reading JSON as servers write it: a text that is damaged in one place, or a field that does not parse, must not lose
//! a result that the caller paid for. Every room that reads an answer uses it. It must not depend on what the JSON
//! means.

mod digits;
pub(crate) mod field;
mod finite;
pub(crate) mod object;
mod read;
mod repair;
mod scalar;
pub(crate) mod written;

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::primitives::time::point_in_time;

pub(crate) use finite::check as check_finite;
pub(crate) use read::{is_whole, read, read_hint, read_text, repaired, without_mark};

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
    fn a_time_is_text_or_a_number_and_a_list_is_a_list() {
        let time = Some("2025-11-24T16:00:00Z".parse().expect("a time"));
        for text in
            [json!("2025-11-24T16:00:00Z"), json!(1_764_000_000), json!(1_764_000_000_000_u64)]
        {
            assert_eq!(timestamp(&text), time, "{text}");
        }
        assert_eq!(timestamp(&json!(true)), None);
        assert_eq!(into_list(json!([1, "x"])), Some(vec![json!(1), json!("x")]));
        assert_eq!(into_list(json!({})), None);
    }

    #[test]
    fn any_error_becomes_text() {
        assert_eq!(into_text(json!("x")).as_deref(), Some("x"));
        assert_eq!(into_text(json!({"message": "x"})).as_deref(), Some(r#"{"message":"x"}"#));
        assert_eq!(into_text(json!(null)), None);
    }
}
