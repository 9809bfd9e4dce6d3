//! The fields of a JSON object, read one by one: what `object!` expands to.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeOwned, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::de::StrRead;
use serde_json::value::RawValue;
use serde_json::{Error, Result};

use super::read_text;
use super::scalar::Scalar;

/// What a field that is missing reads as.
const NULL: &str = "null";

/// The fields of an object, as the text that each of them has.
#[derive(Debug)]
pub struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Fields<'a> {
    /// Returns the field that has one of these names, for a reader that accepts any JSON.
    pub fn json(&self, names: &[&str]) -> serde_json::Deserializer<StrRead<'a>> {
        serde_json::Deserializer::from_str(self.get(names).unwrap_or(NULL))
    }

    /// Reads the field that has one of these names.
    ///
    /// # Errors
    /// If it is not of its type, or if it is missing and `null` is not of that type.
    pub fn strict<T: DeserializeOwned>(&self, names: &[&'static str]) -> Result<T> {
        match self.get(names) {
            Some(json) => read_text(json),
            None => read_text(NULL).map_err(|_| Error::missing_field(names[0])),
        }
    }

    /// The last field of a name counts, as in JavaScript.
    fn get(&self, names: &[&str]) -> Option<&'a str> {
        let field = |name| self.0.iter().rev().find(|(key, _)| key == name);
        Some(names.iter().find_map(field)?.1.get())
    }
}

/// Reads an object by its fields. `read` is compiled once, whatever the deserializer is.
///
/// # Errors
/// If the input is no object, or if a field cannot be read.
pub fn object<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    read: fn(&Fields<'_>) -> Result<T>,
) -> std::result::Result<T, D::Error> {
    let json = Box::<RawValue>::deserialize(deserializer)?;
    fields(json.get()).and_then(|fields| read(&fields)).map_err(D::Error::custom)
}

fn fields(json: &str) -> Result<Fields<'_>> {
    serde_json::Deserializer::from_str(json).deserialize_map(AnyFields)
}

struct AnyFields;

impl<'de> Visitor<'de> for AnyFields {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(
        self,
        mut map: A,
    ) -> std::result::Result<Fields<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some(key) = map.next_key()? {
            let json = map.next_value()?;
            if let Scalar::Text(key) = key {
                fields.push((key, json));
            }
        }
        Ok(Fields(fields))
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde::Serialize;
    use serde_json::{Value, json};

    use crate::primitives::json::{field, read};

    crate::object! {
        #[derive(Debug, PartialEq, Serialize)]
        struct Seen {
            name: String = "name" | "title",
            at: Option<Timestamp> = "at" as field::timestamp,
            note: Option<String> = "note",
            more: Value = "more" as field::any,
        }
    }

    fn seen(json: &str) -> serde_json::Result<Value> {
        read::<Seen>(json.as_bytes()).and_then(serde_json::to_value)
    }

    #[test]
    fn what_is_missing_reads_as_null() {
        let expected = json!({"name": "n", "at": null, "note": null, "more": null});
        for text in [
            r#"{"name":"n"}"#,
            r#"{"name":"n","at":null,"note":null,"more":null}"#,
            r#"{"na\u006de":"n","at":{"x":[1]},"other":{}}"#,
            r#"{"title":"n"}"#,
            r#"{"title":"t","name":"n"}"#,
            r#"{"name":"m","name":"n"}"#,
        ] {
            assert_eq!(seen(text).expect(text), expected, "{text}");
        }
    }

    #[test]
    fn what_must_be_there_is_named_if_it_is_not() {
        for (text, told) in [
            ("{}", "missing field `name`"),
            (r#"{"name":7}"#, "invalid type: integer `7`, expected a string"),
            (r#"{"name":null}"#, "invalid type: null, expected a string"),
            (r#"{"name":"n","note":7}"#, "invalid type: integer `7`, expected a string"),
            (r#"["n",null,null,null]"#, "invalid type: sequence, expected an object"),
            ("null", "invalid type: null, expected an object"),
        ] {
            let error = seen(text).expect_err(text).to_string();
            assert!(error.starts_with(told), "{text}: {error}");
        }
    }

    #[test]
    fn damage_in_one_field_costs_no_other() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        let text = format!(r#"{{"name":"n\ud83d","more":"\ude00","at":"\ud83d","x":{deep}}}"#);
        let expected = json!({"name": "n\u{fffd}", "at": null, "note": null, "more": "\u{fffd}"});
        assert_eq!(seen(&text).expect("it is read"), expected);
        let nested = "[".repeat(200) + &"]".repeat(200);
        assert!(
            !seen(&format!(r#"{{"name":"n","more":{nested}}}"#)).expect("read")["more"].is_null()
        );
    }

    #[test]
    fn an_object_is_read_from_text_and_from_a_value() {
        let value = json!({"name": "n", "at": null, "note": "x", "more": 1.5});
        let seen: Seen = serde_json::from_value(value.clone()).expect("it is whole");
        assert_eq!(serde_json::to_value(seen).expect("it is written"), value);
    }
}
