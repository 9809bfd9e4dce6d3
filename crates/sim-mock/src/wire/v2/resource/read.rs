//! Reads a body or a query by its declared form, and collects everything that is wrong with it.

use http::Uri;
use percent_encoding::percent_decode_str;
use serde_json::{Number, Value};

use super::shape::{Field, Of};
use crate::things::Keys;
use crate::wire::v2::issue::{Issue, Sized};
use crate::wire::v2::tables::predicate;
use crate::wire::v2::workspace;

/// The words for yes and no in a query.
const FLAGS: [&str; 4] = ["true", "1", "false", "0"];

/// Reads the keys of an object. What is wrong is added to the issues, with the path of the object.
pub(crate) fn object(fields: &[Field], mut left: Keys, issues: &mut Vec<Issue>) -> Keys {
    let mut read = Keys::new();
    for field in fields {
        let Some(value) = left.remove(field.name) else {
            if field.must {
                issues.push(said(field, missing(&field.of)).at(field.name));
            }
            continue;
        };
        if value.is_null() && field.nullable {
            read.insert(field.name.to_owned(), value);
            continue;
        }
        let mut found = Vec::new();
        let value = one(&field.of, value, &mut found);
        issues.extend(found.into_iter().map(|issue| {
            let issue = if issue.is_of_size() { said(field, issue) } else { issue };
            issue.under(field.name)
        }));
        read.insert(field.name.to_owned(), value);
    }
    if !left.is_empty() {
        issues.push(Issue::unknown_keys(left.into_iter().map(|(key, _)| key).collect()));
    }
    read
}

fn said(field: &Field, issue: Issue) -> Issue {
    match field.message {
        Some(message) => issue.with_message(message),
        None => issue,
    }
}

fn missing(of: &Of) -> Issue {
    if matches!(of, Of::Predicate | Of::Group) {
        return Issue::union();
    }
    Issue::kind(word(of), None)
}

fn word(of: &Of) -> &'static str {
    match of {
        Of::Text(..) | Of::Name(..) | Of::Word(_) | Of::Folder | Of::Email => "string",
        Of::Flag => "boolean",
        Of::Whole(..) | Of::Number(..) => "number",
        Of::Record => "record",
        Of::List(..) => "array",
        Of::Any | Of::Object(_) | Of::Open(_) | Of::Predicate | Of::Group => "object",
    }
}

fn one(of: &Of, value: Value, issues: &mut Vec<Issue>) -> Value {
    match (of, value) {
        (Of::Any, value) => {
            if let Some(path) = nul(&value) {
                issues.push(path.into_iter().fold(no_nul(), Issue::at));
            }
            value
        }
        (Of::Text(least, most), Value::String(text)) => {
            issues.extend(of_length(Sized::Characters, text.chars().count(), *least, *most));
            if text.contains('\0') {
                issues.push(no_nul());
            }
            text.into()
        }
        (Of::Name(least, most, pattern), Value::String(text)) => {
            let length = of_length(Sized::Characters, text.chars().count(), *least, *most);
            if length.is_none() && !(pattern.fits)(&text) {
                issues.push(Issue::pattern(pattern.text).with_message(pattern.message));
            }
            issues.extend(length);
            text.into()
        }
        (Of::Word(words), Value::String(text)) if words.contains(&text.as_str()) => text.into(),
        (Of::Word(words), value) => {
            issues.push(Issue::option(words));
            value
        }
        (Of::Email, Value::String(text)) => {
            let is_good = text.split_once('@').is_some_and(|(name, host)| {
                !name.is_empty() && host.contains('.') && !text.contains(char::is_whitespace)
            });
            if !is_good {
                issues.push(Issue::pattern("email").with_message("Invalid email address"));
            }
            text.into()
        }
        (Of::Folder, Value::String(text)) => {
            let path = workspace::path(&text);
            if path.is_none() {
                issues.push(Issue::custom("Invalid folder path"));
            }
            path.into()
        }
        (Of::Flag, value @ Value::Bool(_)) => value,
        (Of::Whole(least, most), Value::Number(number)) => {
            issues.extend(whole(&number, *least, *most));
            number.into()
        }
        (Of::Number(least, most), Value::Number(number)) => {
            let value = number.as_f64().unwrap_or_default();
            if value < *least {
                issues.push(Issue::too_small(Sized::Number, 1, true));
            } else if value > *most {
                issues.push(Issue::too_big(Sized::Number, 100));
            }
            number.into()
        }
        (Of::Record, Value::Object(record)) => {
            let value = Value::Object(record);
            if let Some(path) = nul(&value) {
                issues.push(path.into_iter().fold(no_nul(), Issue::at));
            }
            value
        }
        (Of::List(of, least, most), Value::Array(items)) => {
            issues.extend(of_length(Sized::Items, items.len(), *least, *most));
            let read = items.into_iter().enumerate().map(|(at, item)| {
                let mut found = Vec::new();
                let item = one(of, item, &mut found);
                issues.extend(found.into_iter().map(|issue| issue.under(at)));
                item
            });
            Value::Array(read.collect())
        }
        (Of::Object(fields), Value::Object(keys)) => object(fields, keys, issues).into(),
        (Of::Open(fields), Value::Object(mut keys)) => {
            let known = |key: &String| fields.iter().any(|field| field.name == *key);
            let own = keys.iter().filter(|(key, _)| known(key));
            let own = own.map(|(key, value)| (key.clone(), value.clone())).collect();
            keys.extend(object(fields, own, issues));
            keys.into()
        }
        (Of::Predicate, value) => {
            issues.extend(predicate::misfit(&value, true));
            value
        }
        (Of::Group, value) => {
            issues.extend(predicate::misfit(&value, false));
            value
        }
        (of, value) => {
            issues.push(Issue::kind(word(of), Some(&value)));
            value
        }
    }
}

