//! A walk over all objects of an output.

use serde_json::{Map, Value};

/// Shows every object of a value with its JSON pointer, in the order in which they stand there. The walk does not
/// enter an object for which `found` returns true.
///
/// It needs no stack of the thread, however deep the value is.
pub(super) fn walk(value: &Value, mut found: impl FnMut(&str, &Map<String, Value>) -> bool) {
    let mut path = String::new();
    let mut ahead = vec![(0, None, value)];
    while let Some((depth, step, value)) = ahead.pop() {
        path.truncate(depth);
        if let Some(step) = step {
            push(&mut path, &step);
        }
        let depth = path.len();
        match value {
            Value::Object(object) if !found(&path, object) => {
                let fields = object.iter().map(|(key, value)| (depth, Some(Step::Key(key)), value));
                ahead.extend(reversed(fields.collect()));
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                let items = items.map(|(place, item)| (depth, Some(Step::Place(place)), item));
                ahead.extend(reversed(items.collect()));
            }
            _ => {}
        }
    }
}

enum Step<'a> {
    Key(&'a str),
    Place(usize),
}

/// Appends a step to a JSON pointer (RFC 6901).
fn push(path: &mut String, step: &Step<'_>) {
    path.push('/');
    match step {
        Step::Key(key) => path.push_str(&key.replace('~', "~0").replace('/', "~1")),
        Step::Place(place) => path.push_str(&place.to_string()),
    }
}

fn reversed<T>(list: Vec<T>) -> impl Iterator<Item = T> {
    list.into_iter().rev()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_object_is_shown_with_the_pointer_that_leads_to_it() {
        let value = json!([{"a/b": {"~": {}, "c": 1}}, [[{"found": {"inner": {}}}]], "text"]);
        let mut seen = Vec::new();
        walk(&value, |path, object| {
            assert_eq!(value.pointer(path).and_then(Value::as_object), Some(object), "{path}");
            seen.push(path.to_owned());
            object.contains_key("found")
        });
        assert_eq!(seen, ["/0", "/0/a~1b", "/0/a~1b/~0", "/1/0/0"]);
    }
}
