//! `run`: runs a workflow, and waits for it, streams it or queues it.

use std::io::{self, Write as _};
use std::time::Duration;

use clap::Args;
use simstudio::serde_json::to_value;
use simstudio::{ExecuteWorkflow, RunEvent};

use crate::exit::Exit;
use crate::failure::Outcome;
use crate::input;
use crate::output::{Column, harmless};
use crate::results;
use crate::settings::Settings;

/// The fields of the receipt of a queued run.
const RECEIPT: [Column; 3] = [("run", "/runId"), ("job", "/taskId"), ("status", "/status")];

/// Run a workflow
///
/// The output goes to standard output, and what went wrong to standard error.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Run {
    /// The id of the workflow
    workflow: String,
    /// The input: JSON, @FILE, or @- for standard input
    #[arg(short, long)]
    input: Option<String>,
    /// A file for a field of the input; may be given several times
    #[arg(long = "file", value_name = "FIELD=PATH")]
    files: Vec<String>,
    /// Print the text as it comes; thinking and tool calls go to standard error
    #[arg(long, conflicts_with = "queue")]
    follow: bool,
    /// The blocks whose text is streamed, each as BLOCK or BLOCK.FIELD
    #[arg(long, value_name = "OUTPUT", num_args = 1.., requires = "follow")]
    select_output: Vec<String>,
    /// Show what agents think
    #[arg(long, requires = "follow")]
    include_thinking: bool,
    /// Show which tools agents call
    #[arg(long, requires = "follow")]
    include_tool_calls: bool,
    /// Queue the run and print its receipt
    #[arg(long, visible_alias = "async")]
    queue: bool,
    /// Wait for the queued run and print its result
    #[arg(long, requires = "queue")]
    wait: bool,
    /// The longest time that the queued run itself may take
    #[arg(long, value_name = "SECONDS", requires = "queue")]
    execution_timeout_seconds: Option<u64>,
    /// Get files in the output with their content
    #[arg(long)]
    include_file_base64: bool,
}

impl Run {
    pub(crate) fn run(self, settings: &Settings) -> Outcome {
        let client = settings.client()?;
        let mut call = ExecuteWorkflow::new(self.workflow.as_str());
        if let Some(input) = input::run_input(self.input.as_deref(), &self.files)? {
            call = call.input(input);
        }
        if self.include_file_base64 {
            call = call.include_file_base64(true);
        }
        if self.follow {
            return self.follow(settings, call);
        }
        let limit = self.execution_timeout_seconds.map(Duration::from_secs);
        match (self.queue, self.wait) {
            (false, _) => results::show(settings.format, &client.call(call)?),
            (true, true) => {
                let mut plan = call.once();
                if let Some(limit) = limit {
                    plan = plan.execution_timeout(limit);
                }
                results::show(settings.format, &client.execute_once(plan)?)
            }
            (true, false) => {
                let mut call = call.queue();
                if let Some(limit) = limit {
                    call = call.execution_timeout(limit);
                }
                settings.format.record(&to_value(client.call(call)?)?, &RECEIPT)?;
                Ok(Exit::Done)
            }
        }
    }

    /// Prints the text as it comes. Where programs read the output, that is the result alone, and the text goes to
    /// standard error.
    fn follow(self, settings: &Settings, call: ExecuteWorkflow) -> Outcome {
        let stream = call
            .stream()
            .select(self.select_output)
            .include_thinking(self.include_thinking)
            .include_tool_calls(self.include_tool_calls);
        let events = settings.client()?.stream(stream)?;
        let is_structured = settings.format.is_structured();
        let mut has_text = false;
        for event in events {
            match event? {
                RunEvent::Text { chunk, .. } => {
                    has_text = true;
                    write(is_structured, &chunk)?;
                }
                RunEvent::TextReset { .. } => eprintln!("\n(the text begins again)"),
                RunEvent::Thinking { text, .. } => eprint!("{}", spoken(&text)),
                RunEvent::ToolStart { name, .. } => eprintln!("\n[{} ...]", harmless(&name)),
                RunEvent::ToolEnd { name, status, .. } => {
                    let status = status.map(|status| format!(": {status}")).unwrap_or_default();
                    eprintln!("[{}{status}]", harmless(&name));
                }
                RunEvent::BlockError { block, error } | RunEvent::OutputError { block, error } => {
                    eprintln!("\n{}: {}", harmless(&block), harmless(&error));
                }
                RunEvent::Final(result) | RunEvent::Failure(result) => {
                    if has_text {
                        write(is_structured, "\n")?;
                    }
                    if is_structured || !has_text {
                        return results::show(settings.format, &result);
                    }
                    results::tell(&result);
                    return Ok(Exit::of(&result.status));
                }
                _ => {}
            }
        }
        Err("the stream ended without a result".into())
    }
}

/// Writes a piece of text at once.
fn write(to_error: bool, text: &str) -> Outcome<()> {
    let text = spoken(text);
    if to_error {
        eprint!("{text}");
        return Ok(());
    }
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Returns streamed text, whose lines end where they end, without what could change the terminal.
fn spoken(text: &str) -> String {
    text.split('\n').map(harmless).collect::<Vec<_>>().join("\n")
}
