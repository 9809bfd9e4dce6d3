//! Errors as people read them.

use std::error::Error;
use std::fmt::Write as _;
use std::io;

use crate::exit::Exit;

/// What a command returns.
pub(crate) type Outcome<T = Exit> = Result<T, Box<dyn Error + Send + Sync>>;

/// The most characters of an error's details that are printed.
const MOST_DETAILS: usize = 1000;

/// Returns the lines that tell of an error.
pub(crate) fn told(error: &(dyn Error + 'static)) -> String {
    let mut text = format!("Error: {error:#}\n");
    let Some(error) = error.downcast_ref::<simstudio::Error>() else { return text };
    let mut line = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(text, "  {name}: {value}");
        }
    };
    line("code", Some(error.server_code().unwrap_or(error.code()).to_owned()));
    line("status", error.status().map(|status| status.as_u16().to_string()));
    line("request", error.request_id().map(str::to_owned));
    line("run", error.run_id().map(ToString::to_string));
    line("retry after", error.retry_after().map(|delay| format!("{delay:?}")));
    let details = error.details().map(ToString::to_string);
    line("details", details.map(|details| details.chars().take(MOST_DETAILS).collect()));
    if error.is_unauthorized() {
        text.push_str("  run: simstudio login\n");
    }
    text
}

/// Returns whether the reader of the output has gone, such as `head`.
pub(crate) fn is_closed_pipe(error: &(dyn Error + 'static)) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
