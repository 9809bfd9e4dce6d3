//! The results of runs as they are printed.

use std::fmt::Write as _;

use simstudio::serde_json::{Value, to_string_pretty, to_value};
use simstudio::{PausePoint, RunStatus, WorkflowExecutionResult};

use crate::exit::Exit;
use crate::failure::Outcome;
use crate::output::{Format, harmless, line};

/// Prints a result: the output for people, all of it for programs. What went wrong is told on standard error.
pub(crate) fn show(format: Format, result: &WorkflowExecutionResult) -> Outcome {
    if format.is_structured() {
        format.value(&to_value(result)?)?;
    } else if !result.output.is_null() {
        match &result.output {
            Value::String(text) => line(text)?,
            other => line(&to_string_pretty(other)?)?,
        }
    }
    tell(result);
    Ok(Exit::of(&result.status))
}

/// Tells on standard error how a run ended that did not complete.
pub(crate) fn tell(result: &WorkflowExecutionResult) {
    if result.status == RunStatus::Completed {
        return;
    }
    let run = result.run_id.as_ref().map(|run| format!(" {run}")).unwrap_or_default();
    let why = result.error.as_ref().map(|why| format!(": {}", harmless(&why.message)));
    eprintln!("The run{run} is {}{}.", result.status, why.unwrap_or_default());
    for point in result.pause.iter().flat_map(|pause| &pause.points) {
        eprintln!("{}", told(point));
    }
}

/// Returns the lines that tell of a pause.
pub(crate) fn told(point: &PausePoint) -> String {
    let mut text = format!("  {}", point.context_id);
    if let Some(time) = point.resume_at {
        let _ = write!(text, ", until {time}");
    }
    for shown in &point.shown {
        let _ = write!(text, "\n    {}", harmless(&shown.to_string()));
    }
    for field in &point.form {
        let kind = field.kind.as_deref().unwrap_or("any");
        let must = if field.required { ", required" } else { "" };
        let _ = write!(text, "\n    {} ({kind}{must})", harmless(&field.name));
    }
    text
}
