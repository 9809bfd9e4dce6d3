//! `pauses` and `resume`: where a run waits for people, and their answers.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use clap::Args;
use simstudio::serde_json::{Map, Number, Value, from_str, to_value};
use simstudio::{FormField, PausePoint, ResumeRun};

use crate::commands::runs::Which;
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::input;
use crate::output::{harmless, line};
use crate::results;
use crate::settings::Settings;

/// Show where a run waits for people
#[derive(Debug, Args)]
pub(crate) struct Pauses {
    #[command(flatten)]
    which: Which,
}

impl Pauses {
    pub(crate) fn run(self, settings: &Settings) -> Outcome {
        let points = settings.client()?.pauses(self.which.workflow, self.which.run)?;
        if settings.format.is_structured() {
            settings.format.value(&to_value(&points)?)?;
        } else {
            points.iter().try_for_each(|point| line(&results::told(point)))?;
        }
        Ok(Exit::Done)
    }
}

/// Answer a pause of a run, and wait for what follows
///
/// Without an input, and on a terminal, it asks for each field of the form.
#[derive(Debug, Args)]
pub(crate) struct Resume {
    #[command(flatten)]
    which: Which,
    /// The pause to answer; needed only if the run waits at several
    #[arg(long)]
    context: Option<String>,
    /// The answer: JSON, @FILE, or @- for standard input
    #[arg(short, long)]
    input: Option<String>,
}

impl Resume {
    pub(crate) fn run(self, settings: &Settings) -> Outcome {
        let client = settings.client()?;
        let points = client.pauses(self.which.workflow, self.which.run)?;
        let point = choose(&points, self.context.as_deref())?;
        let answer = match &self.input {
            Some(word) => input::json(word)?,
            None if io::stdin().is_terminal() => ask(point)?,
            None => return Err("there is no --input, and standard input is no terminal".into()),
        };
        results::show(settings.format, &client.resume(ResumeRun::at(point)?.input(answer))?)
    }
}

fn choose<'a>(points: &'a [PausePoint], context: Option<&str>) -> Outcome<&'a PausePoint> {
    let is_it = |point: &&PausePoint| match context {
        Some(context) => point.context_id.as_str() == context,
        None => true,
    };
    let mut found = points.iter().filter(is_it);
    match (found.next(), found.next()) {
        (Some(point), None) => Ok(point),
        (None, _) => Err("the run does not wait there".into()),
        (Some(_), Some(_)) => {
            let names: Vec<_> = points.iter().map(|point| point.context_id.as_str()).collect();
            Err(format!(
                "the run waits at several pauses; choose one with --context: {}",
                names.join(", ")
            )
            .into())
        }
    }
}

/// Asks for each field of the form on the terminal.
fn ask(point: &PausePoint) -> Outcome<Value> {
    eprintln!("{}", results::told(point));
    let mut answer = Map::new();
    for field in &point.form {
        let value = loop {
            eprint!("{}: ", harmless(field.label.as_deref().unwrap_or(&field.name)));
            io::stderr().flush()?;
            let mut text = String::new();
            if io::stdin().lock().read_line(&mut text)? == 0 {
                return Err("the answers ended".into());
            }
            match read(field, text.trim()) {
                Ok(value) => break value,
                Err(why) => eprintln!("  {why}"),
            }
        };
        if !value.is_null() {
            answer.insert(field.name.clone(), value);
        }
    }
    Ok(Value::Object(answer))
}

/// Reads what somebody typed for a field; `null` for nothing where nothing is needed.
fn read(field: &FormField, text: &str) -> Result<Value, String> {
    if text.is_empty() {
        return match &field.value {
            Value::Null if field.required => Err("this field is required".to_owned()),
            value => Ok(value.clone()),
        };
    }
    match field.kind.as_deref() {
        Some("number") => {
            let number: Number = text.parse().map_err(|_| "this is no number")?;
            Ok(Value::Number(number))
        }
        Some("boolean") => match text.to_lowercase().as_str() {
            "y" | "yes" | "true" => Ok(Value::Bool(true)),
            "n" | "no" | "false" => Ok(Value::Bool(false)),
            _ => Err("answer with yes or no".to_owned()),
        },
        Some("object" | "array" | "json" | "files") => {
            from_str(text).map_err(|why| format!("this is not JSON: {why}"))
        }
        _ => Ok(Value::String(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use simstudio::serde_json::{from_value, json};

    use super::*;

    #[test]
    fn what_is_typed_becomes_what_the_form_wants() {
        let field = |kind: &str, required: bool| -> FormField {
            from_value(json!({"name": "f", "type": kind, "required": required})).expect("a field")
        };
        assert_eq!(read(&field("boolean", true), "Yes"), Ok(json!(true)));
        assert_eq!(read(&field("number", true), "2.5"), Ok(json!(2.5)));
        assert_eq!(read(&field("string", true), "no"), Ok(json!("no")));
        assert_eq!(read(&field("string", false), ""), Ok(Value::Null));
        assert!(read(&field("string", true), "").is_err());
        assert!(read(&field("number", true), "two").is_err());
    }
}
