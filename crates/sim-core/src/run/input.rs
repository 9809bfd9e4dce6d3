//! The input of a run, as JSON text that is ready to send.
//!
//! The second generation has a field of its own for the input. The first mixes input and control keys in one flat
//! object. There, an input field with the name of a control key would disappear or change the server's behaviour, so
//! the SDK rejects such an input unless it is nested.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::error::{Error, Result};
use crate::model::InputDigest;
use crate::primitives::{Generation, json};
use crate::run::around::Around;
use crate::run::encoded::Encoded;
use crate::run::file::field_with_file;
use crate::wire::RequestBody;

/// The keys that the server takes as control keys.
const CONTROL_KEYS: [&str; 20] = [
    "base64MaxBytes",
    "copilotToolCallId",
    "deploymentVersionId",
    "executionId",
    "includeFileBase64",
    "includeThinking",
    "includeToolCalls",
    "inputFromExecutionId",
    "isClientSession",
    "parentWorkspaceId",
    "runFromBlock",
    "selectedOutputs",
    "startBlockId",
    "stopAfterBlockId",
    "stream",
    "triggerBlockId",
    "triggerType",
    "useDraftState",
    "workflowId",
    "workflowStateOverride",
];

/// The largest body that the server accepts, in bytes.
const MAX_BODY: usize = 10 * 1024 * 1024;

/// The input of a workflow.
#[derive(Clone, Default)]
pub(crate) enum Input {
    #[default]
    None,
    /// A JSON object, whose fields are sent at the top level of the body.
    Object(Encoded),
    /// Any other JSON, or an object that the caller wants to nest; sent as the field `input`.
    Nested(Encoded),
    /// The reason why the input could not be serialised.
    Invalid(String),
}

impl Input {
    pub(crate) fn new(value: &(impl Serialize + ?Sized)) -> Self {
        let encoded = match Encoded::new(value) {
            Ok(encoded) => encoded,
            Err(error) => return Self::Invalid(error.to_string()),
        };
        if let Err(error) = encoded.json(|json| json::check_finite(value, json)) {
            return Self::Invalid(error.to_string());
        }
        match encoded.json(|json| json.trim_ascii_start().first().copied()) {
            Some(b'n') => Self::None,
            Some(b'{') => Self::Object(encoded),
            _ => Self::Nested(encoded),
        }
    }

    /// Returns the digest of the input. Where it will stand in a body does not count, because a body depends on the
    /// server's generation.
    pub(crate) fn digest(&self) -> InputDigest {
        match self {
            Self::Object(encoded) => encoded.json(InputDigest::of),
            Self::Nested(encoded) => encoded.under_input(InputDigest::of),
            Self::None | Self::Invalid(_) => InputDigest::of(b""),
        }
    }

    /// Checks that the input could be serialised.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Self::Invalid(why) => Err(unserialised(why)),
            Self::None | Self::Object(_) | Self::Nested(_) => Ok(()),
        }
    }

    pub(crate) fn nested(self) -> Self {
        match self {
            Self::Object(json) => Self::Nested(json),
            other => other,
        }
    }

    /// Returns the first field that holds a file which the server would convert in a run that is not queued.
    pub(crate) fn field_with_file(&self) -> Option<String> {
        match self {
            Self::Object(encoded) => encoded.json(field_with_file),
            Self::None | Self::Nested(_) | Self::Invalid(_) => None,
        }
    }

    /// Returns the body for a generation: the input and the `controls`, each a key and its JSON.
    pub(crate) fn body(
        &self,
        generation: Generation,
        controls: &[(&str, String)],
    ) -> Result<RequestBody> {
        if let Self::Invalid(why) = self {
            return Err(unserialised(why));
        }
        let body = match generation {
            Generation::V1 => self.mixed(controls)?,
            Generation::V2 | Generation::Auto => self.apart(controls),
        };
        if body.len() > MAX_BODY {
            return Err(Error::payload_too_large(format!(
                "the request body has {} bytes, more than the {MAX_BODY} that the API reads; upload large files \
                 first, and send a reference to them",
                body.len()
            )));
        }
        Ok(RequestBody::Bytes(body))
    }

    /// Builds the body of the second generation, which has an object for the input.
    fn apart(&self, controls: &[(&str, String)]) -> Bytes {
        let (encoded, key, after): (_, _, &[u8]) = match self {
            Self::Object(encoded) => (encoded, "\"input\":", b"}"),
            Self::Nested(encoded) => (encoded, "\"input\":{\"input\":", b"}}"),
            Self::None | Self::Invalid(_) => return only(controls),
        };
        encoded.body(Around { before: &opening(controls, key), is_spread: false, after })
    }

    /// Builds the body of the first generation, with the fields of the input among the controls.
    fn mixed(&self, controls: &[(&str, String)]) -> Result<Bytes> {
        let around = |before, is_spread, after| Around { before, is_spread, after };
        Ok(match self {
            Self::Object(encoded) => {
                let keys = encoded
                    .json(|json| serde_json::from_slice(json).map_err(|why| unserialised(&why)))?;
                match keys {
                    Keys { control_key: Some(key), .. } => {
                        return Err(Error::request(format!(
                            "the input field {key:?} has the name of a control key of the API; rename it, or send \
                             the input with nested()"
                        )));
                    }
                    _ if controls.is_empty() => encoded.body(around(b"", false, b"")),
                    Keys { is_empty: true, .. } => only(controls),
                    _ => encoded.body(around(&opening(controls, ""), true, b"")),
                }
            }
            Self::Nested(encoded) => {
                encoded.body(around(&opening(controls, "\"input\":"), false, b"}"))
            }
            Self::None | Self::Invalid(_) => only(controls),
        })
    }
}

