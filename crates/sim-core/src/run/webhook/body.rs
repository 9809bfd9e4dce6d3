//! The body of a delivery: an object, and none that the server answers in place of starting a run.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::Mark;
use crate::primitives::json;

/// The largest body that the server reads, in bytes.
const MAX_BODY: usize = 10 * 1024 * 1024;

/// The JSON of a body, or why it cannot be sent.
pub(super) type Encoded = Result<Bytes, Unfit>;

/// Why a body cannot be sent.
#[derive(Debug, Clone)]
pub(super) enum Unfit {
    /// For this reason.
    Because(String),
    /// It has so many bytes.
    TooLarge(usize),
}

impl Unfit {
    fn because(why: impl Into<String>) -> Self {
        Self::Because(why.into())
    }
}

/// Writes a value as the body of a delivery. A value without content becomes an object without fields.
pub(super) fn encode(value: &(impl Serialize + ?Sized)) -> Encoded {
    let unwritten = |error: &dyn fmt::Display| {
        Unfit::because(format!("the body cannot be serialised: {error}"))
    };
    let body = serde_json::to_vec(value).map_err(|error| unwritten(&error))?;
    json::check_finite(value, &body).map_err(|error| unwritten(&error))?;
    match body.first() {
        Some(b'n') => Ok(Bytes::from_static(b"{}")),
        Some(b'{') => Ok(body.into()),
        _ => Err(Unfit::because(
            "the body of a webhook must be an object: the server starts a run and drops any other body",
        )),
    }
}

/// Adds the mark, and refuses a body that would start no run.
pub(super) fn finish(body: &Encoded, mark: Option<&Mark>) -> Encoded {
    let body = body.clone()?;
    let field = mark.map_or("", |mark| &mark.field);
    let fields = Fields::read(&body, field).map_err(|error| Unfit::because(error.to_string()))?;
    if fields.is_handshake() {
        return Err(Unfit::because(
            "the server takes a body with the text \"challenge\" for a handshake and starts no run; rename the field, \
             or add a field \"type\"",
        ));
    }
    let body = match (mark, fields.mark) {
        (None, _) => body,
        (Some(mark), Some(Value::String(own))) if own == mark.id => body,
        (Some(mark), Some(_)) => {
            return Err(Unfit::because(format!(
                "the body has a field {:?} already; choose another field for the mark",
                mark.field
            )));
        }
        (Some(mark), None) => marked(&body, mark),
    };
    if body.len() > MAX_BODY { Err(Unfit::TooLarge(body.len())) } else { Ok(body) }
}

impl Unfit {
    pub(super) fn error(&self) -> crate::Error {
        match self {
            Self::Because(why) => crate::Error::request(why),
            Self::TooLarge(bytes) => crate::Error::payload_too_large(format!(
                "the body of the delivery has {bytes} bytes, more than the {MAX_BODY} that a webhook reads"
            )),
        }
    }
}

/// Puts the mark before the other fields of an object.
fn marked(body: &[u8], mark: &Mark) -> Bytes {
    let rest = body[1..].trim_ascii_start();
    let comma = if rest.starts_with(b"}") { "" } else { "," };
    let (field, id) = (Value::from(mark.field.as_str()), Value::from(mark.id.as_str()));
    [format!("{{{field}:{id}{comma}").as_bytes(), rest].concat().into()
}

/// The fields of a body that decide what the server does with it. Of two of one name the last counts, as for the
/// server.
struct Fields {
    challenge: Option<Value>,
    kind: Option<Value>,
    mark: Option<Value>,
}

impl Fields {
    fn read(body: &[u8], mark: &str) -> serde_json::Result<Self> {
        let mut reader = serde_json::Deserializer::from_slice(body);
        reader.disable_recursion_limit();
        Named(mark).read(&mut reader)
    }

    fn is_handshake(&self) -> bool {
        let kind = self.kind.as_ref();
        let asks = kind.is_none_or(|kind| kind.as_str() == Some("url_verification"));
        self.challenge.as_ref().is_some_and(Value::is_string) && asks
    }
}

/// The name of the field of the mark; empty without one.
struct Named<'a>(&'a str);

impl Named<'_> {
    fn read<'de, D: Deserializer<'de>>(self, reader: D) -> Result<Fields, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Named<'_> {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Fields, M::Error> {
        let mut fields = Fields { challenge: None, kind: None, mark: None };
        while let Some(Key(key)) = map.next_key()? {
            match &*key {
                "challenge" => fields.challenge = Some(map.next_value()?),
                "type" => fields.kind = Some(map.next_value()?),
                key if !self.0.is_empty() && key == self.0 => {
                    fields.mark = Some(map.next_value()?);
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(fields)
    }
}

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sent(value: &Value, mark: Option<&Mark>) -> Option<String> {
        let body = finish(&encode(value), mark).ok()?;
        Some(String::from_utf8(body.to_vec()).expect("text"))
    }

    /// What a real server did with each body: `true` where it started a run that saw the body.
    #[test]
    fn only_bodies_that_reach_a_run_are_sent() {
        for (body, runs) in [
            (json!({"a": 1}), true),
            (json!({}), true),
            (json!([1]), false),
            (json!("text"), false),
            (json!(7), false),
            (json!(false), false),
            (json!({"challenge": "abc"}), false),
            (json!({"challenge": ""}), false),
            (json!({"challenge": "abc", "type": "url_verification"}), false),
            (json!({"challenge": "abc", "type": "other"}), true),
            (json!({"challenge": "abc", "type": null}), true),
            (json!({"challenge": 7}), true),
            (json!({"deep": {"challenge": "abc"}}), true),
        ] {
            assert_eq!(sent(&body, None).is_some(), runs, "{body}");
        }
        assert_eq!(sent(&Value::Null, None).as_deref(), Some("{}"));
    }

    #[test]
    fn a_mark_is_one_more_field_and_replaces_none() {
        let mark = Mark { field: "deliveryId".into(), id: "a\"b".into() };
        let marked = |body: Value| {
            let text = sent(&body, Some(&mark))?;
            Some(serde_json::from_str::<Value>(&text).expect("JSON"))
        };
        assert_eq!(marked(json!({})), Some(json!({"deliveryId": "a\"b"})));
        assert_eq!(marked(json!({"x": [1]})), Some(json!({"x": [1], "deliveryId": "a\"b"})));
        assert_eq!(marked(json!({"deliveryId": "a\"b"})), Some(json!({"deliveryId": "a\"b"})));
        assert_eq!(marked(json!({"deliveryId": "other"})), None);
        assert_eq!(marked(json!({"deliveryId": 1})), None);
    }

    #[test]
    fn a_body_is_refused_from_one_byte_more_than_the_server_reads() {
        let of = |bytes: usize| json!({ "a": "x".repeat(bytes - 8) });
        assert_eq!(sent(&of(MAX_BODY), None).map(|body| body.len()), Some(MAX_BODY));
        let error = finish(&encode(&of(MAX_BODY + 1)), None).expect_err("too large").error();
        assert_eq!(error.code(), crate::code::PAYLOAD_TOO_LARGE);
    }
}
