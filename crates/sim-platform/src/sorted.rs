//! Writing objects with their fields in the order of their names. The order of a `Map` depends on which features of
//! `serde_json` the other crates of a program switch on; what is sent must not.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// Whether a map is sorted by itself: whether no crate switched on `preserve_order`.
const IS_SORTED: bool = size_of::<Map<String, Value>>() == size_of::<BTreeMap<String, Value>>();

/// Writes any JSON.
pub(crate) fn value<S: Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
    if IS_SORTED {
        return value.serialize(serializer);
    }
    let mut sorted = value.clone();
    sorted.sort_all_objects();
    sorted.serialize(serializer)
}

/// Writes any JSON that is there.
#[allow(clippy::ref_option)] // As serde calls it.
pub(crate) fn some<S: Serializer>(value: &Option<Value>, serializer: S) -> Result<S::Ok, S::Error> {
    self::value(value.as_ref().unwrap_or(&Value::Null), serializer)
}

/// Writes an object.
pub(crate) fn map<S: Serializer>(
    map: &Map<String, Value>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    if IS_SORTED {
        return map.serialize(serializer);
    }
    value(&Value::Object(map.clone()), serializer)
}