fn unserialised(why: &dyn fmt::Display) -> Error {
    Error::request(format!("the input cannot be serialised: {why}"))
}

/// Writes an object of the `controls` up to the value of another `key`, or to the next key if there is none.
fn opening(controls: &[(&str, String)], key: &'static str) -> Cow<'static, [u8]> {
    if controls.is_empty() && key == "\"input\":" {
        return Cow::Borrowed(b"{\"input\":");
    }
    let mut text = "{".to_owned();
    for (control, json) in controls {
        text.extend(["\"", control, "\":", json, ","]);
    }
    Cow::Owned((text + key).into_bytes())
}

/// Writes an object of the `controls` alone.
fn only(controls: &[(&str, String)]) -> Bytes {
    let opening = opening(controls, "");
    let fields = opening.strip_suffix(b",").unwrap_or(&opening);
    [fields, b"}"].concat().into()
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Object(encoded) | Self::Nested(encoded) => {
                write!(f, "{} bytes", encoded.json(<[u8]>::len))
            }
            Self::Invalid(_) => f.write_str("invalid"),
        }
    }
}

/// A visitor that looks only at the keys of an object.
struct Keys {
    control_key: Option<&'static str>,
    is_empty: bool,
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Scan;

        impl<'de> Visitor<'de> for Scan {
            type Value = Keys;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let (mut control_key, mut is_empty) = (None, true);
                while let Some(Key(key)) = map.next_key()? {
                    control_key = control_key
                        .or_else(|| CONTROL_KEYS.iter().copied().find(|own| *own == key));
                    map.next_value::<IgnoredAny>()?;
                    is_empty = false;
                }
                Ok(Keys { control_key, is_empty })
            }
        }

        deserializer.deserialize_map(Scan)
    }
}

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn body_of(generation: Generation, input: &Input, controls: &[(&str, String)]) -> Value {
        let RequestBody::Bytes(body) = input.body(generation, controls).expect("a body") else {
            panic!("it has a body")
        };
        serde_json::from_slice(&body).expect("JSON")
    }

    fn body(input: &Input, controls: &[(&str, String)]) -> Value {
        body_of(Generation::V1, input, controls)
    }

    #[test]
    fn the_second_generation_has_a_place_for_the_input() {
        let control = [("stream", "true".to_owned())];
        for (input, plain) in [
            (json!({"a": 1}), json!({"input": {"a": 1}})),
            (json!({}), json!({"input": {}})),
            (json!({"stream": 7}), json!({"input": {"stream": 7}})),
            (json!([1, 2]), json!({"input": {"input": [1, 2]}})),
            (json!("text"), json!({"input": {"input": "text"}})),
            (json!(null), json!({})),
        ] {
            let input = Input::new(&input);
            assert_eq!(body_of(Generation::V2, &input, &[]), plain);
            let mut controlled = plain;
            controlled["stream"] = true.into();
            assert_eq!(body_of(Generation::V2, &input, &control), controlled);
        }
        let nested = Input::new(&json!({"a": 1})).nested();
        assert_eq!(body_of(Generation::V2, &nested, &[]), json!({"input": {"input": {"a": 1}}}));
    }

    #[test]
    fn an_object_is_spread_and_anything_else_is_nested() {
        let control = [("stream", "true".to_owned())];
        for (input, plain, controlled) in [
            (json!({"a": 1}), json!({"a": 1}), json!({"stream": true, "a": 1})),
            (json!({}), json!({}), json!({"stream": true})),
            (json!([1, 2]), json!({"input": [1, 2]}), json!({"stream": true, "input": [1, 2]})),
            (json!("text"), json!({"input": "text"}), json!({"stream": true, "input": "text"})),
            (json!(false), json!({"input": false}), json!({"stream": true, "input": false})),
            (json!(null), json!({}), json!({"stream": true})),
        ] {
            assert_eq!(body(&Input::new(&input), &[]), plain);
            assert_eq!(body(&Input::new(&input), &control), controlled);
        }
        assert_eq!(body(&Input::new(&json!({"a": 1})).nested(), &[]), json!({"input": {"a": 1}}));
    }

    #[test]
    fn a_field_with_the_name_of_a_control_key_is_refused_unless_nested() {
        for key in CONTROL_KEYS {
            let input = Input::new(&json!({"a": {"deep": [1]}, key: 1, "z": null}));
            let error = input.body(Generation::V1, &[]).expect_err(key);
            assert!(
                error.message().contains(key) && error.message().contains("nested()"),
                "{error}"
            );
            assert_eq!(body(&input.nested(), &[])["input"][key], 1);
        }
        assert!(
            Input::new(&json!({"input": {"stream": 1}, "Stream": 1}))
                .body(Generation::V1, &[])
                .is_ok()
        );
    }

    #[test]
    fn what_cannot_be_sent_is_refused_before_it_is() {
        let tuple_keys = std::collections::BTreeMap::from([((1, 2), 3)]);
        let error =
            Input::new(&tuple_keys).body(Generation::V2, &[]).expect_err("keys must be strings");
        assert_eq!(error.code(), "INVALID_REQUEST");
        let error =
            Input::new(&"x".repeat(MAX_BODY)).body(Generation::V1, &[]).expect_err("too large");
        assert!(error.message().contains("10485760"), "{error}");
    }
}
