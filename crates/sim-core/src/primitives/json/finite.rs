//! The search for numbers that JSON does not have, before anything is sent. They would be written as `null`, and the
//! server would take that for a value that is not there.

use std::fmt::{self, Display};

use memchr::memmem;
use serde::ser::{self, Error as _, Serialize, Serializer};
use serde_json::{Error, Result};

/// Checks that `value`, whose JSON this is, holds neither NaN nor infinity.
///
/// # Errors
/// If it holds one.
pub(crate) fn check(value: &(impl Serialize + ?Sized), json: &[u8]) -> Result<()> {
    // Only a text with `null` can hold one, and most have none.
    if memmem::find(json, b"null").is_none() {
        return Ok(());
    }
    match value.serialize(Finite) {
        Err(Found::NotFinite) => {
            Err(Error::custom("a number is not finite, and JSON has no such number"))
        }
        // Another error is not about numbers; the value was written without it.
        Err(Found::Other) | Ok(()) => Ok(()),
    }
}

/// A serializer that writes nothing and fails at the first number that is not finite.
struct Finite;

#[derive(Debug)]
enum Found {
    NotFinite,
    Other,
}

impl Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number is not finite")
    }
}

impl std::error::Error for Found {}

impl ser::Error for Found {
    fn custom<T: Display>(_: T) -> Self {
        Self::Other
    }
}

type Done = std::result::Result<(), Found>;

/// Writes scalars that are always finite.
macro_rules! finite {
    ($($name:ident($type:ty)),+) => {
        $(fn $name(self, _: $type) -> Done {
            Ok(())
        })+
    };
}

/// Begins compounds, each of which goes on with this serializer.
macro_rules! compounds {
    ($($name:ident($($argument:ty),*) -> $type:ident),+) => {
        $(fn $name(self, $(_: $argument),*) -> std::result::Result<Self, Found> {
            Ok(self)
        })+
    };
}

impl Serializer for Finite {
    type Ok = ();
    type Error = Found;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    finite!(
        serialize_bool(bool),
        serialize_i8(i8),
        serialize_i16(i16),
        serialize_i32(i32),
        serialize_i64(i64),
        serialize_i128(i128),
        serialize_u8(u8),
        serialize_u16(u16),
        serialize_u32(u32),
        serialize_u64(u64),
        serialize_u128(u128),
        serialize_char(char),
        serialize_str(&str),
        serialize_bytes(&[u8]),
        serialize_unit_struct(&'static str)
    );

    fn serialize_f32(self, number: f32) -> Done {
        if number.is_finite() { Ok(()) } else { Err(Found::NotFinite) }
    }

    fn serialize_f64(self, number: f64) -> Done {
        if number.is_finite() { Ok(()) } else { Err(Found::NotFinite) }
    }

    fn serialize_none(self) -> Done {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Done {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Done {
        value.serialize(self)
    }

    compounds!(
        serialize_seq(Option<usize>) -> SerializeSeq,
        serialize_tuple(usize) -> SerializeTuple,
        serialize_tuple_struct(&'static str, usize) -> SerializeTupleStruct,
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> SerializeTupleVariant,
        serialize_map(Option<usize>) -> SerializeMap,
        serialize_struct(&'static str, usize) -> SerializeStruct,
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> SerializeStructVariant
    );
}

/// Looks at the parts of a compound.
macro_rules! parts {
    ($($trait:ident: $part:ident($($name:ty)?)),+ $(,)?) => {
        $(impl ser::$trait for Finite {
            type Ok = ();
            type Error = Found;

            fn $part<T: Serialize + ?Sized>(&mut self, $(_: $name,)? value: &T) -> Done {
                value.serialize(Self)
            }

            fn end(self) -> Done {
                Ok(())
            }
        })+
    };
}

parts! {
    SerializeSeq: serialize_element(),
    SerializeTuple: serialize_element(),
    SerializeTupleStruct: serialize_field(),
    SerializeTupleVariant: serialize_field(),
    SerializeStruct: serialize_field(&'static str),
    SerializeStructVariant: serialize_field(&'static str),
}

impl ser::SerializeMap for Finite {
    type Ok = ();
    type Error = Found;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, _: &T) -> Done {
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        value.serialize(Self)
    }

    fn end(self) -> Done {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    #[derive(serde::Serialize)]
    enum Kinds {
        Named { at: f64 },
        Pair(u8, f32),
        One(Option<f64>),
    }

    fn is_fine(value: impl Serialize) -> bool {
        check(&value, &serde_json::to_vec(&value).expect("JSON")).is_ok()
    }

    #[test]
    fn a_number_that_json_does_not_have_is_found_wherever_it_is() {
        for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(!is_fine(odd));
            assert!(!is_fine([1.0, odd]));
            assert!(!is_fine((1, Some(odd))));
            assert!(!is_fine(BTreeMap::from([("a", BTreeMap::from([("b", odd)]))])));
            assert!(!is_fine(Kinds::Named { at: odd }));
            assert!(!is_fine(Kinds::Pair(1, f32::NAN)));
            assert!(!is_fine(Kinds::One(Some(odd))));
        }
    }

    #[test]
    fn everything_else_is_fine_also_beside_null() {
        assert!(is_fine(json!({"a": null, "b": [1.5, "null", true, u64::MAX]})));
        assert!(is_fine((None::<u8>, (), 'c', -1_i64, f64::MAX, f64::MIN_POSITIVE)));
        assert!(is_fine(Kinds::Named { at: 1.0 }));
        assert!(is_fine((None::<u8>, Kinds::Pair(1, 1.5), Kinds::One(None))));
    }
}
