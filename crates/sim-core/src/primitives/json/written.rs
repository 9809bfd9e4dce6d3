//! `#[serde(with)]` and `#[serde(serialize_with)]` functions that write what [`field`](super::field) reads.

// serde asks for references.
#![allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref)]

use std::time::Duration;

use serde::Serializer;

/// Writes a duration in milliseconds, with a fraction where it has one.
pub(crate) fn milliseconds<S: Serializer>(
    duration: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match duration {
        None => serializer.serialize_none(),
        Some(duration) if duration.subsec_nanos() % 1_000_000 == 0 => {
            serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
        }
        Some(duration) => serializer.serialize_f64(in_milliseconds(*duration)),
    }
}

/// Returns a duration in milliseconds, with a fraction where it has one.
pub(crate) fn in_milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// An HTTP status, as a number.
pub(crate) mod status {
    use http::StatusCode;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        status: &Option<StatusCode>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match status {
            None => serializer.serialize_none(),
            Some(status) => serializer.serialize_u16(status.as_u16()),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<StatusCode>, D::Error> {
        let status = Option::<u16>::deserialize(deserializer)?;
        status.map(StatusCode::from_u16).transpose().map_err(D::Error::custom)
    }
}

/// Headers, as a list of names and values. Each character of a value stands for one byte.
pub(crate) mod headers {
    use http::{HeaderMap, HeaderName, HeaderValue};
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        headers: &HeaderMap,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(headers.iter().map(|(name, value)| {
            let value: String = value.as_bytes().iter().map(|byte| char::from(*byte)).collect();
            (name.as_str(), value)
        }))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<HeaderMap, D::Error> {
        let mut headers = HeaderMap::new();
        for (name, value) in Vec::<(String, String)>::deserialize(deserializer)? {
            let bytes: Result<Vec<u8>, _> = value.chars().map(u8::try_from).collect();
            let value = bytes.map_err(D::Error::custom)?;
            let name: HeaderName = name.parse().map_err(D::Error::custom)?;
            headers.append(name, HeaderValue::from_bytes(&value).map_err(D::Error::custom)?);
        }
        Ok(headers)
    }
}
