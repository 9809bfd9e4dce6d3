//! Single values of any JSON, read without an error.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::digits::KEEPS_DIGITS;
use crate::primitives::time::{epoch, point_in_time};

/// One scalar of any JSON, borrowed where possible; lists and objects are skipped.
pub(super) enum Scalar<'a> {
    Text(Cow<'a, str>),
    Whole(i64),
    Large(u64),
    Number(f64),
    Yes,
    No,
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
        Ok(i64::try_from(number).map_or(Scalar::Large(number), Scalar::Whole))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Number(number))
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Scalar<'de>, E> {
        Ok(if yes { Scalar::Yes } else { Scalar::No })
    }

    fn visit_unit<E>(self) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Scalar<'de>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar<'de>, A::Error> {
        let Some(Mark(is_number)) = map.next_key()? else { return Ok(Scalar::Other) };
        let number = if is_number { map.next_value::<Digits>()?.0 } else { None };
        if !is_number {
            map.next_value::<IgnoredAny>()?;
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(number.map_or(Scalar::Other, Scalar::Number))
    }
}

impl Scalar<'_> {
    #[allow(clippy::cast_precision_loss)]
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Whole(number) => Some(*number as f64),
            Self::Large(number) => Some(*number as f64),
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn milliseconds(&self) -> Option<Duration> {
        Duration::try_from_secs_f64(self.number()? / 1000.0).ok()
    }

    pub(super) fn timestamp(&self) -> Option<Timestamp> {
        match self {
            Self::Text(text) => point_in_time(text),
            Self::Whole(number) => epoch(*number),
            _ => None,
        }
    }

    /// Reads a count, including one that the server wrote with a decimal point.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub(super) fn count(&self) -> Option<u64> {
        match self {
            Self::Whole(number) => u64::try_from(*number).ok(),
            Self::Large(number) => Some(*number),
            Self::Number(n) => (n.fract() == 0.0 && (0.0..9e15).contains(n)).then_some(*n as u64),
            _ => None,
        }
    }
}

/// Whether a key is the one under which `serde_json` hands over a number that it keeps as text. It does so where a
/// crate of the program switched on its feature `arbitrary_precision`.
struct Mark(bool);

impl<'de> Deserialize<'de> for Mark {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Scalar::Text(key) = deserializer.deserialize_str(AnyScalar)? else {
            return Ok(Self(false));
        };
        Ok(Self(KEEPS_DIGITS && key == "$serde_json::private::Number"))
    }
}

/// The digits of a number that is kept as text; `None` for anything else.
struct Digits(Option<f64>);

impl<'de> Deserialize<'de> for Digits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Scalar::deserialize(deserializer)? {
            Scalar::Text(digits) => digits.parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        }))
    }
}