fn whole(number: &Number, least: u64, most: u64) -> Option<Issue> {
    match (number.as_i64(), number.as_u64()) {
        (_, Some(value)) if value > most => Some(Issue::too_big(Sized::Number, most)),
        (_, Some(value)) if value >= least => None,
        (Some(_), _) | (_, Some(_)) => Some(Issue::too_small(Sized::Number, least, true)),
        _ => Some(Issue::kind("int", Some(&Value::Number(number.clone())))),
    }
}

fn of_length(of: Sized, length: usize, least: u64, most: u64) -> Option<Issue> {
    let length = length as u64;
    if length < least {
        return Some(Issue::too_small(of, least, true));
    }
    (length > most).then(|| Issue::too_big(of, most))
}

fn no_nul() -> Issue {
    Issue::custom("Value cannot contain a NUL character (U+0000)")
}

/// Returns the path of the first text with a NUL character.
fn nul(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::String(text) => text.contains('\0').then(Vec::new),
        Value::Array(items) => items.iter().enumerate().find_map(|(at, item)| {
            let path = nul(item)?;
            Some(std::iter::once(at.into()).chain(path).collect())
        }),
        Value::Object(keys) => keys.iter().find_map(|(key, item)| {
            let path = nul(item)?;
            Some(std::iter::once(key.clone().into()).chain(path).collect())
        }),
        _ => None,
    }
}

/// Reads a query by its declared form.
pub(crate) fn query(fields: &[Field], uri: &Uri, issues: &mut Vec<Issue>) -> Keys {
    let mut left: Vec<(String, Vec<String>)> = Vec::new();
    let text = uri.query().unwrap_or_default();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decoded(name), decoded(value));
        match left.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => left.push((name, vec![value])),
        }
    }
    let mut keys = Keys::new();
    for (name, mut values) in left {
        let is_known = fields.iter().any(|field| field.name == name);
        let many = values.len();
        let value = values.remove(0);
        let flaw = match () {
            () if !is_known => None,
            () if many > 1 => Some(format!("{name} was sent {many} times; send it at most once")),
            () if value.trim().is_empty() => {
                Some(format!("{name} cannot be empty; omit the parameter instead"))
            }
            () => None,
        };
        if let Some(flaw) = flaw {
            issues.push(Issue::custom(flaw).at(name.clone()));
        }
        keys.insert(name, value.into());
    }
    if !issues.is_empty() {
        return keys;
    }
    for field in fields {
        let Some(text) = keys.get(field.name).and_then(Value::as_str).map(str::to_owned) else {
            continue;
        };
        let value = match field.of {
            Of::Flag => {
                let lower = text.to_ascii_lowercase();
                let place = FLAGS.iter().position(|word| *word == lower);
                place.map_or(Value::String(text), |place| (place < FLAGS.len() / 2).into())
            }
            Of::Whole(..) | Of::Number(..) => {
                let Ok(number) = text.parse::<Number>() else {
                    let message = format!("{} must be a number", field.name);
                    issues.push(Issue::not_a_number().with_message(message).at(field.name));
                    keys.remove(field.name);
                    continue;
                };
                number.into()
            }
            _ => text.into(),
        };
        keys.insert(field.name.to_owned(), value);
    }
    object(fields, keys, issues)
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}
