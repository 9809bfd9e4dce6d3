//! What a cell takes: each type of column makes one form of all spellings that it accepts.

use jiff::civil::Date;
use serde_json::{Number, Value};

use super::column::Column;

/// Returns a value as a column keeps it, or the refusal.
pub(super) fn normal(column: &Column, value: Value) -> Result<Value, String> {
    let name = &column.name;
    if value.is_null() {
        return Ok(if column.is_many() { Value::Array(Vec::new()) } else { Value::Null });
    }
    let wrong = |what: &str| Err(format!("{name} must be {what}"));
    match column.kind.as_str() {
        "string" => match value {
            Value::String(_) => Ok(value),
            Value::Number(_) | Value::Bool(_) => Ok(value.to_string().into()),
            _ => wrong("string, got object"),
        },
        "number" => match number(&value) {
            Some(number) => Ok(number),
            None => wrong("number"),
        },
        "currency" => match money(&value) {
            Some(number) => Ok(number),
            None => wrong("number"),
        },
        "boolean" => match &value {
            Value::Bool(_) => Ok(value),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true.into()),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false.into()),
            _ => wrong("boolean"),
        },
        "date" => match value.as_str().and_then(date) {
            Some(date) => Ok(date.into()),
            None => wrong("valid date"),
        },
        "select" => select(column, value),
        _ => Ok(value),
    }
}

fn number(value: &Value) -> Option<Value> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    double(number)
}

/// Returns a double as JSON writes it: without a fraction if it has none.
pub(super) fn double(number: f64) -> Option<Value> {
    #[expect(clippy::cast_possible_truncation, reason = "it is whole, and small enough")]
    if number.fract() == 0.0 && number.abs() < 9e15 {
        return Some((number as i64).into());
    }
    Number::from_f64(number).map(Value::Number)
}

fn money(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => {
            let plain: String = text.chars().filter(|c| !"$€£, ".contains(*c)).collect();
            number(&plain.into())
        }
        value => number(value),
    }
}

/// Returns a date, or a time without fractions of a second, as a column keeps it.
pub(super) fn date(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some((day, time)) = text.split_once(['T', ' ']) {
        day.parse::<Date>().ok()?;
        let at = time.find(['Z', '+', '-']).unwrap_or(time.len());
        let (clock, zone) = time.split_at(at);
        let clock: jiff::civil::Time = clock.parse().ok()?;
        return Some(format!("{day}T{}{zone}", clock.strftime("%H:%M:%S")));
    }
    if text.len() == 10 && text.parse::<Date>().is_ok() {
        return Some(text.to_owned());
    }
    let mut parts = text.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    parts.next().is_none().then(|| date.to_string())
}

fn select(column: &Column, value: Value) -> Result<Value, String> {
    let choices = match value {
        Value::Array(items) => items,
        value => vec![value],
    };
    let mut names: Vec<Value> = Vec::new();
    for choice in choices {
        let text = choice.as_str().unwrap_or_default();
        let known = column.options.iter().find(|(id, name)| id == text || name == text);
        let Some((_, name)) = known else {
            let only = if column.multiple {
                "must only contain defined options"
            } else {
                "must be one of the defined options"
            };
            return Err(format!("{} {only}", column.name));
        };
        let name = Value::from(name.clone());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if column.multiple {
        return Ok(names.into());
    }
    Ok(names.into_iter().next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{Column, date, normal};
    use serde_json::{Value, json};

    fn kept(kind: &str, value: Value) -> Result<Value, String> {
        let (name, kind, options) = ("c".to_owned(), kind.to_owned(), Vec::new());
        let column =
            Column { name, kind, required: false, unique: false, multiple: false, options };
        normal(&column, value)
    }

    #[test]
    fn a_cell_has_one_form_of_what_it_accepts() {
        assert_eq!(kept("number", json!("42")), Ok(json!(42)));
        assert_eq!(kept("currency", json!("$1,234.50")), Ok(json!(1234.5)));
        assert_eq!(kept("boolean", json!("true")), Ok(json!(true)));
        assert_eq!(kept("string", json!(5)), Ok(json!("5")));
        assert_eq!(kept("boolean", json!(1)), Err("c must be boolean".to_owned()));
    }

    #[test]
    fn a_time_loses_its_fractions_and_keeps_its_offset() {
        assert_eq!(date("2026-01-02T03:04:05.678Z").as_deref(), Some("2026-01-02T03:04:05Z"));
        let offset = "2026-01-02T03:04:05+02:00";
        assert_eq!(date(offset).as_deref(), Some(offset));
        assert_eq!(date("01/02/2026").as_deref(), Some("2026-01-02"));
        assert_eq!(date("not a date"), None);
    }
}
