//! Values on the command line: JSON inline, from a file, or from standard input.

use std::fs;
use std::io::{self, IsTerminal as _, Read as _};

use simstudio::FileInput;
use simstudio::file::FileInputExt as _;
use simstudio::serde_json::{Map, Value, from_str, to_value};

use crate::failure::Outcome;

/// Reads JSON: inline, `@PATH`, or `@-` for standard input.
pub(crate) fn json(word: &str) -> Outcome<Value> {
    let (name, text) = match word.strip_prefix('@') {
        None => ("the input", word.to_owned()),
        Some("-") if io::stdin().is_terminal() => {
            return Err("the input is to come from standard input, which is a terminal".into());
        }
        Some("-") => {
            let mut text = String::new();
            io::stdin().read_to_string(&mut text)?;
            ("standard input", text)
        }
        Some(path) => {
            let text = fs::read_to_string(path).map_err(|why| format!("{path}: {why}"))?;
            (path, text)
        }
    };
    from_str(&text).map_err(|why| {
        let is_path = name == "the input" && fs::exists(word).unwrap_or(false);
        let hint = if is_path { format!("; did you mean @{word}?") } else { String::new() };
        format!("{name} is not JSON: {why}{hint}").into()
    })
}

/// Returns the input of a run: a JSON value, or `None` for none, with files in fields of their own, each `FIELD=PATH`.
pub(crate) fn run_input(word: Option<&str>, files: &[String]) -> Outcome<Option<Value>> {
    let input = word.map(json).transpose()?;
    if files.is_empty() {
        return Ok(input);
    }
    let mut fields = match input {
        None => Map::new(),
        Some(Value::Object(fields)) => fields,
        Some(_) => return Err("with files, the input is an object".into()),
    };
    for file in files {
        let (field, path) = file.split_once('=').ok_or("a file is given as FIELD=PATH")?;
        let file = to_value(FileInput::from_path(path)?)?;
        match fields.entry(field).or_insert_with(|| Value::Array(Vec::new())) {
            Value::Array(list) => list.push(file),
            _ => return Err(format!("the input has a field {field} that is no list").into()),
        }
    }
    Ok(Some(Value::Object(fields)))
}
