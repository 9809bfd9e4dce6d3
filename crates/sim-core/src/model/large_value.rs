//! What stands in an output for values that are too large for it.

use serde_json::{Map, Value};

use super::walk::walk;
use crate::open_enum;

open_enum! {
    /// The kind of a value that is too large for an output.
    LargeValueKind {
        /// A list with all its items.
        Array = "array",
        /// An object with all its fields.
        Object = "object",
        /// A text of any content.
        String = "string",
        /// JSON of another kind.
        Json = "json",
    }
}

/// What stands in an output for a value of more than about 8 MiB.
///
/// No endpoint of the API gives the value itself. To have it, let the workflow write it to a file or a table, or
/// [`select`](crate::ExecuteWorkflow::select) a smaller part of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LargeValue {
    /// Where the value stands in the output, as a JSON pointer: `/result/data`.
    pub path: String,
    /// The kind of the value.
    pub kind: LargeValueKind,
    /// The size of the value as JSON, in bytes; `None` if the server did not say.
    pub size: Option<u64>,
    /// The number of items of a list, or `None` if the server did not say.
    pub count: Option<u64>,
    /// The beginning of the value, or `None` if the server gave none.
    pub preview: Option<Value>,
}

impl LargeValue {
    /// Returns what stands for large values anywhere in an output, in the order in which they stand there.
    ///
    /// ```
    /// use serde_json::json;
    /// use sim_core::LargeValue;
    ///
    /// let output = json!({"data": {
    ///     "__simLargeValueRef": true, "version": 1, "id": "lv_1", "kind": "string", "size": 12_288_002,
    /// }});
    /// let large = LargeValue::find_in(&output);
    /// assert_eq!((large[0].path.as_str(), large[0].size), ("/data", Some(12_288_002)));
    /// ```
    pub fn find_in(output: &Value) -> Vec<Self> {
        let mut values = Vec::new();
        walk(output, |path, object| {
            let value = Self::read(path, object);
            let found = value.is_some();
            values.extend(value);
            found
        });
        values
    }

    fn read(path: &str, object: &Map<String, Value>) -> Option<Self> {
        let marked = |key| object.get(key) == Some(&Value::Bool(true));
        let (size, count) = match (marked("__simLargeValueRef"), marked("__simLargeArrayManifest"))
        {
            (true, _) => ("size", None),
            (_, true) => ("byteSize", object.get("totalCount").and_then(Value::as_u64)),
            _ => return None,
        };
        Some(Self {
            path: path.to_owned(),
            kind: LargeValueKind::from(
                object.get("kind").and_then(Value::as_str).unwrap_or("json"),
            ),
            size: object.get(size).and_then(Value::as_u64),
            count,
            preview: object.get("preview").filter(|preview| !preview.is_null()).cloned(),
        })
    }
}
